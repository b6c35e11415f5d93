// The Stripe App's bundle, as `cargo xtask build app` makes it with our esbuild and with the one that
// Stripe's CLI looks to have.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

const ROOT = new URL("../../", import.meta.url);
const KB = 1000;
const BUNDLES = ["build/app/ext.js", "build/app/ext-stripe-cli.js"];

const text = (path) => readFile(new URL(path, ROOT), "utf8");

/** Runs a bundle as a classic script in a frame that lacks everything but what Stripe gives. */
async function run(path) {
  const asked = new Set();
  // Whatever is imported from outside answers to any name.
  const anything = () => new Proxy(() => anything(), { get: () => anything() });
  const require = (name) => {
    asked.add(name);
    return anything();
  };
  const context = vm.createContext({ require, TextEncoder, TextDecoder, console });
  vm.runInContext(await text(path), context);
  return { exports: context.__StripeExtExports, asked: [...asked].sort() };
}

for (const path of BUNDLES) {
  test(`${path} leaves each view of the manifest, and takes React and remote-ui from outside`, async () => {
    const manifest = JSON.parse(await text("stripe-app.json"));
    const { exports, asked } = await run(path);
    const views = manifest.ui_extension.views.map(({ component }) => component);
    for (const view of views) {
      assert.equal(typeof exports[view], "function", view);
    }
    assert.equal(JSON.stringify(exports.default), JSON.stringify(manifest));
    assert.match(exports.SDK_VERSION, /^9\./);
    assert.ok(!Number.isNaN(Date.parse(exports.BUILD_TIME)));
    assert.deepEqual(asked, ["@remote-ui/react", "react", "react/jsx-runtime"]);
  });

  // The logic lowered to JavaScript, as far as ui-logic.test.mjs lets it go, and about 120 KB of views.
  test(`${path} is small enough to be loaded beside every customer`, async (t) => {
    const code = await readFile(new URL(path, ROOT));
    const [size, packed] = [code.length / KB, gzipSync(code, { level: 9 }).length / KB];
    t.diagnostic(`${size.toFixed(1)} KB of 600, gzip ${packed.toFixed(1)} KB of 200`);
    assert.ok(size <= 600 && packed <= 200);
  });

  test(`${path} names the WebAssembly and does not hold it`, async () => {
    const { wasmSha256 } = await import(new URL("build/ui-logic/logic.js", ROOT).href);
    const code = await text(path);
    assert.ok(code.includes(wasmSha256));
    const wasm = await readFile(new URL(`build/ui-logic/${wasmSha256}.wasm`, ROOT));
    // Anything from its middle, as base64 would show it wherever it began.
    for (const start of [30_000, 30_001, 30_002]) {
      assert.ok(
        !code.includes(
          wasm
            .subarray(start, start + 60)
            .toString("base64")
            .slice(4, 70),
        ),
      );
    }
  });
}
