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
