// The page: listens to the stream and shows the newest rows.

import { formatCount } from "./format.js";
import { row } from "./rows.js";
import { Store } from "./store.js";

/** Rows shown at once. */
const ROWS = 40;

const store = new Store();
const rows = document.getElementById("rows");
const stale = new Set();
let kind = "all";
let drawing = false;

const text = (id, value) => { document.getElementById(id).textContent = value; };

function draw() {
  drawing = false;
  const pairs = store.newest(kind, ROWS);
  const present = new Map([...rows.children].map((item) => [item.dataset.key, item]));
  let place = rows.firstElementChild;
  for (const pair of pairs) {
    const old = present.get(pair.key);
    present.delete(pair.key);
    if (old && !stale.has(pair.key)) {
      if (old === place) place = place.nextElementSibling;
      else rows.insertBefore(old, place);
      continue;
    }
    const made = row(pair, store);
    pair.freshObject = pair.freshRecord = false;
    if (old === place && old) place = place.nextElementSibling;
    old?.remove();
    rows.insertBefore(made, place);
  }
  for (const gone of present.values()) gone.remove();
  stale.clear();
  document.getElementById("empty").hidden = pairs.length > 0;
  drawCounters();
}

function drawCounters() {
  const { counters, lag } = store;
  text("count-objects", formatCount(counters.objects));
  text("count-records", formatCount(counters.records));
  text("count-events", formatCount(counters.events));
  text("count-deliveries", formatCount(counters.waiting_deliveries));
  text("count-requests", formatCount(counters.kintone_requests));
  text("lag-p50", lag.p50 === null ? "–" : formatCount(lag.p50));
  text("lag-p95", lag.p95 === null ? "–" : formatCount(lag.p95));
  const kinds = counters.kinds ?? {};
  const shown = ["customer", "subscription", "invoice"];
  text("tally-all", formatCount(shown.reduce((sum, name) => sum + (kinds[name] ?? 0), 0)));
  for (const name of shown) text(`tally-${name}`, formatCount(kinds[name]));
}

function drawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(draw);
}

// A change that touches nothing mapped is followed by no write: its row stops waiting in the end.
setInterval(() => {
  for (const key of store.stopWaiting()) stale.add(key);
  if (stale.size) drawSoon();
}, 1000);

function live(state, ja, en) {
  document.getElementById("live").dataset.state = state;
  text("live-text", ja);
  text("live-en", en);
}

for (const tab of document.querySelectorAll("[data-kind]")) {
  tab.addEventListener("click", () => {
    kind = tab.dataset.kind;
    for (const other of document.querySelectorAll("[data-kind]")) other.setAttribute("aria-selected", String(other === tab));
    drawSoon();
  });
}

// The browser connects again by itself; the first message then starts afresh.
const stream = new EventSource("/_sandbox/stream");
stream.addEventListener("open", () => live("open", "接続中", "live"));
stream.addEventListener("error", () => live("lost", "接続が切れました。再接続しています", "reconnecting"));
stream.addEventListener("message", (message) => {
  const view = JSON.parse(message.data);
  if (view.fresh) rows.replaceChildren();
  for (const key of store.take(view)) stale.add(key);
  drawSoon();
});
