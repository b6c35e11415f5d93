/** Answers of the Worker, all of it made up. */

import { readFileSync } from "node:fs";
import type {
  AppFound,
  AppState,
  Configuration,
  Failed,
  Home,
  Job,
  JobName,
  ObjectState,
  RecordState,
  Standing,
  TargetHealth,
} from "../../src/api/types.ts";

declare const TESTS: string;

const at = (time: string) => Date.parse(`2026-11-23T${time}:00+09:00`);
const URL_OF_RECORD = "https://example.cybozu.com/k/1/show#record=7";

export const OPTION = {
  ja: "「プラン」の選択肢にない値です。［アプリの設定 > フォーム］で選択肢を追加するか、マッピングで値を置き換えてください。",
  en: "“プラン” has no such option. Add it in the form's settings, or replace the value in the mapping.",
};

export function record(standing: Standing, more: Partial<RecordState> = {}): RecordState {
  const hasRecord = standing !== "not_linked" && standing !== "left_out";
  const isOld = standing !== "in_sync" && hasRecord;
  return {
    target: "customers",
    app: "顧客管理",
    standing,
    ...(hasRecord ? { url: URL_OF_RECORD, written: at("09:12") } : {}),
    compared: hasRecord,
    differing: isOld ? 2 : 0,
    fields: [
      {
        code: "顧客名",
        label: "顧客名",
        type: "SINGLE_LINE_TEXT",
        stripe: "見本商店",
        kintone: "見本商店",
        differs: false,
        keeps: false,
      },
      {
        code: "メール",
        label: "メールアドレス",
        type: "LINK",
        stripe: "new@example.com",
        kintone: isOld ? "old@example.com" : "new@example.com",
        differs: isOld,
        keeps: false,
      },
      {
        code: "登録日時",
        label: "登録日時",
        type: "DATETIME",
        stripe: "2026-11-01T00:30:00Z",
        kintone: "2026-11-01T00:30:00Z",
        differs: false,
        keeps: false,
      },
      {
        code: "タグ",
        label: "タグ",
        type: "CHECK_BOX",
        stripe: ["優良", "法人"],
        kintone: isOld ? [] : ["優良", "法人"],
        differs: isOld,
        keeps: false,
      },
      {
        code: "明細",
        label: "明細",
        type: "SUBTABLE",
        stripe: [{ value: {} }, { value: {} }],
        kintone: [
          { id: "1", value: {} },
          { id: "2", value: {} },
        ],
        differs: false,
        keeps: false,
      },
      {
        code: "担当者",
        label: "担当者",
        type: "USER_SELECT",
        stripe: [{ code: "sato", name: "佐藤 次郎" }],
        kintone: [{ code: "sato", name: "佐藤 次郎" }],
        differs: false,
        keeps: false,
      },
    ],
    ...more,
  };
}

export function objectState(standing: Standing, more: Partial<RecordState> = {}): ObjectState {
  return {
    standing,
    records: [record(standing, more)],
    child_kinds: ["subscription", "invoice"],
    children: [],
    more_children: false,
    happened: [],
  };
}

export const FULL_CUSTOMER: ObjectState = {
  ...objectState("in_sync"),
  children: [
    {
      kind: "subscription",
      id: "sub_1",
      status: "active",
      standing: "in_sync",
      url: "https://example.cybozu.com/k/2/show#record=3",
    },
    { kind: "invoice", id: "in_1", name: "INV-0001", status: "open", standing: "waiting" },
    { kind: "invoice", id: "in_2", status: "some_new_status", standing: "failed" },
  ],
  more_children: true,
  happened: [
    { at: at("09:12"), text: { ja: "kintoneに書き込みました。", en: "Written to kintone." } },
    { at: at("09:11"), text: { ja: "Stripeで変更されました。", en: "Changed in Stripe." } },
  ],
};

export function target(state: string, more: Partial<TargetHealth> = {}): TargetHealth {
  return { target: "customers", app: "顧客管理", state, waiting: 0, written: 1234, failed: 0, ...more };
}

export const HEALTHY: Home = {
  configured: true,
  events_today: 1280,
  waiting: 0,
  failed: 0,
  last_event: {
    type: "customer.updated",
    name: { ja: "顧客の変更", en: "Customer changed" },
    received: at("09:12"),
  },
  apps: [{ app: "顧客管理", url: "https://example.cybozu.com/k/1/", used: 312, share: 5000 }],
  targets: [target("active")],
  jobs: [],
};

export const FAILED: Failed = {
  id: 7,
  target: "customers",
  object: "cus_1",
  code: "option_missing",
  field: "プラン",
  text: OPTION,
  first: at("08:40"),
  last: at("09:10"),
  attempts: 3,
  url: URL_OF_RECORD,
};

export function job(name: JobName, state: Job["state"], more: Partial<Job> = {}): Job {
  const isRunning = state === "running";
  return {
    job: name,
    state,
    text: isRunning
      ? { ja: "顧客を読み取っています。", en: "Reading customers." }
      : { ja: "すべて終わりました。", en: "All is done." },
    counts: {
      seen: 1200,
      created: 1180,
      updated: 10,
      ...(name === "backfill" ? {} : { deleted: 2 }),
      unchanged: 3,
      left_out: 4,
      failed: 1,
    },
    resumable: name === "backfill" && state === "cancelled",
    ...(isRunning ? { progress: 0.42 } : { ended: at("09:20") }),
    begun: at("09:00"),
    examples: isRunning ? [] : [{ what: "refused", target: "customers", object: "cus_9", text: OPTION }],
    ...more,
  };
}

const demo = (name: string) => JSON.parse(readFileSync(new URL(`../../demo/${name}.json`, TESTS), "utf8"));

export const FORM = { properties: demo("forms/customers") };

export const APP: AppState = {
  alias: "顧客管理",
  address: { domain: "example.cybozu.com", app: 1 },
  url: "https://example.cybozu.com/k/1/",
  token: true,
  form: FORM,
};

export const FOUND: AppFound = { name: "顧客管理", form: FORM, records: 0 };

export const EMPTY: Configuration = { apps: [], targets: [], drift: [], stripe_key: true, may_change: true };

const { customers } = demo("mapping").targets;

/** A mapping short enough to be read. */
export const MAPPING = {
  version: 1,
  targets: { customers: { ...customers, fields: customers.fields.slice(0, 3) } },
};

export const CONFIGURED: Configuration = {
  ...EMPTY,
  mapping: MAPPING,
  mapping_etag: "m1",
  connections_etag: "c1",
  apps: [APP],
  targets: [target("active")],
};

export const CUSTOMER = {
  id: "cus_1",
  object: "customer",
  name: "見本商店",
  email: "sample@example.com",
  phone: null,
  created: 1_795_350_600,
  livemode: false,
};

/** What the Worker gathers beside an object, as it writes it. */
export const CONTEXT = {
  related: {},
  ledger: { subscriptions: null, invoices: null, charges: null },
  current: null,
  now: 1_795_350_600,
};
