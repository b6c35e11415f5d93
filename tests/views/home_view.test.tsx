/** The view of the home page, in each state. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import HomeView from "../../src/views/HomeView.tsx";
import { contextAt, dashboard } from "./dashboard.ts";
import { FAILED, HEALTHY, job, target } from "./fixtures.ts";
import { open } from "./screen.ts";
import { states } from "./states.ts";

const failing = { ...HEALTHY, failed: 1, targets: [target("active", { failed: 1 })] };
const failures = { answer: { total: 1, failures: [FAILED] } };
const held = target("held", { reason: "records_found", waiting: 12, written: 0 });
const deleting = (waiting: number, more = false) =>
  target("held", { reason: "many_deletions", waiting, deletions: { waiting, more, today: 2, limit: 12 } });
const refused = target("paused", {
  reason: "many_refused",
  text: {
    ja: "kintoneが「プラン」の値を同じ理由で受け付けなかったため、書き込みを止めています。設定の［書き込みを再開する］を押してください。（エラーコード：CB_VA01）",
    en: 'Many records were refused for the same reason: the value of "プラン". Then press "Resume writing" in the settings. (Error code: CB_VA01)',
  },
});
const keyless = target("paused", {
  reason: "key_not_filled",
  text: {
    ja: "追加したレコードのキー項目が空でした。そのレコードを削除してから、設定の［書き込みを再開する］を押してください。",
    en: 'A record that was added has an empty key field. Delete that record, then press "Resume writing" in the settings.',
  },
});
const silent = {
  ja: "kintoneへのリクエストが失敗しました。自動で再試行しますので、しばらくお待ちください。",
  en: "Requests to kintone fail. They are tried again by themselves; nothing has to be done.",
};
const claimed = {
  ja: "このアプリは別のStripeアカウントの書き込み先になっています。別のアプリを指定してください。",
  en: "Another Stripe account writes to this app. Name another app here.",
};

states(
  "HomeView",
  HomeView,
  {},
  {
    healthy: { replies: { home: { answer: HEALTHY } } },
    live: { replies: { home: { answer: HEALTHY } }, place: { mode: "live" } },
    waiting: { replies: { home: { answer: { ...HEALTHY, waiting: 3 } } } },
    failed: { replies: { home: { answer: failing }, failures } },
    failed_read_only: {
      replies: { home: { answer: failing }, failures },
      place: { roles: ["view_only"] },
    },
    leaving_a_failure: {
      replies: { home: { answer: failing }, failures },
      act: (screen, texts) => screen.press(texts.failures.discard),
    },
    held: { replies: { home: { answer: { ...HEALTHY, targets: [held] } } } },
    wrong_name: {
      replies: {
        home: { answer: { ...HEALTHY, targets: [held] } },
        waive: {
          status: 422,
          reason: "other_app_name",
          text: {
            ja: "アプリ名が一致しません。kintoneに表示されているとおりに入力してください。",
            en: "The app has another name. Type it exactly as kintone shows it.",
          },
        },
      },
      act: async (screen, texts) => {
        await screen.type(texts.target.waiveLabel, "顧客");
        await screen.press(texts.target.waive);
      },
    },
    retrying: {
      replies: {
        home: {
          answer: {
            ...HEALTHY,
            waiting: 3,
            targets: [target("active", { reason: "retrying", text: silent, waiting: 3 })],
          },
        },
      },
    },
    many_deletions: {
      replies: { home: { answer: { ...HEALTHY, targets: [deleting(23)] } } },
    },
    more_deletions_than_were_counted: {
      replies: { home: { answer: { ...HEALTHY, targets: [deleting(4321, true)] } } },
    },
    many_deletions_read_only: {
      replies: { home: { answer: { ...HEALTHY, targets: [deleting(23)] } } },
      place: { roles: ["view_only"] },
    },
    many_refused: { replies: { home: { answer: { ...HEALTHY, targets: [refused] } } } },
    key_not_filled: { replies: { home: { answer: { ...HEALTHY, targets: [keyless] } } } },
    paused: {
      replies: {
        home: {
          answer: { ...HEALTHY, targets: [target("paused", { reason: "claimed_elsewhere", text: claimed })] },
        },
      },
    },
    unchecked: { replies: { home: { answer: { ...HEALTHY, targets: [target("unchecked")] } } } },
    compared: { replies: { home: { answer: { ...HEALTHY, jobs: [job("reconcile", "done")] } } } },
    importing: { replies: { home: { answer: { ...HEALTHY, jobs: [job("backfill", "running")] } } } },
    unreadable: {
      replies: {
        home: {
          answer: {
            ...HEALTHY,
            configured: false,
            targets: [],
            notice: {
              ja: "保存されている設定を、このバージョンのDaichoは読み取れません。",
              en: "This version of Daicho cannot read the stored settings.",
            },
          },
        },
      },
    },
    resting: {
      replies: {
        home: {
          answer: {
            ...HEALTHY,
            apps: HEALTHY.apps.map((app) => ({
              ...app,
              used: 5000,
              held_until: Date.parse("2026-11-24T00:00:00Z"),
            })),
          },
        },
      },
    },
    no_event_yet: { replies: { home: { answer: { ...HEALTHY, events_today: 0, last_event: null } } } },
    not_configured: {
      replies: { home: { answer: { ...HEALTHY, configured: false, apps: [], targets: [] } } },
    },
    loading: { replies: { home: "silent" } },
    no_permission: { replies: { home: { status: 403, reason: "reading_not_allowed" } } },
    unreachable: { replies: { home: "unreachable" } },
  },
);

test("the typed name is sent, and the target stands anew", async () => {
  const at = dashboard({
    home: [{ answer: { ...HEALTHY, targets: [held] } }, { answer: HEALTHY }],
    waive: { answer: {} },
  });
  const screen = await open(HomeView, contextAt({}));
  await assert.rejects(screen.press(ja.target.waive), "an empty name is not sent");
  await screen.type(ja.target.waiveLabel, "顧客管理");
  await screen.press(ja.target.waive);
  const { request } = at.arrived.find(({ op }) => op === "waive") ?? assert.fail();
  assert.deepEqual([request.target, request.app_name], ["customers", "顧客管理"]);
  assert.match(screen.text(), new RegExp(ja.home.healthy));
});

test("a failure that was sent again leaves the list; one is left with a reason", async () => {
  const second = { ...FAILED, id: 8, object: "cus_8" };
  const at = dashboard({
    home: { answer: { ...failing, failed: 2 } },
    failures: [
      { answer: { total: 2, failures: [FAILED, second] } },
      { answer: { total: 1, failures: [second] } },
    ],
    replay: { answer: { count: 1 } },
    discard: { answer: { count: 1 } },
  });
  const screen = await open(HomeView, contextAt({}));
  await screen.press(ja.failures.replay);
  assert.doesNotMatch(screen.text(), /cus_1\b/);
  await screen.press(ja.failures.discard);
  await screen.type(ja.failures.discardReason, "退会済み");
  await screen.press(ja.failures.discardConfirm);
  const { request } = at.arrived.find(({ op }) => op === "discard") ?? assert.fail();
  assert.deepEqual([request.ids, request.reason], [[8], "退会済み"]);
  assert.deepEqual(at.toasts, [ja.toast.replayed(1), ja.toast.discarded(1)]);
});

test("more failures come page by page", async () => {
  const second = { ...FAILED, id: 8, object: "cus_8" };
  const at = dashboard({
    home: { answer: { ...failing, failed: 2 } },
    failures: [{ answer: { total: 2, failures: [FAILED] } }, { answer: { total: 2, failures: [second] } }],
  });
  const screen = await open(HomeView, contextAt({}));
  await screen.press(ja.action.more);
  assert.deepEqual(
    at.arrived.filter(({ op }) => op === "failures").map(({ request }) => request),
    [{}, { after: 7 }],
  );
  assert.match(screen.text(), /cus_1\b[\s\S]*cus_8\b/);
});

test("many records are deleted only once their number was typed, and only as many", async () => {
  const at = dashboard({
    home: { answer: { ...HEALTHY, targets: [deleting(1234)] } },
    deletions: { answer: { records: 1234 } },
  });
  const screen = await open(HomeView, contextAt({}));
  const button = ja.target.deletionsDelete(ja.target.deletionsWaiting("1,234"));
  for (const typed of ["", "123", "12345", "削除"]) {
    await screen.type(ja.target.deletionsLabel("1,234"), typed);
    await assert.rejects(screen.press(button), typed);
  }
  for (const typed of ["1234", "1,234", "１２３４"]) {
    await screen.type(ja.target.deletionsLabel("1,234"), typed);
    await screen.press(button);
  }
  await screen.press(ja.target.deletionsKeep);
  const sent = at.arrived.filter(({ op }) => op === "deletions").map(({ request }) => request);
  const requests = sent.map(({ target, delete: isDeleting, waiting }) => [target, isDeleting, waiting]);
  const deleted = ["customers", true, 1234];
  assert.deepEqual(requests, [deleted, deleted, deleted, ["customers", false, undefined]]);
});

test("a target of which much was refused goes on at the press of a button", async () => {
  const at = dashboard({
    home: [
      { answer: { ...HEALTHY, targets: [refused] } },
      { answer: { ...HEALTHY, targets: [refused] } },
      { answer: HEALTHY },
    ],
    resume: { answer: {} },
  });
  const screen = await open(HomeView, contextAt({}));
  await screen.press(ja.target.resume);
  assert.match(screen.text(), new RegExp(ja.home.stopped), "it is only checked");
  at.timers.shift()?.run();
  await screen.settle();
  assert.equal(at.arrived.find(({ op }) => op === "resume")?.request.target, "customers");
  assert.match(screen.text(), new RegExp(ja.home.healthy));
});

test("it is read again while something goes on by itself, and not while it waits for a person", async () => {
  const waitingFor = async (waiting: number, state: string) => {
    const at = dashboard({
      home: { answer: { ...HEALTHY, waiting, targets: [target(state, { waiting: 12 })] } },
    });
    await open(HomeView, contextAt({}));
    return at.timers.length;
  };
  assert.equal(await waitingFor(12, "held"), 0, "only the held target's records wait");
  assert.equal(await waitingFor(13, "held"), 1, "something else waits too");
  assert.equal(await waitingFor(12, "active"), 1);
  assert.equal(await waitingFor(0, "unchecked"), 1, "its app is being checked");
});

test("one reading that fails does not end those that follow", async () => {
  const busy = { ...HEALTHY, waiting: 3 };
  const at = dashboard({
    home: [{ answer: busy }, { status: 500, reason: "internal" }, { answer: HEALTHY }],
  });
  const screen = await open(HomeView, contextAt({}));
  const next = async () => {
    at.timers.shift()?.run();
    await screen.settle();
  };
  await next();
  assert.match(screen.text(), new RegExp(ja.error.failed.title));
  assert.equal(at.timers.length, 1);
  await next();
  assert.doesNotMatch(screen.text(), new RegExp(ja.error.failed.title));
  assert.equal(at.timers.length, 0);
});

test("the failures are read again with all else, at the press of the button and when their number changes", async () => {
  const second = { ...FAILED, id: 8, object: "cus_8" };
  const third = { ...FAILED, id: 9, object: "cus_9" };
  const at = dashboard({
    home: [
      { answer: failing },
      { answer: { ...failing, waiting: 3 } },
      { answer: { ...failing, failed: 2 } },
    ],
    failures: [
      { answer: { total: 1, failures: [FAILED] } },
      { answer: { total: 1, failures: [second] } },
      { answer: { total: 2, failures: [second, third] } },
    ],
  });
  const screen = await open(HomeView, contextAt({}));
  await screen.press(ja.action.reload);
  assert.match(screen.text(), /cus_8\b/);
  assert.doesNotMatch(screen.text(), /cus_1\b/);
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), /cus_8\b[\s\S]*cus_9\b/);
  assert.equal(at.arrived.filter(({ op }) => op === "failures").length, 3);
});
