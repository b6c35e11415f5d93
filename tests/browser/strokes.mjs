// How long a key stroke in the mapping editor takes until its verdict stands on the page, with 100 mapped
// fields and the logic lowered to JavaScript: `cargo xtask bench ui`. The time is the host page's: from the
// input event, over the frame, which checks it, back to the page's document; the next frame paints it. Beside
// it the processor time of the frame's thread, where all of the app runs: other work on the machine does not
// change it. `--json` prints one object.

import { loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";
import { serve, standIn } from "./stand_in.mjs";

const FIELDS = 100;
const STROKES = 300;
/** The first ones meet code that was never run. */
const WARM_UP = 20;
/** Between a verdict and the next stroke, in milliseconds: faster than anybody types. */
const PACE_MS = 50;

const text = (code, more = {}) => [code, { type: "SINGLE_LINE_TEXT", code, label: code, ...more }];
const codes = Array.from({ length: FIELDS }, (_, index) => `項目${index + 1}`);
const properties = Object.fromEntries([
  text("Stripe顧客ID", { unique: true, required: true }),
  ...codes.map((code) => text(code)),
]);
const mapping = {
  version: 1,
  targets: {
    customers: {
      source: "customer",
      app: "顧客管理",
      key: { field: "Stripe顧客ID" },
      fields: codes.map((field, index) => ({ field, value: { path: `metadata.item_${index}` } })),
    },
  },
};
const address = { domain: "example.cybozu.com", app: 1 };
const app = { alias: "顧客管理", address, url: "https://example.cybozu.com/k/1/", token: true };
const ANSWERS = {
  "/api/configuration": {
    mapping,
    mapping_etag: "m1",
    connections_etag: "c1",
    apps: [{ ...app, form: { properties }, settings: null }],
    targets: [],
    drift: [],
    stripe_key: true,
    may_change: true,
  },
  "/api/job": null,
  "/api/failures": { total: 0, failures: [] },
};

const api = await serve((request, response) => {
  const isAnswered = request.method === "POST" && request.url in ANSWERS;
  response.writeHead(request.method === "OPTIONS" ? 204 : isAnswered ? 200 : 404, {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "content-type, stripe-signature",
    "content-type": "application/json",
  });
  response.end(isAnswered ? JSON.stringify(ANSWERS[request.url]) : "");
});
const stand = await standIn({ stripe: api.url, worker: api.url, api: `${api.url}/api/` });

/** Gives the processor time that a frame's thread has taken so far, in milliseconds. */
async function clockOf(frame) {
  const session = await frame.page().context().newCDPSession(frame);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  };
}

/** Types into the field in the middle, each stroke turning its verdict, and takes the times in the page. */
async function measure() {
  const { page } = await stand.open("settings?wasm=0");
  const field = page.getByLabel("Stripeの項目").nth(FIELDS / 2);
  await field.waitFor({ timeout: 60_000 });
  await field.press("End");
  await field.evaluate((input) => {
    const { times } = Object.assign(globalThis, { times: [], told: () => undefined });
    let typed = 0;
    input.addEventListener("input", ({ timeStamp }) => {
      typed = timeStamp;
    });
    new MutationObserver(() => globalThis.told(times.push(performance.now() - typed))).observe(input, {
      attributeFilter: ["aria-invalid"],
    });
  });
  const clock = await clockOf(page.frames()[1]);
  let begun = 0;
  for (let stroke = 1; stroke <= WARM_UP + STROKES; stroke += 1) {
    if (stroke === WARM_UP + 1) {
      begun = await clock();
    }
    // Told by the page: asking it again and again would have it draw frames that nobody needs.
    const told = page.evaluate(() => new Promise((resolve) => Object.assign(globalThis, { told: resolve })));
    // `item_50[` cannot be read, `item_50` can. By the keyboard: a locator would be looked for in the whole
    // page at each stroke.
    await page.keyboard.press(stroke % 2 === 1 ? "[" : "Backspace");
    await told;
    await setTimeout(PACE_MS);
  }
  const frame = ((await clock()) - begun) / STROKES;
  const times = await page.evaluate(() => globalThis.times);
  return { frame, times: times.slice(WARM_UP).sort((one, other) => one - other) };
}

const { frame, times } = await measure();
await stand.close();
api.close();
const rounded = (number) => Number(number.toFixed(1));
const part = (share) => rounded(times[Math.ceil(times.length * share) - 1]);
const result = {
  fields: FIELDS,
  strokes: times.length,
  p50_ms: part(0.5),
  p95_ms: part(0.95),
  max_ms: part(1),
  frame_cpu_ms: rounded(frame),
  load: rounded(loadavg()[0]),
};
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(result));
} else {
  console.log(
    `${FIELDS} mapped fields, lowered JavaScript, ${times.length} key strokes: ${result.p50_ms} ms (half), ` +
      `${result.p95_ms} ms (95 %), ${result.max_ms} ms (longest) until the verdict stands on the page; ` +
      `${result.frame_cpu_ms} ms of the frame's processor time each; load ${result.load}`,
  );
}
