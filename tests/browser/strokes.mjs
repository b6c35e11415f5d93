// How long a key stroke in the mapping editor takes until its verdict stands on the page, with 100 mapped
// fields and the logic lowered to JavaScript: `cargo xtask bench ui`. The time is the host page's: from the
// key event's own time stamp, over the input event and the frame, which checks what was typed, back to the
// page's document; no wait for a frame of the display is in it, and the next one paints it. Beside it the
// processor time of the frame's thread, where all of the app runs, and of the page's, which draws: other work
// on the machine changes it little. `--json` prints one object.

import { loadavg } from "node:os";
import { setTimeout } from "node:timers/promises";
import { serve, standIn } from "./stand_in.mjs";

const FIELDS = 100;
const STROKES = 300;
/** The first ones meet code that was never run. */
const WARM_UP = 20;
/** How long a key is held, and how long until the next one, in milliseconds: faster than anybody types. */
const HELD_MS = 60;
const PACE_MS = 20;

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

/**
 * Gives the processor time that the thread of a page or of a frame has taken so far, in milliseconds. A frame has
 * none of its own where the browser does not isolate sandboxed frames: `null`.
 */
async function clockOf(page, place) {
  let session;
  try {
    session = await page.context().newCDPSession(place);
  } catch (refusal) {
    if (!String(refusal).includes("does not have a separate CDP session")) {
      throw refusal;
    }
    return null;
  }
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value * 1_000;
  };
}

/** Has the page take the times of each stroke in the field: until its input event, and until its verdict. */
function watch(input) {
  const { times } = Object.assign(globalThis, { times: [], told: () => undefined });
  let pressed = 0;
  let typed = 0;
  input.addEventListener("keydown", ({ timeStamp }) => {
    pressed = timeStamp;
  });
  input.addEventListener("input", ({ timeStamp }) => {
    typed = timeStamp;
  });
  const taken = () => {
    times.push({ input: typed - pressed, verdict: performance.now() - pressed });
    globalThis.told();
  };
  new MutationObserver(taken).observe(input, { attributeFilter: ["aria-invalid"] });
}

/** Holds until the page has so many times. */
function until(strokes) {
  return new Promise((resolve) => {
    globalThis.told = () => globalThis.times.length >= strokes && resolve();
    globalThis.told();
  });
}

/** Types into the field in the middle, each stroke turning its verdict. */
async function measure() {
  const { page } = await stand.open("settings?wasm=0");
  const field = page.getByLabel("Stripeの項目").nth(FIELDS / 2);
  await field.waitFor();
  await field.press("End");
  await field.evaluate(watch);
  const clocks = [await clockOf(page, page.frames()[1]), await clockOf(page, page)];
  const read = () => Promise.all(clocks.map((clock) => clock?.() ?? null));
  let begun = [];
  for (let stroke = 1; stroke <= WARM_UP + STROKES; stroke += 1) {
    if (stroke === WARM_UP + 1) {
      begun = await read();
    }
    // `item_50[` cannot be read, `item_50` can. By the keyboard: a locator would be looked for in the whole
    // page at each stroke. While the key is held nothing is asked of the page, which would answer meanwhile.
    const key = stroke % 2 === 1 ? "[" : "Backspace";
    await page.keyboard.down(key);
    await setTimeout(HELD_MS);
    await page.evaluate(until, stroke);
    await page.keyboard.up(key);
    await setTimeout(PACE_MS);
  }
  const each = (now, index) => (now === null ? null : (now - begun[index]) / STROKES);
  const [frame, drawing] = (await read()).map(each);
  const times = await page.evaluate(() => globalThis.times);
  return { frame, drawing, times: times.slice(WARM_UP) };
}

const { frame, drawing, times } = await measure();
await stand.close();
api.close();
const rounded = (number) => Number(number.toFixed(1));
/** What so great a share of the times stays below. */
const parts = (times) => {
  const sorted = times.sort((one, other) => one - other);
  const part = (share) => rounded(sorted[Math.ceil(sorted.length * share) - 1]);
  return { p50_ms: part(0.5), p95_ms: part(0.95), max_ms: part(1) };
};
const whole = parts(times.map(({ verdict }) => verdict));
const fromInput = parts(times.map(({ input, verdict }) => verdict - input));
const result = {
  fields: FIELDS,
  strokes: times.length,
  ...whole,
  from_input_event: fromInput,
  frame_cpu_ms: frame === null ? null : rounded(frame),
  page_cpu_ms: rounded(drawing),
  load: rounded(loadavg()[0]),
};
const said = ({ p50_ms, p95_ms, max_ms }) =>
  `${p50_ms} ms (half), ${p95_ms} ms (95 %), ${max_ms} ms (longest)`;
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(result));
} else {
  console.log(
    `${FIELDS} mapped fields, lowered JavaScript, ${times.length} key strokes until the verdict stands on the ` +
      `page: ${said(whole)} from the key; ${said(fromInput)} from the input event; processor time each: ` +
      `${frame === null ? "" : `${result.frame_cpu_ms} ms of the frame's, `}${result.page_cpu_ms} ms of the ` +
      `page's${frame === null ? ", the frame's in it" : ""}; load ${result.load}`,
  );
}
