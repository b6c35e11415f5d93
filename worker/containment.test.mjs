// A trap stays where it happened: against a running Worker of the build for tests (WORKER_URL).

import assert from "node:assert/strict";
import { test } from "node:test";

const worker = process.env.WORKER_URL;

// Long before a call that nobody answers would be given up.
const AT_ONCE_MS = 5_000;

async function dev(account, what) {
  const signal = AbortSignal.timeout(AT_ONCE_MS);
  const response = await fetch(`${worker}/dev/tenants/${account}/test/${what}`, { signal });
  return { status: response.status, body: await response.json() };
}

async function works(account) {
  const { status, body } = await dev(account, "wait");
  assert.deepEqual([status, body], [200, { waited: true }]);
}

function isTrap({ status, body }) {
  assert.equal(status, 500);
  assert.equal(body.error.reason, "trap");
  assert.match(body.error.message, /again/);
}

for (const what of ["panic", "panic-in-transaction", "exception"]) {
  test(`a call that ends in a ${what} is answered at once and the next one works`, async () => {
    isTrap(await dev("acct_trapped", what));
    await works("acct_trapped");
  });
}

test("a pending call of another tenant is answered too, and its next one works", async () => {
  const pending = dev("acct_bystander", "wait");
  let isPending = true;
  const settled = pending.finally(() => {
    isPending = false;
  });
  // Again and again: one of them comes while the call waits, whenever it has reached its object.
  while (isPending) isTrap(await dev("acct_trapped", "panic"));
  assert.equal((await settled).status, 500);
  await works("acct_bystander");
});

test("a transaction that panics leaves nothing behind", async () => {
  // The statement before the panic creates a table; a second run would find it there and fail in another way.
  isTrap(await dev("acct_twice", "panic-in-transaction"));
  isTrap(await dev("acct_twice", "panic-in-transaction"));
});
