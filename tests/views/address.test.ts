/** The addresses that people paste. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { addressFrom, addressText } from "../../src/mapping/address.ts";

test("an app is found in what a browser shows of it", () => {
  const app = { domain: "example.cybozu.com", app: 12 };
  for (const text of [
    "https://example.cybozu.com/k/12/",
    " https://example.cybozu.com/k/12/?view=20#q=1 ",
    "example.cybozu.com/k/12",
    "https://example.cybozu.com/k/12/show#record=3",
    "https://example.cybozu.com/k/m/12/",
    "https://example.cybozu.com/k/admin/app/flow?app=12#section=form",
  ]) {
    assert.deepEqual(addressFrom(text), app, text);
  }
  const guest = { ...app, guest_space: 5 };
  assert.deepEqual(addressFrom("https://example.cybozu.com/k/guest/5/12/"), guest);
  assert.deepEqual(addressFrom("https://example.cybozu.com/k/guest/5/admin/app/flow?app=12"), guest);
  assert.deepEqual(addressFrom(addressText(guest)), guest);
  assert.equal(addressFrom("http://127.0.0.1:8788/k/1/")?.domain, "127.0.0.1:8788");
});

test("what is no app's address is none", () => {
  for (const text of [
    "",
    "12",
    "example",
    "https://example.cybozu.com/",
    "https://example.cybozu.com/k/",
    "https://example.cybozu.com/k/0/",
    "https://example.cybozu.com/k/#/portal",
    "://",
  ]) {
    assert.equal(addressFrom(text), undefined, text);
  }
});
