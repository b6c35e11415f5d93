/** Every text of the views in Japanese. */

import type { JobName, JobState, ObjectKind, Standing } from "../api/types.ts";
import { mapping } from "./ja_mapping.ts";

const standing: Record<Standing, string> = {
  in_sync: "同期済み",
  left_out: "対象外",
  not_linked: "レコードなし",
  differs: "相違あり",
  waiting: "反映待ち",
  stopped: "書き込み停止中",
  failed: "要対応",
};

const standingText: Record<Standing, string> = {
  in_sync: "kintoneはStripeと一致しています。",
  left_out: "マッピングの条件により、レコードは作成されません。",
  not_linked: "kintoneにレコードがありません。",
  differs:
    "kintoneの値がStripeと異なります。kintoneで変更または削除されたようです。「今すぐ同期」でStripeの値に戻せます。",
  waiting: "まもなくkintoneに反映されます。",
  stopped: "書き込みを止めています。理由は下をご覧ください。",
  failed: "kintoneに書き込めませんでした。理由と対処は下をご覧ください。",
};

const kind: Record<ObjectKind, string> = {
  customer: "顧客",
  subscription: "サブスクリプション",
  invoice: "請求書",
};

const job: Record<JobName, string> = {
  backfill: "初回取り込み",
  dry_run: "試算（書き込みなし）",
  reconcile: "突き合わせ",
};

const jobState: Record<JobState, string> = {
  running: "実行中",
  done: "完了",
  cancelled: "中止しました",
  failed: "中断しました",
};

