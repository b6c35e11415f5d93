/** What is typed is checked rule by rule; the verdict is that of the whole target. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { App, FieldRule, Logic } from "../../src/logic/index.ts";
import { loadLogic } from "../../src/logic/index.ts";
import { type Checked, checker } from "../../src/mapping/check.ts";
import { type Draft, draftOf, withRule, withTarget } from "../../src/mapping/draft.ts";
import { dashboard } from "./dashboard.ts";
import { APP, FORM } from "./fixtures.ts";

const FIELDS: FieldRule[] = [
  { field: "顧客名", value: { path: "name" } },
  { field: "業種", value: { path: "metadata.industry" } },
  { field: "登録日", value: { path: "created" }, transform: [{ date: {} }] },
  { field: "本社", value: { path: "address.city" } },
  { field: "担当者", value: { constant: "佐藤" } },
];

/** The demo's form with a lookup that fills another field. */
const APP_WITH_LOOKUP = {
  ...APP,
  form: {
    properties: {
      ...(FORM.properties as App["form"]["properties"]),
      本社: { type: "SINGLE_LINE_TEXT", code: "本社", label: "本社", required: true },
      会社: {
        type: "SINGLE_LINE_TEXT",
        code: "会社",
        label: "会社",
        lookup: { fieldMappings: [{ field: "担当者", relatedField: "担当" }] },
      },
    },
  },
};

const EDITS: readonly [number, FieldRule][] = [
  [0, { field: "顧客名", value: { path: "na" } }],
  [0, { field: "顧客名", value: { path: "na[" } }],
  [1, { field: "業種", value: { constant: "運送" } }],
  [0, { field: "顧客名", value: { path: "name" } }],
  [1, { field: "業種", value: { constant: "製造" } }],
  [2, { field: "登録日", value: { path: "created" } }],
  [3, { field: "本社", value: { first: ["address.city", "address..state"] } }],
  [3, { field: "本社", value: { first: ["address.city", "address.state"] } }],
  [4, { field: "担当者", value: { path: "name" } }],
  [2, { field: "登録日", value: { path: "created" }, transform: [{ date: { zone: "Mars" } }] }],
  [2, { field: "登録日", value: { path: "created" }, transform: [{ date: {} }] }],
];

function begun(): Draft {
  const target = { source: "customer" as const, app: APP.alias, key: { field: "Stripe顧客ID" } };
  return draftOf({ version: 1, targets: { customers: { ...target, fields: FIELDS } } });
}

/** In one order, and only what both can know: what cannot be read hides the rest from a check of the whole. */
function verdict(checked: Checked | undefined): unknown {
  const { issues, unreadable } = checked ?? assert.fail();
  const told = issues.map(({ code, rule, field }) => `${rule} ${field} ${code}`).sort();
  return unreadable === undefined ? told : { unreadable };
}

/** Counts what the logic is given. */
function counting(logic: Logic): { logic: Logic; sizes: number[] } {
  const sizes: number[] = [];
  const call: Logic["call"] = (name, input) => {
    sizes.push(JSON.stringify(input).length);
    return logic.call(name, input);
  };
  return { logic: { ...logic, call }, sizes };
}

test("after each edit of one rule the verdict is that of a check of the whole target", async () => {
  dashboard({});
  const { logic, sizes } = counting(await loadLogic("https://daicho.example.com/api/ui/"));
  const typed = checker(logic, [APP_WITH_LOOKUP]);
  let draft = begun();
  typed(draft);
  const [all = 0] = sizes;
  for (const [index, rule] of EDITS) {
    const { id } = draft.targets[0]?.rules[index] ?? assert.fail();
    draft = withTarget(draft, "customers", (target) => withRule(target, id, rule));
    const before = sizes.length;
    const now = verdict(typed(draft).get("customers"));
    assert.equal(sizes.length, before + 1, "one check for one key stroke");
    assert.ok((sizes[before] ?? all) < all / 3, `${sizes[before]} of ${all} bytes`);
    const whole = verdict(checker(logic, [APP_WITH_LOOKUP])(draft).get("customers"));
    assert.deepEqual(now, whole, JSON.stringify(rule));
  }
});
