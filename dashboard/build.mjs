// Builds the stand-in: `node dashboard/build.mjs <folder>`; `cargo xtask build dashboard` does it.

import { cp, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
// Ours: the one beside this folder is that of Stripe's CLI.
import { build } from "../node_modules/esbuild/lib/main.js";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2];

// remote-ui stands above this folder and would find another React than ours.
const alias = Object.fromEntries(
  ["react", "react-dom", "react-reconciler"].map((name) => [name, here(`node_modules/${name}`)]),
);

await mkdir(folder, { recursive: true });
await build({
  entryPoints: { frame: here("frame/frame.tsx"), host: here("host/main.tsx"), page: here("host/page.css") },
  outdir: folder,
  bundle: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  jsx: "automatic",
  minify: true,
  // React's development build warns on the console, where the tests look.
  define: { "process.env.NODE_ENV": '"production"' },
  alias,
  logLevel: "warning",
});
await cp(here("host/index.html"), `${folder}/index.html`);
