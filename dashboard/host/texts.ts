/** The stand-in's own words. */

import type { Locale } from "./session.ts";

const TEXTS = {
  simulated: ["模擬環境", "Simulated"],
  simulatedLong: [
    "開発用の模擬環境です。Stripeの画面ではありません。",
    "A stand-in for development. This is not Stripe's Dashboard.",
  ],
  home: ["ホーム", "Home"],
  customers: ["顧客", "Customers"],
  subscriptions: ["サブスクリプション", "Subscriptions"],
  invoices: ["請求書", "Invoices"],
  settings: ["アプリの設定", "App settings"],
  onboarding: ["はじめる", "Get started"],
  story: ["体験：選択肢の名前が変わったら", "Try it: an option is renamed"],
  storySynced: ["同期済みを見る", "See it in sync"],
  storySyncedText: [
    "右の画面がStripe Appです。この顧客のkintoneのレコードは、Stripeと一致しています。次へ進むと、ほかの人がkintoneのフォームを変えます。",
    "On the right is the Stripe App: this customer's record in kintone holds what Stripe says. Next, somebody changes the form in kintone.",
  ],
  storyRename: ["kintoneで選択肢の名前を変える", "Rename an option in kintone"],
  storyRenameText: [
    "kintoneの「{field}」で、選択肢「{before}」の名前を「{after}」に変えました。まだ何も起きていません。次に、Stripeでこの顧客を変更します。",
    "In kintone, the option “{before}” of “{field}” is now “{after}”. Nothing has happened yet. Next, the customer changes in Stripe.",
  ],
  storyChange: ["Stripeで顧客を変更する", "Change the customer in Stripe"],
  storyChangeText: [
    "Stripeで顧客名を変えました。「{before}」はもう選べないため、書き込めずに「要対応」になります。理由は右に表示されます。",
    "The customer's name changed in Stripe. “{before}” can no longer be chosen, so the record needs attention; the reason stands on the right.",
  ],
  storyMend: ["kintoneで選択肢を追加する", "Add the option again"],
  storyMendText: [
    "kintoneの「{field}」に、選択肢「{before}」を追加し直しました。右の［再送］を押してください。（［アプリの設定］で、マッピングに変換「置き換え」を追加して直すこともできます。）",
    "In kintone, “{field}” has the option “{before}” again. Press “Send again” on the right. (It can also be mended in the app's settings: add the change “replace” to the mapping.)",
  ],
  storyReplay: ["結果を見る", "See the result"],
  storyReplayText: [
    "書き込めると「同期済み」に戻り、kintoneの顧客名も新しくなります。まだ「要対応」なら［再送］を押してください。",
    "Once written, it is in sync again and kintone has the new name. If it still needs attention, press “Send again”.",
  ],
  install: ["インストール", "Install"],
  permissions: ["このアプリが求める権限", "What the app may do"],
  connections: ["このアプリの接続先", "Where the app connects to"],
  name: ["名前", "Name"],
  email: ["メール", "Email"],
  created: ["作成日時", "Created"],
  status: ["状態", "Status"],
  amount: ["金額", "Amount"],
  number: ["番号", "Number"],
  customer: ["顧客", "Customer"],
  description: ["説明", "Description"],
  phone: ["電話番号", "Phone"],
  details: ["詳細", "Details"],
  more: ["さらに表示", "Show more"],
  nothing: ["まだありません", "Nothing yet"],
  newest: ["最近の顧客", "Newest customers"],
  newestInvoices: ["最近の請求書", "Newest invoices"],
  language: ["言語", "Language"],
  mode: ["モード", "Mode"],
  test: ["テスト", "Test"],
  live: ["本番", "Live"],
  role: ["ロール", "Role"],
  admin: ["管理者", "Administrator"],
  developer: ["開発者", "Developer"],
  view_only: ["閲覧のみ", "View only"],
  wasm: ["WebAssemblyを許可", "Allow WebAssembly"],
  noView: ["この画面に表示するビューはありません。", "The app has no view here."],
  openApp: ["アプリを開く", "Open the app"],
  close: ["閉じる", "Close"],
  testBand: ["テストデータ", "Test data"],
  save: ["保存", "Save"],
  more_actions: ["その他の操作", "More actions"],
  unreadable: ["読み込めませんでした。", "It could not be read."],
  loading: ["読み込み中", "Loading"],
} as const;

export type Word = keyof typeof TEXTS;

/** The words of a language. */
export function words(locale: Locale): (word: Word) => string {
  return (word) => TEXTS[word][locale === "ja" ? 0 : 1];
}
