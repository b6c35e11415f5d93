// The Stripe App's manifest, held against Stripe's own schema of it.

import assert from "node:assert/strict";
import { access, readFile } from "node:fs/promises";
import { test } from "node:test";
import Ajv from "ajv";
import addFormats from "ajv-formats";

const ROOT = new URL("../../", import.meta.url);

const text = (path) => readFile(new URL(path, ROOT), "utf8");
const json = async (path) => JSON.parse(await text(path));

async function validator() {
  // The schema calls its draft by an address without the `#` that draft-07's own has.
  const schema = { ...(await json("tests/data/stripe-app.schema.json")), $schema: undefined };
  return addFormats(new Ajv({ allErrors: true, strict: false })).compile(schema);
}

test("the manifest is valid by Stripe's schema, and a wrong one is not", async () => {
  const validate = await validator();
  const manifest = await json("stripe-app.json");
  assert.ok(validate(manifest), JSON.stringify(validate.errors, null, 1));
  const without = structuredClone(manifest);
  // An address without a path is refused at the upload.
  without.ui_extension.content_security_policy["connect-src"] = ["https://daicho.example.workers.dev/"];
  assert.ok(!validate(without));
});

test("the manifest for local work changes nothing but where the Worker is", async () => {
  const [{ extends: base, ...changes }, manifest] = [
    await json("stripe-app.dev.json"),
    await json("stripe-app.json"),
  ];
  assert.equal(base, "stripe-app.json");
  const merged = {
    ...manifest,
    ...changes,
    ui_extension: { ...manifest.ui_extension, ...changes.ui_extension },
  };
  const validate = await validator();
  assert.ok(validate(merged), JSON.stringify(validate.errors, null, 1));
  assert.deepEqual(Object.keys(changes).sort(), ["constants", "ui_extension"]);
  assert.deepEqual(Object.keys(changes.ui_extension), ["content_security_policy"]);
});

test("the views may reach the API that they are told of, and nothing else", async () => {
  for (const file of ["stripe-app.json", "stripe-app.dev.json"]) {
    const { constants, ui_extension } = await json(file);
    assert.deepEqual(ui_extension.content_security_policy["connect-src"], [constants.API_BASE], file);
    assert.ok(constants.API_BASE.endsWith("/api/"), file);
  }
});

test("each view of the manifest is there", async () => {
  const { ui_extension } = await json("stripe-app.json");
  for (const { component } of ui_extension.views) {
    await access(new URL(`src/views/${component}.tsx`, ROOT));
  }
});

test("each permission stands once, with a purpose, and writes nothing", async () => {
  const { permissions } = await json("stripe-app.json");
  const names = permissions.map(({ permission }) => permission);
  assert.equal(new Set(names).size, names.length);
  for (const { permission, purpose } of permissions) {
    assert.ok(permission.endsWith("_read") && purpose.endsWith("."), permission);
  }
});

test("the name keeps Stripe's rules for a listing", async () => {
  const { name } = await json("stripe-app.json");
  assert.ok(name.length <= 35);
  assert.doesNotMatch(name, /stripe|app|free|paid/i);
});

test("the icon is a PNG of 300 by 300", async () => {
  const { icon } = await json("stripe-app.json");
  const png = await readFile(new URL(icon, ROOT));
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [300, 300]);
});
