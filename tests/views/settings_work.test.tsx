/** The settings: apps are connected, jobs run, failures are sent again, targets go on. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import SettingsView from "../../src/views/SettingsView.tsx";
import { contextAt, dashboard } from "./dashboard.ts";
import { CONFIGURED, FAILED, FOUND, job, type MAPPING, target } from "./fixtures.ts";
import { open } from "./screen.ts";
import { configured, empty, fillIn, QUIET } from "./settings.ts";

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

test("while it is not known how much there is, a job shows that it goes on, and what it read", async () => {
  const reading = job("backfill", "running", { progress: null });
  const writing = job("backfill", "running", { progress: 0.42 });
  dashboard({
    ...configured,
    job: ({ job }) => ({ answer: job === "backfill" ? reading : job === "dry_run" ? writing : null }),
  });
  const screen = await open(SettingsView, contextAt({}));
  assert.equal(screen.text().match(/\[Spinner/g)?.length, 1);
  assert.equal(screen.text().match(/42%/g)?.length, 1);
});
