/** A change whose answer is lost, and that is asked for again. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import CustomerView from "../../src/views/CustomerView.tsx";
import { contextAt, type Dashboard, dashboard, type Reply } from "./dashboard.ts";
import { objectState } from "./fixtures.ts";
import { open, type Screen } from "./screen.ts";

const SYNCED = { answer: { records: 1 } };
const customer = contextAt({ object: { id: "cus_1", object: "customer" } });

async function opened(...sync: Reply<"sync">[]): Promise<{ at: Dashboard; screen: Screen }> {
  const at = dashboard({ object: { answer: objectState("in_sync") }, sync });
  return { at, screen: await open(CustomerView, customer) };
}

/** The operations that were asked for, each once. */
function operations({ arrived }: Dashboard): number {
  return new Set(arrived.filter(({ op }) => op === "sync").map(({ request }) => request.operation)).size;
}

/** What the first sending's repetition meets while nobody knows what became of the first. */
const MEETS: Readonly<Record<string, Reply<"sync">>> = {
  "is still under way": { status: 409, reason: "under_way" },
  "arrived twice": { status: 409, reason: "nonce_used" },
  "breaks the server": { status: 500, reason: "internal" },
  "comes too often": { status: 429, reason: "too_many" },
  "is lost too": "unreachable",
};

for (const [meets, reply] of Object.entries(MEETS)) {
  test(`a change whose answer was lost stays the same operation where it ${meets}`, async () => {
    const { at, screen } = await opened("unreachable", reply, SYNCED);
    await screen.press(ja.action.sync);
    await screen.press(ja.action.sync);
    assert.deepEqual([at.arrived.filter(({ op }) => op === "sync").length, operations(at)], [3, 1]);
    assert.deepEqual(at.toasts, [ja.toast.syncing]);
  });
}

for (const [meets, title] of [
  ["is still under way", ja.error.underWay],
  ["breaks the server", ja.error.failed.title],
  ["comes too often", ja.error.notDone.sync],
] as const) {
  test(`a change that ${meets} is called undone only where that is known`, async () => {
    const { screen } = await opened(MEETS[meets] ?? assert.fail());
    await screen.press(ja.action.sync);
    assert.match(screen.text(), new RegExp(title));
    assert.equal(screen.text().includes(ja.error.notDone.sync), title === ja.error.notDone.sync);
  });
}

test("a change whose answer was lost stays the same operation where Stripe does not sign it again", async () => {
  const { at, screen } = await opened("unreachable", SYNCED);
  at.signs = [true, false];
  await screen.press(ja.action.sync);
  assert.match(screen.text(), new RegExp(ja.error.signing.title));
  await screen.press(ja.action.sync);
  assert.deepEqual([at.arrived.filter(({ op }) => op === "sync").length, operations(at)], [2, 1]);
});

test("a change that was answered is another operation when it is asked for again", async () => {
  const { at, screen } = await opened(SYNCED, SYNCED);
  await screen.press(ja.action.sync);
  await screen.press(ja.action.sync);
  assert.equal(operations(at), 2);
});
