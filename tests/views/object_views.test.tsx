/** The views of a customer, a subscription and an invoice, in each state. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import CustomerView from "../../src/views/CustomerView.tsx";
import InvoiceView from "../../src/views/InvoiceView.tsx";
import SubscriptionView from "../../src/views/SubscriptionView.tsx";
import { contextAt, dashboard } from "./dashboard.ts";
import { FULL_CUSTOMER, OPTION, objectState, record } from "./fixtures.ts";
import { open } from "./screen.ts";
import { states } from "./states.ts";

const customer = { object: { id: "cus_1", object: "customer" } };
const refusedRoles = { status: 403, reason: "reading_not_allowed" };
const held = {
  ja: "アプリに既存のレコードがあるため、書き込みを止めています。",
  en: "The app already has records, so nothing is written.",
};

const resting = {
  ja: "今日のリクエスト数が上限に達したため、書き込みを休止しています。9:00に自動で再開します。",
  en: "Today's requests are used up, so nothing is written. Writing resumes by itself at 09:00 in Japan.",
};
const deleted = { ja: "kintoneでレコードが削除されています。", en: "The record was deleted in kintone." };
const notCreated = {
  ja: "更新だけを行うマッピングのため、レコードは作成されません。",
  en: "The mapping only updates, so no record is made.",
};
const hidden = {
  ja: "この画面に表示しない項目の値が、kintoneで変更されています。",
  en: "A value that is not shown here was changed in kintone.",
};
const DELETED = { text: deleted, compared: false, differing: 0, fields: record("not_linked").fields };
const KEPT = {
  code: "担当",
  label: "担当",
  type: "SINGLE_LINE_TEXT",
  stripe: "見本商店",
  kintone: "山田",
  differs: false,
  keeps: true,
};
const UNKNOWN = { compared: false, differing: 0, fields: [], url: null, written: null };
const unreadable = {
  ja: "保存されている設定を、このバージョンのDaichoは読み取れません。",
  en: "This version of Daicho cannot read the stored settings.",
};

states("CustomerView", CustomerView, customer, {
  in_sync: { replies: { object: { answer: FULL_CUSTOMER } } },
  live: { replies: { object: { answer: objectState("in_sync") } }, place: { mode: "live" } },
  waiting: { replies: { object: { answer: objectState("waiting") } } },
  resting: {
    replies: {
      object: { answer: objectState("waiting", { text: resting, code: "resting", compared: false }) },
    },
  },
  differs: { replies: { object: { answer: objectState("differs") } } },
  not_linked: { replies: { object: { answer: objectState("not_linked") } } },
  left_out: { replies: { object: { answer: objectState("left_out") } } },
  stopped: { replies: { object: { answer: objectState("stopped", { text: held, code: "records_found" }) } } },
  failed: { replies: { object: { answer: objectState("failed", { text: OPTION, failure: 7 }) } } },
  deleted_in_kintone: {
    replies: { object: { answer: objectState("differs", DELETED) } },
  },
  only_updated: { replies: { object: { answer: objectState("not_linked", { text: notCreated }) } } },
  kept_in_kintone: { replies: { object: { answer: objectState("in_sync", { fields: [KEPT] }) } } },
  hidden_field_differs: {
    replies: { object: { answer: objectState("differs", { text: hidden, fields: [], differing: 1 }) } },
  },
  not_read_yet: { replies: { object: { answer: objectState("waiting", UNKNOWN) } } },
  only_invoices_mapped: {
    replies: { object: { answer: { ...objectState("in_sync"), child_kinds: ["invoice"] } } },
  },
  no_children_mapped: { replies: { object: { answer: { ...objectState("in_sync"), child_kinds: [] } } } },
  kintone_unread: { replies: { object: { answer: objectState("in_sync", { compared: false }) } } },
  every_field_hidden: { replies: { object: { answer: objectState("in_sync", { fields: [] }) } } },
  no_mapping_for_it: { replies: { object: { answer: { ...objectState("not_linked"), records: [] } } } },
  read_only: {
    replies: { object: { answer: objectState("failed", { text: OPTION, failure: 7 }) } },
    place: { roles: ["support_specialist"] },
  },
  loading: { replies: { object: "silent" } },
  no_permission: { replies: { object: refusedRoles } },
  not_configured: { replies: { object: { status: 409, reason: "not_configured" } } },
  configuration_unreadable: {
    replies: { object: { status: 409, reason: "configuration_unreadable", text: unreadable } },
  },
  unreachable: { replies: { object: "unreachable" } },
  unsigned: { replies: {}, signs: false },
  broken_server: { replies: { object: { status: 500, reason: "internal" } } },
  sync_refused: {
    replies: {
      object: { answer: objectState("in_sync") },
      sync: {
        status: 401,
        reason: "roles_unproven",
        text: {
          ja: "ロール名が英数字だけの管理者または開発者に依頼してください。",
          en: "Ask an administrator or developer whose roles' names are in ASCII.",
        },
      },
    },
    act: (screen, texts) => screen.press(texts.action.sync),
  },
});

states(
  "SubscriptionView",
  SubscriptionView,
  { object: { id: "sub_1", object: "subscription" } },
  {
    in_sync: { replies: { object: { answer: objectState("in_sync") } } },
    failed: { replies: { object: { answer: objectState("failed", { text: OPTION, failure: 7 }) } } },
  },
);

states(
  "InvoiceView",
  InvoiceView,
  { object: { id: "in_1", object: "invoice" } },
  {
    in_sync: { replies: { object: { answer: objectState("in_sync") } } },
    left_out: { replies: { object: { answer: objectState("left_out") } } },
  },
);

test("“sync now” asks for the object, says so, and looks again until it is written", async () => {
  const at = dashboard({
    object: [
      { answer: objectState("in_sync") },
      { answer: objectState("waiting") },
      { answer: objectState("in_sync") },
    ],
    sync: { answer: { records: 1 } },
  });
  const screen = await open(CustomerView, contextAt(customer));
  await screen.press(ja.action.sync);
  const sync = at.arrived.find(({ op }) => op === "sync");
  assert.deepEqual(sync?.request.object, { kind: "customer", id: "cus_1" });
  assert.deepEqual(at.toasts, [ja.toast.syncing]);
  assert.match(screen.text(), new RegExp(ja.standing.waiting));
  assert.equal(at.timers.length, 1);
  at.timers.splice(0)[0]?.run();
  await screen.settle();
  assert.match(screen.text(), new RegExp(ja.standing.in_sync));
  assert.equal(at.timers.length, 0, "what is written is not asked for again and again");
});

test("an object with several records is looked at again while one of them is on its way", async () => {
  const failed = objectState("failed", { text: OPTION, failure: 7 });
  const both = { ...failed, records: [...failed.records, record("waiting", { target: "others" })] };
  const at = dashboard({ object: { answer: both } });
  const screen = await open(CustomerView, contextAt(customer));
  assert.equal(at.timers.length, 1);
  at.timers.splice(0)[0]?.run();
  await screen.settle();
  assert.equal(at.arrived.length, 2);
});

test("the object is read again on demand", async () => {
  const at = dashboard({
    object: [{ answer: objectState("in_sync") }, { answer: objectState("differs") }],
  });
  const screen = await open(CustomerView, contextAt(customer));
  await screen.press(ja.action.reload);
  assert.match(screen.text(), new RegExp(ja.standing.differs));
  assert.equal(at.arrived.length, 2);
});

test("再送 names the failure and reads the object again", async () => {
  const at = dashboard({
    object: [
      { answer: objectState("failed", { text: OPTION, failure: 7 }) },
      { answer: objectState("in_sync") },
    ],
    replay: { answer: { count: 1 } },
  });
  const screen = await open(CustomerView, contextAt(customer));
  await screen.press(ja.failures.replay);
  assert.deepEqual(at.arrived.find(({ op }) => op === "replay")?.request.ids, [7]);
  assert.match(screen.text(), new RegExp(ja.standing.in_sync));
});

for (const [where, place, asks] of [
  ["at another object", { object: { id: "cus_2", object: "customer" } }, ["cus_2", "test"]],
  ["in the other mode", { ...customer, mode: "live" }, ["cus_1", "live"]],
] as const) {
  test(`${where} nothing of the one before is shown`, async () => {
    const at = dashboard({
      object: [{ answer: objectState("differs") }, "silent"],
      sync: { status: 500, reason: "internal" },
    });
    const screen = await open(CustomerView, contextAt(customer));
    await screen.press(ja.action.sync);
    assert.match(screen.text(), new RegExp(ja.standing.differs));
    await screen.move(contextAt(place));
    assert.doesNotMatch(screen.text(), new RegExp(`${ja.standing.differs}|${ja.error.failed.title}`));
    await assert.rejects(screen.press(ja.action.sync), "nothing is known of it yet");
    const { request, signed } = at.arrived.at(-1) ?? assert.fail();
    assert.deepEqual([request.id, signed.mode], asks);
  });
}

test("the same place told anew is not read anew", async () => {
  const at = dashboard({ object: { answer: objectState("in_sync") } });
  const screen = await open(CustomerView, contextAt(customer));
  await screen.move(contextAt(customer));
  assert.equal(at.arrived.length, 1);
});
