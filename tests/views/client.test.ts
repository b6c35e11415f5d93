/** The client: what it sends, and what it makes of what comes back. */

import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Client, makeClient } from "../../src/api/client.ts";
import type { CallError } from "../../src/api/error.ts";
import { CHANGES } from "../../src/api/operation.ts";
import { API_BASE, contextAt, dashboard, type Place, SECRET } from "./dashboard.ts";
import { HEALTHY } from "./fixtures.ts";

declare const TESTS: string;

function client(place: Place = {}): Client {
  return makeClient(contextAt(place), API_BASE);
}

async function refused(call: Promise<unknown>): Promise<CallError> {
  return call.then(
    () => assert.fail("it was not refused"),
    (error: CallError) => error,
  );
}

const REPLAYED = { answer: { count: 1 } };

test("what is signed is what is sent, in the order in which the Worker reads it", async () => {
  const at = dashboard({ replay: REPLAYED, home: { answer: HEALTHY } });
  await client().call("replay", { ids: [7] });
  await client({ mode: "live" }).call("home", {});
  const [replay, home] = at.arrived;
  const keys = ["op", "nonce", "mode", "body_sha256"];
  const stripes = ["user_id", "account_id"];
  assert.deepEqual(Object.keys(replay?.signed ?? {}), [...keys, "stripe_roles", ...stripes]);
  assert.deepEqual(Object.keys(home?.signed ?? {}), [...keys, ...stripes]);
  assert.equal(home?.signed.mode, "live");
  assert.match(String(home?.signed.nonce), /^[0-9a-f]{32}$/);
  for (const { body, signed, signature } of at.arrived) {
    const hmac = createHmac("sha256", SECRET).update(`1795350600.${body.signed}`).digest("hex");
    assert.equal(signature, `t=1795350600,v1=${hmac}`);
    assert.equal(signed.body_sha256, createHash("sha256").update(body.request).digest("hex"));
  }
});

test("a request in Japanese is bound by the hash of its UTF-8", async () => {
  const at = dashboard({ waive: { answer: {} } });
  await client().call("waive", { target: "customers", app_name: "顧客管理 𠮷" });
  const { body, signed } = at.arrived[0] ?? assert.fail();
  assert.equal(signed.body_sha256, createHash("sha256").update(body.request, "utf8").digest("hex"));
});

test("a change whose answer was lost is asked for again as the same operation, signed anew", async () => {
  const at = dashboard({ replay: ["unreachable", REPLAYED] });
  assert.deepEqual(await client().call("replay", { ids: [7] }), { count: 1 });
  const [first, second] = at.arrived;
  assert.equal(first?.body.request, second?.body.request);
  assert.match(String(first?.request.operation), /^[0-9a-f]{32}$/);
  assert.notEqual(first?.signed.nonce, second?.signed.nonce);
});

test("reading proves roles only where it is refused without", async () => {
  const at = dashboard({
    home: [{ status: 403, reason: "reading_not_allowed" }, { answer: HEALTHY }, { answer: HEALTHY }],
  });
  const one = client();
  await one.call("home", {});
  await one.call("home", {});
  assert.deepEqual(
    at.arrived.map(({ signed }) => "stripe_roles" in signed),
    [false, true, true],
  );
});

test("the settings are read without roles where those cannot be proved", async () => {
  const at = dashboard({
    configuration: [
      { status: 401, reason: "roles_unproven" },
      { answer: { apps: [], targets: [], drift: [], stripe_key: true, may_change: false } },
    ],
  });
  assert.equal((await client().call("configuration", {})).may_change, false);
  assert.deepEqual(
    at.arrived.map(({ signed }) => "stripe_roles" in signed),
    [true, false],
  );
});

test("roles that cannot be proved are the reason told where reading without them is refused too", async () => {
  const unproven = { status: 401, reason: "roles_unproven" };
  const refusal = { status: 403, reason: "reading_not_allowed" };
  dashboard({ configuration: [unproven, refusal], home: [refusal, unproven] });
  const one = client();
  assert.equal((await refused(one.call("configuration", {}))).reason, "roles_unproven");
  assert.equal((await refused(one.call("home", {}))).reason, "roles_unproven");
  dashboard({ configuration: [unproven, { status: 500, reason: "internal" }] });
  assert.equal((await refused(client().call("configuration", {}))).reason, "internal");
});

test("an error tells the phase in which the call ended", async () => {
  dashboard({}, false);
  assert.equal((await refused(client().call("home", {}))).phase, "signing");
  dashboard({ home: "unreachable" });
  assert.equal((await refused(client().call("home", {}))).phase, "network");
  dashboard({ home: { status: 500, reason: "internal" } });
  assert.equal((await refused(client().call("home", {}))).phase, "failed");
  const text = { ja: "だめです", en: "No" };
  dashboard({ put_mapping: { status: 422, reason: "issues", text, issues: [{ text }] } });
  const error = await refused(client().call("put_mapping", { mapping: {} }));
  assert.deepEqual(
    [error.phase, error.reason, error.text, error.issues],
    ["refused", "issues", text, [text]],
  );
});

test("a page that is not the Worker's is no answer", async () => {
  dashboard({});
  const page = async () => new Response("<html>Sign in</html>", { headers: { "content-type": "text/html" } });
  Object.assign(globalThis, { fetch: page });
  assert.equal((await refused(client().call("home", {}))).phase, "network");
});

test("a Worker that does not answer is given up after a while", async () => {
  const at = dashboard({});
  const silent = (_: string, { signal }: RequestInit) =>
    new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("aborted"))));
  Object.assign(globalThis, { fetch: silent });
  const call = refused(client().call("home", {}));
  for (let attempt = 0; attempt < 2; attempt += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    at.timers.splice(0)[0]?.run();
  }
  assert.equal((await call).phase, "network");
});

test("the operations that change something are those of the Rust code", () => {
  const rust = readFileSync(new URL("../../engine/src/ui/operation.rs", TESTS), "utf8");
  const listed = [...rust.matchAll(/^ {4}(\w+) \w+ Change: /gm)].map(([, name]) => name);
  assert.ok(listed.length > 0);
  assert.deepEqual([...CHANGES].sort(), listed.sort());
});
