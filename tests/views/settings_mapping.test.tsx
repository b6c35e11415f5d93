/** The settings: the mapping is edited, checked, previewed, saved, suggested and imported. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import SettingsView from "../../src/views/SettingsView.tsx";
import { contextAt, dashboard } from "./dashboard.ts";
import { APP, CONFIGURED, CONTEXT, CUSTOMER, EMPTY, FOUND, MAPPING } from "./fixtures.ts";
import { open } from "./screen.ts";
import { configured, QUIET, RENAMED } from "./settings.ts";

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

/** A mapping whose first rule has every kind of input below its details. */
const DETAILED = {
  ...MAPPING,
  targets: {
    customers: {
      ...MAPPING.targets.customers,
      on_delete: { mark: { field: "備考", value: "退会" } },
      fields: [
        {
          field: "業種",
          value: { path: "metadata.industry" },
          transform: [{ map: { values: { it: "情報通信" }, otherwise: { default: "その他" } } }],
          empty: { default: "その他" },
        },
      ],
    },
  },
};

test("whoever may only look reads the whole mapping and is given nothing to change it by", async () => {
  dashboard({ ...QUIET, configuration: { answer: { ...CONFIGURED, mapping: DETAILED } } });
  const screen = await open(SettingsView, contextAt({ roles: ["view_only"] }));
  await screen.press(ja.mapping.openDetails);
  const lines = screen.text().split("\n");
  const inputs = lines.filter((line) => /\[(TextField|TextArea|Select|Checkbox|Switch|Radio)/.test(line));
  assert.ok(inputs.length > 10, `${inputs.length}`);
  assert.deepEqual(
    inputs.filter((line) => !line.includes(" disabled]")),
    [],
  );
  const buttons = lines.filter((line) => line.includes("[Button")).map((line) => line.trim());
  assert.deepEqual(buttons, [`[Button] ${ja.mapping.closeDetails}`, `[Button] ${ja.transfer.export}`]);
  assert.match(screen.text(), new RegExp(ja.readOnly));
  assert.doesNotMatch(screen.text(), new RegExp(ja.mapping.unsaved));
});

test("the field that is proposed for a mark is one that no rule writes, and the key is not among the others", async () => {
  dashboard(configured);
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.onDelete, "mark");
  assert.match(screen.text(), new RegExp(ja.mapping.valid));
  const [, after = ""] = screen.text().split(`label: ${ja.mapping.markField}\n`);
  const [choice = ""] = after.split(`label: ${ja.mapping.markValue}`);
  const { key, fields } = MAPPING.targets.customers;
  assert.doesNotMatch(choice, new RegExp(`- ${key.field}\n`));
  for (const { field } of fields) {
    assert.doesNotMatch(choice, new RegExp(`defaultValue: ${field}\n`));
    assert.match(choice, new RegExp(`- ${field}\n`));
  }
});

test("a mark in a field with options is one of them", async () => {
  dashboard(configured);
  const screen = await open(SettingsView, contextAt({}));
  await screen.type(ja.mapping.onDelete, "mark");
  await screen.type(ja.mapping.markField, "業種");
  assert.match(screen.text(), new RegExp(`label: ${ja.mapping.markValue}\\n(.*\\n)?.*- `));
});
