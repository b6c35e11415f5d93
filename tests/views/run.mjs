// Runs the tests of the views: `node tests/views/run.mjs [part of a name]`. The SDK is written as modules
// that node does not take as such, so the tests are bundled first. UPDATE_SNAPSHOTS=1 writes the snapshots.

import { spawnSync } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const HERE = new URL("./", import.meta.url);
const OUT = fileURLToPath(new URL("../../target/views-tests/", import.meta.url));

const names = (await readdir(HERE)).filter((name) => /\.test\.tsx?$/.test(name));
await rm(OUT, { recursive: true, force: true });
await build({
  entryPoints: names.map((name) => fileURLToPath(new URL(name, HERE))),
  outdir: OUT,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  mainFields: ["module", "main"],
  splitting: true,
  format: "esm",
  platform: "node",
  jsx: "automatic",
  charset: "utf8",
  logLevel: "warning",
  define: { TESTS: JSON.stringify(HERE.href) },
  // React is CommonJS and asks for what node has.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
});
const filter = process.argv[2] === undefined ? [] : [`--test-name-pattern=${process.argv[2]}`];
const files = names.map((name) => OUT + name.replace(/\.tsx?$/, ".mjs"));
const arguments_ = ["--test", "--test-reporter=spec", ...filter, ...files];
process.exitCode = spawnSync(process.execPath, arguments_, { stdio: "inherit" }).status ?? 1;
