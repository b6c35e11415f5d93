/** The settings, in each state. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Issue } from "../../src/api/types.ts";
import { ja } from "../../src/texts/ja.ts";
import SettingsView from "../../src/views/SettingsView.tsx";
import { contextAt, dashboard, type Replies } from "./dashboard.ts";
import {
  APP,
  CONFIGURED,
  CONTEXT,
  CUSTOMER,
  EMPTY,
  FAILED,
  FOUND,
  job,
  MAPPING,
  OPTION,
  target,
} from "./fixtures.ts";
import { open, type Screen } from "./screen.ts";
import { states } from "./states.ts";

const QUIET: Replies = {
  job: { answer: null },
  failures: { answer: { total: 0, failures: [] } },
};
const configured: Replies = { ...QUIET, configuration: { answer: CONFIGURED } };
const empty: Replies = { ...QUIET, configuration: { answer: EMPTY } };
const RENAMED: Issue = {
  code: "unused_option_removed",
  severity: "warning",
  refused_by: "kintone",
  target: "customers",
  field: "業種",
  label: "業種",
  text: {
    ja: "「業種」の選択肢「製造」が削除されたか名前が変わりました。Stripeの値が「製造」のレコードは書き込めません。選択肢を戻すか、マッピングで値を置き換えてください。",
    en: 'The option "製造" of "業種" was removed or renamed. A record for which Stripe has this value cannot be written. Bring the option back, or replace the value in the mapping.',
  },
};
const unknownToken = {
  status: 422,
  reason: "token_refused",
  text: {
    ja: "APIトークンが正しくないか、まだ有効になっていません。APIトークンを確かめ、［アプリを更新］してください。",
    en: "The API token is wrong or not active yet. Check it, and select Update App.",
  },
};

async function fillIn(screen: Screen, texts: typeof ja): Promise<void> {
  await screen.press(texts.app.add);
  await screen.type(texts.app.address, "https://example.cybozu.com/k/1/");
  await screen.type(texts.app.token, "made-up-token");
}

states(
  "SettingsView",
  SettingsView,
  {},
  {
    empty: { replies: empty },
    configured: { replies: configured },
    live: { replies: configured, place: { mode: "live" } },
    connecting: {
      replies: empty,
      act: async (screen, texts) => {
        await screen.press(texts.app.add);
        await screen.type(texts.app.address, "example");
      },
    },
    app_found: {
      replies: { ...empty, try_app: { answer: { ...FOUND, records: 1234 } } },
      act: async (screen, texts) => {
        await fillIn(screen, texts);
        await screen.press(texts.app.test);
      },
    },
    token_refused: {
      replies: { ...empty, try_app: unknownToken },
      act: async (screen, texts) => {
        await fillIn(screen, texts);
        await screen.press(texts.app.test);
      },
    },
    suggestion: {
      replies: { ...QUIET, configuration: { answer: { ...EMPTY, apps: [APP] } } },
      act: (screen, texts) => screen.press(texts.mapping.suggest),
    },
    suggestion_in_place_of_another: {
      replies: configured,
      act: (screen, texts) => screen.press(texts.mapping.suggest),
    },
    changing_a_connection: { replies: configured, act: (screen, texts) => screen.press(texts.app.edit) },
    no_stripe_key: { replies: { ...QUIET, configuration: { answer: { ...EMPTY, stripe_key: false } } } },
    wrong_rule: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.valueLabel.path, "address..city"),
    },
    rule_as_json: {
      replies: configured,
      act: async (screen, texts) => {
        await screen.type(texts.mapping.from, "other");
        await screen.type(texts.mapping.valueLabel.other, "{");
      },
    },
    field_removed: { replies: configured, act: (screen, texts) => screen.press(texts.action.remove) },
    deleting_records: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.onDelete, "delete"),
    },
    marking_records: {
      replies: configured,
      act: (screen, texts) => screen.type(texts.mapping.onDelete, "mark"),
    },
    preview: {
      replies: { ...configured, sample: { answer: { object: CUSTOMER, context: CONTEXT } } },
      act: (screen, texts) => screen.press(texts.preview.show),
    },
    no_data_yet: {
      replies: { ...configured, sample: { answer: { object: null } } },
      act: (screen, texts) => screen.press(texts.preview.show),
    },
    no_such_data: {
      replies: { ...configured, sample: { answer: { object: null } } },
      act: async (screen, texts) => {
        await screen.type(texts.preview.id, "cus_404");
        await screen.press(texts.preview.show);
      },
    },
    save_refused: {
      replies: {
        ...configured,
        put_mapping: {
          status: 422,
          reason: "issues",
          text: {
            ja: "設定に問題があるため、保存していません。表示された内容を直してください。",
            en: "There are problems, so nothing was stored. Correct what is shown.",
          },
          issues: [{ text: OPTION }],
        },
      },
      act: async (screen, texts) => {
        await screen.type(texts.mapping.valueLabel.path, "description");
        await screen.press(texts.action.save);
      },
    },
    changed_meanwhile: {
      replies: { ...configured, put_mapping: { status: 412, reason: "changed_meanwhile" } },
      act: async (screen, texts) => {
        await screen.type(texts.mapping.valueLabel.path, "description");
        await screen.press(texts.action.save);
      },
    },
    form_unread: {
      replies: {
        ...QUIET,
        configuration: { answer: { ...CONFIGURED, apps: [{ ...APP, form: null, token: false }] } },
      },
    },
    drift: {
      replies: {
        ...QUIET,
        configuration: {
          answer: {
            ...CONFIGURED,
            drift: [
              {
                code: "option_removed",
                severity: "error",
                refused_by: "kintone",
                target: "customers",
                field: "プラン",
                label: "プラン",
                text: OPTION,
              },
            ],
          },
        },
      },
    },
    option_renamed: {
      replies: { ...QUIET, configuration: { answer: { ...CONFIGURED, drift: [RENAMED] } } },
    },
    held: {
      replies: {
        ...QUIET,
        configuration: { answer: { ...CONFIGURED, targets: [target("held", { reason: "records_found" })] } },
      },
    },
    dry_run_running: { replies: { ...configured, job: { answer: job("dry_run", "running") } } },
    dry_run_done: { replies: { ...configured, job: { answer: job("dry_run", "done") } } },
    importing: { replies: { ...configured, job: { answer: job("backfill", "running") } } },
    import_cancelled: { replies: { ...configured, job: { answer: job("backfill", "cancelled") } } },
    failures: { replies: { ...configured, failures: { answer: { total: 1, failures: [FAILED] } } } },
    import_unreadable: {
      replies: configured,
      act: async (screen, texts) => {
        await screen.type(texts.transfer.importLabel, '{"version": 1, "targets": {"a": {}}}');
        await screen.press(texts.transfer.import);
      },
    },
    read_only: { replies: configured, place: { roles: ["view_only"] } },
    loading: { replies: { configuration: "silent" } },
    roles_unproven: {
      replies: {
        configuration: [
          { status: 401, reason: "roles_unproven" },
          { status: 403, reason: "reading_not_allowed" },
        ],
      },
    },
    no_permission: { replies: { configuration: { status: 403, reason: "reading_not_allowed" } } },
    unreachable: { replies: { configuration: "unreachable" } },
  },
);

test("what is typed is checked at each key stroke, without the network, and saved once it is right", async () => {
  const at = dashboard({ ...configured, put_mapping: { answer: { etag: "m2", issues: [] } } });
  const screen = await open(SettingsView, contextAt({}));
  const calls = at.arrived.length;
  for (const text of ["a", "ad", "address.", "address..city"]) {
    await screen.type(ja.mapping.valueLabel.path, text);
  }
  assert.match(screen.text(), /error: .*address\.\.city/);
  await assert.rejects(screen.press(ja.action.save), "what is wrong is not saved");
  assert.equal(at.arrived.length, calls);
  await screen.type(ja.mapping.valueLabel.path, "address.city");
  await screen.press(ja.action.save);
  const { request } = at.arrived.find(({ op }) => op === "put_mapping") ?? assert.fail();
  const { targets } = request.mapping as typeof MAPPING;
  assert.deepEqual(targets.customers.fields[0].value, { path: "address.city" });
  assert.equal(request.etag, "m1");
  assert.deepEqual(at.toasts, [ja.toast.saved]);
});

test("the preview asks for what the draft looks at, though it is not saved", async () => {
  const at = dashboard({ ...configured, sample: { answer: { object: CUSTOMER, context: CONTEXT } } });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "tax_ids.data[0].value");
  await screen.press(ja.preview.show);
  const { request } = at.arrived.find(({ op }) => op === "sample") ?? assert.fail();
  const { targets } = request.mapping as typeof MAPPING;
  assert.deepEqual(targets.customers.fields[0].value, { path: "tax_ids.data[0].value" });
});

test("what is typed while the mapping is being saved can be saved after it", async () => {
  let arrives = () => {};
  const after = new Promise<void>((resolve) => {
    arrives = resolve;
  });
  const at = dashboard({
    ...configured,
    put_mapping: [{ answer: { etag: "m2", issues: [] }, after }, { answer: { etag: "m3", issues: [] } }],
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "email");
  await screen.press(ja.action.save);
  await screen.type(ja.mapping.valueLabel.path, "phone");
  arrives();
  await screen.settle();
  await screen.press(ja.action.save);
  const saved = at.arrived.filter(({ op }) => op === "put_mapping").map(({ request }) => request);
  const paths = saved.map(({ mapping }) => (mapping as typeof MAPPING).targets.customers.fields[0].value);
  assert.deepEqual(paths, [{ path: "email" }, { path: "phone" }]);
  assert.deepEqual(
    saved.map(({ etag }) => etag),
    ["m1", "m2"],
  );
});

test("what is edited while the saved mapping is read again builds on it", async () => {
  const after = new Promise<void>(() => {});
  const at = dashboard({
    ...configured,
    configuration: [{ answer: CONFIGURED }, { answer: CONFIGURED, after }],
    put_mapping: [{ answer: { etag: "m2", issues: [] } }, { answer: { etag: "m3", issues: [] } }],
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "email");
  await screen.press(ja.action.save);
  await screen.type(ja.mapping.valueLabel.path, "phone", 1);
  await screen.press(ja.action.save);
  const [, put] = at.arrived.filter(({ op }) => op === "put_mapping");
  assert.ok(put, "it was saved twice");
  const [first, second] = (put.request.mapping as typeof MAPPING).targets.customers.fields;
  assert.deepEqual([first.value, second.value], [{ path: "email" }, { path: "phone" }]);
  assert.equal(put.request.etag, "m2");
});

test("what somebody else stored takes the place of what is not being edited", async () => {
  const other = JSON.parse(JSON.stringify(MAPPING).replace('"path":"name"', '"path":"description"'));
  dashboard({
    ...QUIET,
    configuration: [
      { answer: CONFIGURED },
      { answer: { ...CONFIGURED, mapping: other, mapping_etag: "m9" } },
    ],
    connect: { answer: { etag: "c2", app: FOUND } },
    try_app: { answer: FOUND },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.app.readForm);
  assert.match(screen.text(), /defaultValue: description/);
});

test("an app is tried, then connected under its own name; the token is sent and never shown", async () => {
  const at = dashboard({
    ...empty,
    try_app: { answer: FOUND },
    connect: { answer: { etag: "c1", app: FOUND } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await fillIn(screen, ja);
  await assert.rejects(screen.press(ja.app.connect), "only what was tried is connected");
  await screen.press(ja.app.test);
  await screen.press(ja.app.connect);
  const { request } = at.arrived.find(({ op }) => op === "connect") ?? assert.fail();
  assert.deepEqual(request.address, { domain: "example.cybozu.com", app: 1 });
  assert.deepEqual([request.alias, request.token], ["顧客管理", "made-up-token"]);
  assert.doesNotMatch(screen.text(), /made-up-token/);
});

test("an app that answers after another was typed is not the one that is connected", async () => {
  let answers = () => {};
  const after = new Promise<void>((resolve) => {
    answers = resolve;
  });
  dashboard({ ...empty, try_app: [{ answer: FOUND, after }, { answer: FOUND }] });
  const screen = await open(SettingsView, contextAt({}));
  await fillIn(screen, ja);
  await screen.press(ja.app.test);
  await screen.type(ja.app.address, "https://example.cybozu.com/k/2/");
  answers();
  await screen.settle();
  await assert.rejects(screen.press(ja.app.connect));
  assert.doesNotMatch(screen.text(), new RegExp(ja.app.found(FOUND.name ?? "")));
  await screen.press(ja.app.test);
  assert.match(screen.text(), new RegExp(ja.app.found(FOUND.name ?? "")));
});

test("a mapping goes out to the clipboard and comes in again", async () => {
  const at = dashboard(configured);
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.transfer.export);
  assert.deepEqual(JSON.parse(at.copied[0] ?? ""), MAPPING);
  const other = JSON.stringify(MAPPING).replace('"path":"name"', '"path":"description"');
  await screen.type(ja.transfer.importLabel, other);
  await screen.press(ja.transfer.import);
  assert.match(screen.text(), /defaultValue: description/);
  assert.deepEqual(at.toasts, [ja.toast.copied, ja.toast.imported]);
});

test("a change of the form that breaks nothing is marked as seen by storing the mapping as it is", async () => {
  const at = dashboard({
    ...QUIET,
    configuration: [{ answer: { ...CONFIGURED, drift: [RENAMED] } }, { answer: CONFIGURED }],
    put_mapping: { answer: { etag: "m2", issues: [] } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.drift.seen);
  const { request } = at.arrived.find(({ op }) => op === "put_mapping") ?? {};
  assert.deepEqual([request?.mapping, request?.etag], [MAPPING, CONFIGURED.mapping_etag]);
  assert.deepEqual(at.toasts, [ja.toast.seen]);
  assert.doesNotMatch(screen.text(), new RegExp(ja.drift.title));
});

test("a running job is looked at while the view is open, and can be cancelled", async () => {
  const at = dashboard({
    ...configured,
    job: [{ answer: null }, { answer: job("backfill", "running") }, { answer: null }],
    cancel_job: { answer: job("backfill", "cancelled") },
  });
  const screen = await open(SettingsView, contextAt({}));
  const asked = () => at.arrived.filter(({ op }) => op === "job").length;
  assert.deepEqual([asked(), at.timers.length], [3, 1]);
  await screen.press(ja.jobs.cancel);
  assert.deepEqual(at.arrived.find(({ op }) => op === "cancel_job")?.request.job, "backfill");
  assert.equal(asked(), 4);
  assert.equal(at.timers.length, 0);
});

test("a dry run takes the mapping that is not saved yet", async () => {
  const at = dashboard({ ...configured, start_job: { answer: job("dry_run", "running") } });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "description");
  await screen.press(ja.mapping.dryRunDraft);
  const { request } = at.arrived.find(({ op }) => op === "start_job") ?? assert.fail();
  assert.equal(request.job, "dry_run");
  assert.deepEqual((request.mapping as typeof MAPPING).targets.customers.fields[0].value, {
    path: "description",
  });
});

test("a draft with something wrong in it is not tried, and no other mapping in its place", async () => {
  const at = dashboard({ ...configured, start_job: { answer: job("dry_run", "running") } });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "address..city");
  assert.match(screen.text(), new RegExp(ja.jobs.trial.none));
  await assert.rejects(screen.press(ja.jobs.start.dry_run));
  await assert.rejects(screen.press(ja.mapping.dryRunDraft));
  await screen.type(ja.mapping.valueLabel.path, "address.city");
  await screen.press(ja.mapping.dryRunDraft);
  assert.equal(at.arrived.filter(({ op }) => op === "start_job").length, 1);
});

test("what is wrong is counted, whether it can be read or not", async () => {
  dashboard(configured);
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.from, "other");
  await screen.type(ja.mapping.valueLabel.other, "{");
  assert.match(screen.text(), new RegExp(ja.mapping.errors(1)));
  assert.match(screen.text(), new RegExp(ja.mapping.toMend));
  await screen.type(ja.mapping.valueLabel.path, "address..city");
  assert.match(screen.text(), new RegExp(ja.mapping.errors(2)));
});

test("a suggestion is taken as it is, or changed first", async () => {
  const at = dashboard({
    ...QUIET,
    configuration: { answer: { ...EMPTY, connections_etag: "c1", apps: [APP] } },
    put_mapping: { answer: { etag: "m1", issues: [] } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.mapping.suggest);
  await screen.press(ja.action.remove);
  await screen.press(ja.action.save);
  const { request } = at.arrived.find(({ op }) => op === "put_mapping") ?? assert.fail();
  const { customers } = (request.mapping as typeof MAPPING).targets;
  assert.deepEqual([customers.app, customers.key.field], ["顧客管理", "Stripe顧客ID"]);
  assert.ok(customers.fields.length > 5);
  assert.equal("etag" in request, false);
});

test("what is edited after a suggestion was saved is no suggestion", async () => {
  dashboard({
    ...QUIET,
    configuration: { answer: { ...EMPTY, connections_etag: "c1", apps: [APP] } },
    put_mapping: { answer: { etag: "m1", issues: [] } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.mapping.suggest);
  assert.match(screen.text(), new RegExp(ja.mapping.suggested));
  await screen.press(ja.action.save);
  await screen.press(ja.action.remove);
  assert.match(screen.text(), new RegExp(ja.mapping.unsaved));
  assert.doesNotMatch(screen.text(), new RegExp(ja.mapping.suggested));
});

test("a suggestion for another app stands beside the mapping of the same name", async () => {
  const other = { ...APP, alias: "取引先" };
  const at = dashboard({
    ...QUIET,
    configuration: { answer: { ...CONFIGURED, apps: [APP, other] } },
    put_mapping: { answer: { etag: "m2", issues: [] } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.addApp, other.alias);
  await screen.press(ja.mapping.suggest);
  assert.match(screen.text(), new RegExp(ja.mapping.confidence.high), "it is shown as the suggestion it is");
  await screen.press(ja.action.save);
  const { request } = at.arrived.find(({ op }) => op === "put_mapping") ?? assert.fail();
  const { targets } = request.mapping as { targets: Record<string, { app: string }> };
  assert.deepEqual(
    Object.entries(targets).map(([name, { app }]) => [name, app]),
    [
      ["customers", APP.alias],
      ["customers 2", other.alias],
    ],
  );
  assert.deepEqual(targets.customers, MAPPING.targets.customers);
});

test("a suggestion takes the place of what was edited by hand only once a person says so", async () => {
  dashboard(configured);
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.valueLabel.path, "description");
  await screen.press(ja.mapping.suggest);
  assert.doesNotMatch(screen.text(), new RegExp(ja.mapping.confidence.high), "it is asked for first");
  await screen.press(ja.action.cancel);
  await assert.rejects(screen.press(ja.mapping.replace));
  await screen.press(ja.mapping.suggest);
  await screen.press(ja.mapping.replace);
  assert.match(screen.text(), new RegExp(ja.mapping.confidence.high));
  assert.equal(screen.text().split(ja.mapping.removeTargetText).length, 2, "there is still one mapping");
});

test("what was sent again and fails again is in the list again, under the number that it had", async () => {
  const none = { answer: { total: 0, failures: [] } };
  const failed = { answer: { total: 1, failures: [FAILED] } };
  const at = dashboard({
    ...configured,
    failures: [failed, none, failed],
    replay: { answer: { count: 1 } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.failures.replay);
  assert.match(screen.text(), new RegExp(ja.failures.none));
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), /cus_1\b/);
  assert.doesNotMatch(screen.text(), new RegExp(ja.failures.none));
});

test("the list is not looked at for ever after something was sent again", async () => {
  const at = dashboard({
    ...configured,
    failures: [{ answer: { total: 1, failures: [FAILED] } }, { answer: { total: 0, failures: [] } }],
    replay: { answer: { count: 1 } },
  });
  const screen = await open(SettingsView, contextAt({}));
  await screen.press(ja.failures.replay);
  for (let times = 0; times < 10; times += 1) {
    at.timers.shift()?.run();
    await screen.settle();
  }
  assert.equal(at.timers.length, 0);
  assert.ok(at.arrived.filter(({ op }) => op === "failures").length < 10);
});

test("what a rule looks at that was edited since the preview is no fault of the key", async () => {
  const looksFurther = JSON.parse(JSON.stringify(MAPPING).replace('"path":"name"', '"path":"coupon.name"'));
  const at = dashboard({
    ...configured,
    configuration: { answer: { ...CONFIGURED, mapping: looksFurther } },
    sample: {
      answer: { object: { ...CUSTOMER, default_source: "card_1", coupon: "co_1" }, context: CONTEXT },
    },
  });
  const screen = await open(SettingsView, contextAt({}));
  const faults = () => screen.text().match(/\[Banner critical\]/g)?.length ?? 0;
  await screen.press(ja.preview.show);
  assert.equal(faults(), 1, "what was asked for and not read is told");
  await screen.type(ja.mapping.valueLabel.path, "default_source.last4", 1);
  for (const { run } of at.timers.splice(0)) {
    run();
  }
  await screen.settle();
  assert.equal(faults(), 0);
  assert.equal(screen.text().split(ja.preview.unread).length, 3);
  await screen.press(ja.preview.show);
  assert.equal(faults(), 2);
});

test("a target whose app is being checked is looked at until that is done", async () => {
  const held = target("held", { reason: "records_found" });
  const at = dashboard({
    ...QUIET,
    configuration: [
      { answer: { ...CONFIGURED, targets: [target("unchecked")] } },
      { answer: { ...CONFIGURED, targets: [held] } },
    ],
  });
  const screen = await open(SettingsView, contextAt({}));
  assert.match(screen.text(), new RegExp(ja.target.uncheckedText));
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), new RegExp(ja.target.waiveLabel));
  assert.equal(at.timers.length, 0, "a held target waits for a person");
});

test("a paused target is looked at again once a person had it checked, and not for ever", async () => {
  const paused = { answer: { ...CONFIGURED, targets: [target("paused", { reason: "many_refused" })] } };
  const opened = async (...later: { answer: typeof CONFIGURED }[]) => {
    const at = dashboard({
      ...QUIET,
      configuration: [paused, paused, ...later],
      resume: { answer: {} },
    });
    const screen = await open(SettingsView, contextAt({}));
    assert.equal(at.timers.length, 0, "nothing was done about it");
    await screen.press(ja.target.resume);
    return { at, screen };
  };
  const { at, screen } = await opened({ answer: CONFIGURED });
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), new RegExp(ja.target.state.active));
  const stuck = await opened();
  let looks = 0;
  for (; stuck.at.timers.length > 0 && looks < 100; looks += 1) {
    stuck.at.timers.shift()?.run();
    await stuck.screen.settle();
  }
  assert.ok(looks > 1 && looks < 10, `${looks}`);
});
