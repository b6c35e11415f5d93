// The loader in a frame as the Dashboard makes it: sandboxed, of null origin, under a content security
// policy with and without WebAssembly, in a real Chromium.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { launch } from "../browser/chromium.mjs";
import { inputOf, vectors } from "./ui-vectors.mjs";

const ROOT = new URL("../../", import.meta.url);
const NONCE = "Zm9yLXRlc3Rz";
const FRAME = `
  import { loadLogic } from "./src/logic/index.ts";
  addEventListener("message", async ({ data: { wasmFolder, calls } }) => {
    const logic = await loadLogic(wasmFolder);
    const answers = calls.map(({ call, input }) => logic.callText(call, input));
    parent.postMessage({ engine: logic.engine, answers }, "*");
  });
  parent.postMessage("ready", "*");
`;
const HOST = `<!doctype html><meta charset="utf-8"><script>
  window.ready = new Promise((resolve) => addEventListener("message", resolve, { once: true }));
  window.ask = (question) => new Promise((resolve) => {
    addEventListener("message", ({ data }) => resolve(data), { once: true });
    frames[0].postMessage(question, "*");
  });
</script><iframe sandbox="allow-scripts"></iframe>`;

let browser;
let server;
let origin;

before(async () => {
  const bundled = await build({
    stdin: { contents: FRAME, resolveDir: fileURLToPath(ROOT), loader: "js" },
    bundle: true,
    format: "iife",
    minify: true,
    write: false,
  });
  const bundle = bundled.outputFiles[0].text;
  server = createServer((request, response) =>
    serve(new URL(request.url, "http://localhost"), response, bundle),
  );
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
  browser = await launch();
});

after(async () => {
  await browser?.close();
  server.closeAllConnections();
  server.close();
});

async function serve({ pathname, searchParams }, response, bundle) {
  const answer = (status, type, body, headers) =>
    response.writeHead(status, { "content-type": type, ...headers }).end(body);
  const anywhere = { "access-control-allow-origin": "*" };
  if (pathname === "/host") {
    return answer(200, "text/html", HOST);
  }
  if (pathname === "/frame") {
    const allowed = searchParams.get("allow") ?? "";
    const policy = `default-src 'none'; script-src 'nonce-${NONCE}' ${allowed}; connect-src ${origin}/`;
    const script = `<script nonce="${NONCE}" crossorigin="anonymous" src="/bundle.js"></script>`;
    return answer(200, "text/html", `<!doctype html><meta charset="utf-8">${script}`, {
      "content-security-policy": policy,
    });
  }
  if (pathname === "/bundle.js") {
    return answer(200, "text/javascript; charset=utf-8", bundle, anywhere);
  }
  const wasm = pathname.match(/^\/api\/ui\/([0-9a-f]{64}\.wasm)$/);
  const body = wasm && (await readFile(new URL(`build/ui-logic/${wasm[1]}`, ROOT)).catch(() => null));
  return body ? answer(200, "application/wasm", body, anywhere) : answer(404, "text/plain", "", anywhere);
}

/** Loads the logic in a frame whose policy also has `allow`, and runs every vector there. */
async function inFrame(allow) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${origin}/host`);
  await page.evaluate(
    (src) => {
      document.querySelector("iframe").src = src;
      return window.ready;
    },
    `/frame?allow=${encodeURIComponent(allow)}`,
  );
  const all = await vectors();
  const calls = all.map((vector) => ({ call: vector.call, input: inputOf(vector) }));
  const question = { wasmFolder: `${origin}/api/ui/`, calls };
  const { engine, answers } = await page.evaluate((question) => window.ask(question), question);
  const wrong = all.filter(({ output }, index) => answers[index] !== output).map(({ name }) => name);
  await page.close();
  return { engine, wrong, errors, fetched: asked.some((path) => path.endsWith(".wasm")), count: all.length };
}

test("where the policy refuses WebAssembly the logic runs as JavaScript, and nothing shows it", async (t) => {
  const { count, ...outcome } = await inFrame("");
  t.diagnostic(`${count} vectors in Chromium ${browser.version()} as js`);
  // What will not run is not fetched either.
  assert.deepEqual(outcome, { engine: "js", wrong: [], errors: [], fetched: false });
});

test("where the policy allows WebAssembly it is fetched and used", async (t) => {
  const { count, ...outcome } = await inFrame("'wasm-unsafe-eval'");
  t.diagnostic(`${count} vectors in Chromium ${browser.version()} as wasm`);
  assert.deepEqual(outcome, { engine: "wasm", wrong: [], errors: [], fetched: true });
});
