/** Every text of the views in Japanese. */

import type { JobName, JobState, ObjectKind, Standing } from "../api/types.ts";

const standing: Record<Standing, string> = {
  in_sync: "同期済み",
  left_out: "対象外",
  not_linked: "レコードなし",
  waiting: "反映待ち",
  stopped: "停止中",
  failed: "要対応",
};

const standingText: Record<Standing, string> = {
  in_sync: "kintoneはStripeと一致しています。",
  left_out: "マッピングの条件により、レコードにしない対象です。",
  not_linked: "kintoneにレコードがありません。「今すぐ同期」で作成できます。",
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
    discarded: (count: number) => `${count}件を一覧から外しました`,
    saved: "保存しました",
    connected: "接続しました",
    waived: "書き込みを始めます",
    deleting: (count: number) => `${count}件を削除します`,
    kept: (count: number) => `${count}件を残しました`,
    started: "始めました",
    cancelled: "中止しました",
    copied: "コピーしました",
    imported: "読み込みました（未保存）",
  },

  loading: "読み込んでいます…",

  error: {
    signing: {
      title: "Stripeが要求に署名できませんでした",
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
    permission: {
      title: "権限がありません",
      read: "閲覧できるロールは管理者が決めています。閲覧が必要なときは、管理者にご相談ください。",
      change: "変更できるのは、Stripeの管理者と開発者です。",
    },
    rolesUnproven: (command: string) =>
      `ロール名に英数字以外が含まれるため、権限を確かめられませんでした。管理者が ${command} コマンドで同じ操作をできます。`,
    signature:
      "署名を確かめられませんでした。ページを再読み込みしてください。続くときは、サーバーの署名シークレットを管理者にご確認ください。",
    expired: "署名の期限が切れました。パソコンの時刻を確かめて、もう一度お試しください。",
    changedMeanwhile: "ほかの人が先に変更しました。再読み込みして、もう一度編集してください。",
    tooMany: "要求が多すぎます。少し待ってから、もう一度お試しください。",
    outdated: "表示が古い可能性があります。ページを再読み込みしてください。",
    logic: "確認用のプログラムが動きませんでした。ページを再読み込みしてください。",
  },

  unconfigured: {
    title: "まだ設定されていません",
    text: "kintoneアプリの接続とマッピングを設定すると、ここに連携の状態が表示されます。",
    open: "設定を開く",
  },

  readOnly: "閲覧のみできます。操作できるのは、Stripeの管理者と開発者です。",

  object: {
    record: "レコード",
    field: "項目",
    same: "一致",
    differs: "相違",
    differences: (count: number) => (count === 0 ? "相違はありません" : `${count}項目が異なります`),
    notCompared: "kintoneの値を読み取れませんでした。Stripeの値だけを表示しています。",
    noFields: "表示できる項目がありません。",
    noTargets: "この種類のデータを書き込むマッピングはありません。",
    written: (time: string) => `最終書き込み：${time}`,
    children: "サブスクリプションと請求書",
    noChildren: "サブスクリプションと請求書はありません。",
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
    noEvent: "まだイベントを受け取っていません",
    budget: "今日のリクエスト数（アプリ別）",
    budgetText: "kintoneの1日の上限のうち、この連携が使う分です。毎朝9時に戻ります。",
    used: (used: string, share: string) => `${used} / ${share}`,
    heldUntil: (time: string) => `${time}まで休止`,
    targets: "マッピング",
    records: (count: string) => `${count}件`,
    jobs: "一括処理",
  },

  target: {
    state: { unchecked: "確認前", held: "保留中", active: "稼働中", paused: "一時停止中" },
    counts: (written: string, waiting: string, failed: string) =>
      `レコード ${written}件・反映待ち ${waiting}件・要対応 ${failed}件`,
    heldTitle: "保留中：アプリに既存のレコードがあります",
    heldText:
      "既存のレコードを守るため、書き込みを保留しています。Stripeの変更は保管しており、失われません。書き込みを始めると、キー項目が一致するレコードは更新され、一致しないものは新しいレコードになります。",
    waiveLabel: "確認のため、kintoneのアプリ名を入力してください",
    waive: "書き込みを始める",
    pausedTitle: "一時停止中",
    pausedText: "書き込みを止めています。原因を直すと、自動で再開します。",
    deletionsTitle: "保留中：一度に多くのレコードが削除されます",
    deletionsText: "Stripeでの削除が多いため、確認をお願いしています。",
    deletionsDelete: "レコードを削除する",
    deletionsKeep: "レコードを残す",
    uncheckedTitle: "確認前",
    uncheckedText: "kintoneアプリを確認しています。しばらくお待ちください。",
  },

  failures: {
    title: "要対応",
    none: "要対応はありません。",
    total: (count: number) => `${count}件`,
    replay: "再送",
    replayAll: "すべて再送",
    discard: "外す",
    discardTitle: "一覧から外しますか",
    discardText: "このレコードは、次にStripeで変更があるまで書き込まれません。",
    discardReason: "理由",
    discardConfirm: "一覧から外す",
    attempts: (count: number, time: string) => `${count}回試行・最終 ${time}`,
    event: "イベント",
    after: "原因を直してから、再送してください。",
  },

  jobs: {
    title: "一括処理",
    text: {
      backfill:
        "Stripeにあるすべてのデータを、kintoneのレコードにします。途中で中止しても、続きから再開できます。",
      dry_run: "初回取り込みで何が起きるかを数えます。kintoneには書き込みません。",
      reconcile: "Stripeとkintoneを比べ、異なるレコードを直します。",
    } as Record<JobName, string>,
    start: { backfill: "取り込みを始める", dry_run: "試算する", reconcile: "突き合わせる" } as Record<
      JobName,
      string
    >,
    resume: {
      backfill: "続きから取り込む",
      dry_run: "もう一度試算する",
      reconcile: "続きから突き合わせる",
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
    unchanged: "変更なし",
    leftOut: "対象外",
    failed: "書き込めない",
    wouldCreate: "作成予定",
    wouldUpdate: "更新予定",
    wouldFail: "書き込めない見込み",
    count: (count: string) => `${count}件`,
    begun: (time: string) => `開始 ${time}`,
    ended: (time: string) => `終了 ${time}`,
    examples: "見つかったもの（一部）",
    what: {
      create: "作成",
      update: "更新",
      refused: "書き込めない",
      missing: "レコードなし",
      stale: "古い値",
      extra: "余分なレコード",
    },
  },

  app: {
    title: "kintoneアプリの接続",
    none: "接続したkintoneアプリはまだありません。",
    add: "アプリを接続する",
    edit: "接続を変更",
    use: "何を書き込みますか",
    address: "kintoneアプリのURL",
    addressHelp: "アプリを開いたときの、ブラウザーのアドレスを貼り付けてください。",
    addressExample: "https://example.cybozu.com/k/12/",
    addressWrong: "アプリのURLではないようです。例：https://example.cybozu.com/k/12/",
    guest: (space: number) => `ゲストスペース ${space}`,
    token: "APIトークン",
    tokenHelp:
      "［アプリの設定 > 設定 > APIトークン］で生成し、レコードの閲覧・追加・編集にチェックを入れて保存し、［アプリを更新］してください。",
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

  mapping: {
    title: "マッピング",
    none: "マッピングはまだありません。",
    suggest: "おすすめのマッピングを作る",
    suggestText: "フォームのフィールド名と型から、対応するStripeの項目を選びます。",
    suggested: "おすすめのマッピングです。確かめてから保存してください。",
    confidence: { high: "確度：高", medium: "確度：中", low: "確度：低（ご確認ください）" },
    key: "キー項目",
    keyText:
      "同じレコードを見つけるための項目です。「値の重複を禁止する」が有効なフィールドを選んでください。",
    keyNone:
      "選べるフィールドがありません。kintoneで文字列（1行）フィールドを追加し、「値の重複を禁止する」を有効にしてください。",
    field: "kintoneのフィールド",
    from: "値の種類",
    value: "Stripeの項目",
    kinds: {
      path: "Stripeの項目",
      template: "文章に埋め込む",
      constant: "決まった値",
      other: "詳細（JSON）",
    },
    valueLabel: {
      path: "Stripeの項目",
      template: "文章（{{ name }} の形で埋め込み）",
      constant: "値",
      other: "ルール（JSON）",
    },
    unreadableRule: "JSONとして読み取れません。",
    writePolicy: "書き込み",
    writePolicies: { always: "常に書き込む", on_create: "作成時だけ", if_empty: "空のときだけ" },
    writeMode: "レコードの書き込み方",
    writeModes: {
      upsert: "なければ作成し、あれば更新する",
      update_only: "更新だけ（作成しない）",
      create_only: "作成だけ（更新しない）",
    },
    onDelete: "Stripeで削除されたとき",
    onLeave: "条件から外れたとき",
    departures: {
      keep: "レコードを残す",
      mark: "フィールドに印を付ける",
      clear: "書き込んだ値を空にする",
      delete: "レコードを削除する",
    },
    deleteWarning: "kintoneのレコードが削除されます。元に戻せません。",
    markField: "印を付けるフィールド",
    markValue: "入れる値",
    addField: "フィールドを追加",
    addFieldChoose: "追加するフィールドを選んでください",
    allMapped: "すべてのフィールドに対応があります。",
    unmatched: "対応のないフィールド",
    required: "必須",
    noForm: "フォームを読み取れていません。接続を確認してください。",
    errors: (count: number) => `${count}件の問題があります。直すと保存できます。`,
    warnings: (count: number) => `${count}件の注意があります。`,
    valid: "問題はありません。",
    unsaved: "未保存の変更があります",
    silent: "kintoneは受け付けますが、値が失われます",
    advanced: "書き込み方と削除時の動作",
    dryRunDraft: "この内容で試算する",
    addTarget: "マッピングを追加",
    target: (kind: string, app: string) => `${kind} → ${app}`,
    sources: {
      customer: "顧客",
      subscription: "サブスクリプション",
      invoice: "請求書",
      subscription_item: "サブスクリプションの項目",
      invoice_line: "請求書の明細",
    },
    noApp: "先にkintoneアプリを接続してください。",
  },

  preview: {
    title: "実際のデータで確認",
    text: "いちばん新しいデータが、どのようなレコードになるかを表示します。書き込みません。",
    id: "ID（空なら、いちばん新しいもの）",
    idWrong: (example: string) => `${example} の形で入力してください。`,
    show: "プレビューを表示",
    none: "Stripeにまだデータがありません。",
    value: "書き込まれる値",
    of: (id: string) => `${id} のプレビュー`,
    leftOut: "マッピングの条件により、レコードになりません。",
    nothing: "書き込まれる値がありません。",
  },

  drift: {
    title: "kintoneのフォームが変わりました",
    text: "次の項目がマッピングと合わなくなっています。マッピングかフォームを直してください。",
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