export const ja = {
  name: "kintone連携",
  mode: { test: "テスト", live: "本番" },
  standing,
  standingText,
  kind,
  objectTitle: {
    customer: "この顧客のkintoneレコード",
    subscription: "このサブスクリプションのkintoneレコード",
    invoice: "この請求書のkintoneレコード",
  },
  status: {
    customer: {},
    subscription: {
      active: "有効",
      trialing: "トライアル中",
      past_due: "支払い期限超過",
      unpaid: "未払い",
      incomplete: "未完了",
      incomplete_expired: "未完了（期限切れ）",
      paused: "一時停止",
      canceled: "キャンセル済み",
    },
    invoice: {
      draft: "下書き",
      open: "支払い待ち",
      paid: "支払い済み",
      uncollectible: "回収不能",
      void: "無効",
    },
  },
  job,
  jobState,

  action: {
    sync: "今すぐ同期",
    open: "kintoneで開く",
    openApp: "アプリを開く",
    reload: "再読み込み",
    retry: "もう一度試す",
    save: "保存",
    cancel: "キャンセル",
    close: "閉じる",
    add: "追加",
    remove: "削除",
    edit: "編集",
    more: "さらに表示",
    copy: "コピー",
  },

  toast: {
    syncing: "同期を始めました",
    nothingToSync: "書き込むものはありません",
    replayed: (count: number) => `${count}件を再送します`,
    discarded: (count: number) => `${count}件を取り下げました`,
    saved: "保存しました",
    connected: "接続しました",
    formRead: "フォームを読み直しました",
    waived: "書き込みを始めます",
    resumed: "確認して再開します",
    deleting: (count: number) => `${count}件を削除します`,
    kept: (count: number) => `${count}件を残しました`,
    started: "始めました",
    cancelled: "中止しました",
    copied: "コピーしました",
    imported: "読み込みました（未保存）",
    seen: "確認済みにしました",
  },

  loading: "読み込んでいます…",

  error: {
    signing: {
      title: "Stripeがリクエストに署名できませんでした",
      text: "ページを再読み込みしてください。続くときは、アプリの権限が承認されているかを管理者にご確認ください。",
    },
    network: {
      title: "サーバーに接続できませんでした",
      text: "ネットワークを確かめて、もう一度お試しください。続くときは、管理者にサーバーのURLをご確認ください。",
    },
    refused: {
      title: "受け付けられませんでした",
      text: "入力を確かめて、もう一度お試しください。",
    },
    failed: {
      title: "サーバーで処理できませんでした",
      text: "しばらくしてから、もう一度お試しください。データは失われません。",
    },
    underWay: "処理を続けています",
    notDone: {
      try_app: "アプリに接続できませんでした",
      connect: "接続を保存できませんでした",
      put_mapping: "マッピングを保存できませんでした",
      waive: "書き込みを始められませんでした",
      resume: "再開できませんでした",
      deletions: "反映できませんでした",
      sample: "データを読み取れませんでした",
      sync: "同期できませんでした",
      replay: "再送できませんでした",
      start_job: "始められませんでした",
    },
    permission: {
      title: "権限がありません",
      read: "閲覧できるロールは管理者が決めています。閲覧が必要なときは、管理者にご相談ください。",
      change: "変更できるのは、Stripeの管理者と開発者です。",
    },
    rolesUnproven:
      "ロール名に英数字以外が含まれるため、権限を確かめられませんでした。管理者は、daicho コマンドで同じ操作を行えます。",
    signature:
      "署名を確かめられませんでした。ページを再読み込みしてください。続くときは、サーバーの署名シークレットを管理者にご確認ください。",
    expired: "署名の期限が切れました。パソコンの時刻を確かめて、もう一度お試しください。",
    changedMeanwhile: "ほかの人が先に変更しました。再読み込みして、もう一度編集してください。",
    tooMany: "リクエストが多すぎます。少し待ってから、もう一度お試しください。",
    outdated: "表示が古い可能性があります。ページを再読み込みしてください。",
    logic: "確認用のプログラムが動きませんでした。ページを再読み込みしてください。",
  },

  unconfigured: {
    title: "まだ設定されていません",
    text: "kintoneアプリの接続とマッピングを設定すると、ここに連携の状態が表示されます。",
    open: "設定を始める",
  },

  unreadable: "設定を読み取れません",

  readOnly: "閲覧のみできます。操作できるのは、Stripeの管理者と開発者です。",

  object: {
    record: "レコード",
    field: "項目",
    same: "一致",
    differs: "相違",
    keeps: "kintoneの値を維持",
    differences: (count: number) => (count === 0 ? "相違はありません" : `${count}項目が異なります`),
    kept: "マッピングの設定により、kintoneの値を残している項目があります",
    notCompared: "kintoneの値を読み取れませんでした。Stripeの値だけを表示しています。",
    asWritten: "最後に書き込んだ時点で、kintoneはStripeと一致しています。",
    waitsLonger: "kintoneへの反映を待っています。理由は下をご覧ください。",
    asMapped: "kintoneはマッピングの設定どおりです。",
    maySync: "「今すぐ同期」で作成できます。",
    noFields: "表示できる項目がありません。",
    noTargets: "この種類のデータを書き込むマッピングはありません。",
    written: (time: string) => `最終書き込み：${time}`,
    children: {
      both: "サブスクリプションと請求書",
      subscription: "サブスクリプション",
      invoice: "請求書",
    },
    noChildren: "読み取り済みのものはありません。",
    moreChildren: "新しいものだけを表示しています。",
    happened: "最近の動き",
    nothingHappened: "最近の動きはありません。",
    empty: "（空）",
    rows: (count: number) => `${count}行`,
    reason: { failed: "対処が必要です", stopped: "書き込みを止めています" },
  },

  home: {
    title: "kintone連携の状態",
    events: (count: string) => `${count}件`,
    healthy: "正常に連携しています",
    waiting: "反映中です",
    attention: "対処が必要です",
    stopped: "書き込みを止めているものがあります",
    eventsToday: "今日のイベント",
    waitingRecords: "反映待ち",
    failed: "要対応",
    lastEvent: "最後のイベント",
    happened: (time: string, what: string) => `${time} ${what}`,
    noEvent: "まだイベントを受け取っていません",
    budget: "今日のリクエスト数（アプリ別）",
    budgetText: "kintoneの1日の上限のうち、この連携が使う分です。毎朝9時にリセットされます。",
    used: (used: string, share: string) => `${used} / ${share}`,
    heldUntil: (time: string) => `${time}まで休止`,
    targets: "マッピング",
    records: (count: string) => `${count}件`,
    jobs: "一括処理",
  },

  target: {
    title: "書き込みの状態",
    state: { unchecked: "確認待ち", held: "保留中", active: "稼働中", paused: "一時停止中" },
    counts: (written: string, waiting: string, failed: string) =>
      `レコード ${written}件・反映待ち ${waiting}件・要対応 ${failed}件`,
    heldTitle: "保留中：アプリに既存のレコードがあります",
    heldText:
      "既存のレコードを守るため、書き込みを保留しています。Stripeの変更は保管しており、失われません。書き込みを始めると、キー項目が一致するレコードは更新され、一致しないものは新しいレコードになります。",
    waiveLabel: "確認のため、kintoneのアプリ名を入力してください",
    waive: "書き込みを始める",
    pausedTitle: "一時停止中",
    pausedText: "書き込みを止めています。原因を直すと、自動で再開します。",
    resume: "書き込みを再開する",
    deletionsTitle: "保留中：一度に多くのレコードが削除されます",
    deletionsText: (waiting: string, today: string, limit: string) =>
      `Stripeでの削除や、マッピングの条件・設定の変更により、${waiting}のレコードが削除されようとしています。確認なしで削除するのは1日${limit}件までのため（今日は${today}件を削除済み）、書き込みを保留しています。削除したレコードは元に戻せません。`,
    deletionsWaiting: (count: string) => `${count}件`,
    deletionsMore: (count: string) => `${count}件以上`,
    deletionsLabel: (count: string) => `削除する場合は、確認のため件数（${count}）を入力してください`,
    deletionsDelete: (waiting: string) => `${waiting}を削除する`,
    deletionsKeep: "削除せずに残す",
    uncheckedTitle: "確認待ち",
    uncheckedText: "kintoneアプリを確認しています。しばらくお待ちください。",
  },

  failures: {
    title: "要対応",
    none: "要対応はありません。",
    total: (count: number) => `${count}件`,
    replay: "再送",
    replayAll: "すべて再送",
    discard: "取り下げ",
    discardTitle: "取り下げますか",
    discardText: "このレコードは、次にStripeで変更があるまで書き込まれません。",
    discardReason: "理由",
    discardConfirm: "取り下げる",
    attempts: (count: number, time: string) => `${count}回試行・最終 ${time}`,
    code: (code: string) => `エラーコード：${code}`,
    event: "イベント",
    after: "原因を直してから、再送してください。",
  },

  jobs: {
    title: "一括処理",
    text: {
      backfill:
        "Stripeにあるすべてのデータを、kintoneのレコードにします。途中で中止しても、設定を変えなければ、1日以内は続きから取り込めます。",
      dry_run: "初回取り込みで何が起きるかを数えます。kintoneには書き込みません。",
      reconcile:
        "Stripeとkintoneのすべてのデータを突き合わせ、違いがあればマッピングの設定に従って直します。毎日3時にも自動で行います。",
    } as Record<JobName, string>,
    trial: {
      draft: "未保存の変更を含めて試算します。",
      none: "マッピングの問題を直すと試算できます。",
    },
    never: "まだ実行していません。",
    storedOnly: "保存済みのマッピングを使います。未保存の変更は含まれません。",
    start: {
      backfill: "取り込みを始める",
      dry_run: "試算する",
      reconcile: "突き合わせる",
    } as Record<JobName, string>,
    resume: {
      backfill: "続きから取り込む",
      dry_run: "もう一度試算する",
      reconcile: "もう一度突き合わせる",
    } as Record<JobName, string>,
    again: {
      backfill: "もう一度取り込む",
      dry_run: "もう一度試算する",
      reconcile: "もう一度突き合わせる",
    } as Record<JobName, string>,
    cancel: "中止",
    progress: (percent: string) => `${percent}%`,
    seen: "読み取り",
    created: "作成",
    updated: "更新",
    gone: "Stripeで削除済み",
    unchanged: "変更なし",
    leftOut: "対象外",
    failed: "書き込めない",
    wouldCreate: "作成予定",
    wouldUpdate: "更新予定",
    wouldDelete: "削除予定",
    wouldFail: "書き込めない見込み",
    count: (count: string) => `${count}件`,
    begun: (time: string) => `開始 ${time}`,
    ended: (time: string) => `終了 ${time}`,
    examples: "見つかったもの（一部）",
    what: {
      created: "作成",
      updated: "更新",
      deleted: "削除",
      refused: "書き込めない",
      without_key: "キーなし",
      missing: "レコードなし",
      stale: "値の違い",
      left_over: "Stripeにないデータのレコード",
      unlinked: "ひも付けのないレコード",
      twin: "キーの重複",
      unknown_key: "Stripeにないキー",
    },
  },

  app: {
    title: "kintoneアプリの接続",
    none: "接続したkintoneアプリはまだありません。",
    add: "アプリを接続する",
    edit: "接続を変更",
    readForm: "フォームを読み直す",
    use: "何を書き込みますか",
    address: "kintoneアプリのURL",
    addressHelp: "アプリを開いたときの、ブラウザーのアドレスを貼り付けてください。",
    addressExample: "https://example.cybozu.com/k/12/",
    addressWrong: "アプリのURLではないようです。例：https://example.cybozu.com/k/12/",
    guest: (space: number) => `ゲストスペース ${space}`,
    token: "APIトークン",
    tokenHelp:
      "［アプリの設定 > APIトークン］で生成し、レコードの閲覧・追加・編集にチェックを入れて保存し、［アプリを更新］してください。",
    tokenKept: "保存済みです。変えるときだけ入力してください。",
    tokenNeeded: "APIトークンを入力してください。",
    test: "接続を確認",
    connect: "接続を保存",
    found: (name: string) => `「${name}」に接続できました`,
    foundUnnamed: "アプリに接続できました",
    records: (count: string) => `レコード ${count}件`,
    fields: (count: string) => `フィールド ${count}個`,
    hasRecords: "既存のレコードがあるため、確認が済むまで書き込みを保留します。",
    tokenStored: "APIトークン：保存済み",
    tokenMissing: "APIトークン：未設定",
    stripeKey: "Stripeのキーが設定されていません",
    stripeKeyText:
      "管理者が daicho secret set コマンドで設定してください。設定するまで、Stripeのデータを読み取れません。",
  },

  mapping,

  preview: {
    title: "実際のデータで確認",
    text: "いちばん新しいデータが、どのようなレコードになるかを表示します。書き込みません。",
    id: "ID（空なら、いちばん新しいもの）",
    idWrong: (example: string) => `${example} の形で入力してください。`,
    show: "プレビューを表示",
    none: "Stripeにまだデータがありません。",
    notFound: (id: string) =>
      `${id} はStripeにありません。削除されていないか、テスト環境と本番環境を間違えていないかをご確認ください。`,
    value: "書き込まれる値",
    of: (id: string) => `${id} のプレビュー`,
    leftOut: "マッピングの条件により、このデータはレコードになりません。",
    refused: "このマッピングではプレビューできません。",
    nothing: "書き込まれる値がありません。",
    unread: "この値の元になるデータはまだ読み取っていません。もう一度プレビューを表示してください。",
  },

  drift: {
    title: "kintoneのフォームが変わりました",
    broken: "次の項目がマッピングと合わなくなっています。マッピングかフォームを直してください。",
    changed: "書き込みは続いています。次の変更で困るレコードがないか、ご確認ください。",
    seen: "確認済みにする",
  },

  transfer: {
    title: "マッピングの書き出しと読み込み",
    text: "テスト環境で作ったマッピングを本番に移したり、Gitで管理したりできます。接続先とAPIトークンは含まれません。",
    export: "マッピングをコピー",
    import: "読み込み",
    importLabel: "マッピング（JSON）を貼り付けてください",
    importRefused: (path: string) =>
      `読み込めません（${path}）。書き出したマッピングをそのまま貼り付けてください。`,
  },

  onboarding: {
    title: "Stripeのデータをkintoneへ",
    description: "kintoneアプリを接続し、マッピングを確かめて、初回取り込みをします。",
    connect: "kintoneアプリを接続する",
    map: "マッピングを確かめる",
    dryRun: "試算する（書き込みなし）",
    backfill: "初回取り込みをする",
    next: "次へ",
    saveFirst: "変更を保存すると、次へ進めます。",
    backToMap: "マッピングに戻る",
    done: "準備ができました",
    doneText: "これからのStripeの変更は、自動でkintoneに反映されます。",
    later: "続きは設定からいつでもできます。",
  },

  settings: {
    title: "設定",
    saved: "保存しました",
  },
};

export type Texts = typeof ja;
