// What is known of both sides, as pairs: a Stripe object and the kintone record that shows it.

import { KINDS } from "./present.js";
import { formatField } from "./format.js";

/** Pairs kept per kind; the page shows fewer. Customers' names are kept beyond that. */
const KEPT = 400;
/** How long a row with a record waits for a write once every webhook is delivered, in ms. */
const PATIENCE = 5000;

export class Store {
  constructor() {
    this.clear();
  }

  clear() {
    this.pairs = new Map();
    this.names = new Map();
    this.apps = new Map();
    this.counters = {};
    this.lag = {};
  }

  /** Takes in one message of the stream; returns the keys of the pairs that changed. */
  take(view) {
    if (view.fresh) this.clear();
    for (const [id, app] of Object.entries(view.apps)) this.apps.set(id, app);
    const changed = new Set();
    for (const row of view.stripe) if (row.kind in KINDS) changed.add(this.#takeObject(row, view.fresh));
    for (const row of view.kintone) changed.add(this.#takeRecord(row, view.fresh));
    this.counters = view.counters;
    this.lag = view.lag;
    this.#forget();
    return changed;
  }

  /** Pairs of one kind ("all" for every kind), newest change first. */
  newest(kind, limit) {
    return [...this.pairs.values()]
      .filter((pair) => kind === "all" || pair.kind === kind)
      .sort((a, b) => b.at - a.at || (a.key < b.key ? 1 : -1))
      .slice(0, limit);
  }

  /** Ends the waiting that no write will end; returns the keys of those pairs. */
  stopWaiting() {
    if (this.counters.waiting_deliveries > 0) return [];
    const late = (pair) => pair.waiting && pair.record && performance.now() - pair.waitingSince > PATIENCE;
    const ended = [...this.pairs.values()].filter(late);
    for (const pair of ended) pair.waiting = false;
    return ended.map((pair) => pair.key);
  }

  #pair(key, kind) {
    if (!this.pairs.has(key)) this.pairs.set(key, { key, kind, at: 0, object: null, record: null, lag: null, waiting: false });
    return this.pairs.get(key);
  }

  #takeObject(row, quiet) {
    const pair = this.#pair(row.id, row.kind);
    pair.kind = row.kind;
    pair.object = row.object;
    pair.deleted = row.deleted;
    pair.changedAt = row.at;
    // On a fresh start the record may have been told of, or come in this very message. An object that
    // is gone leaves its record as it is: nothing is to be written.
    pair.waiting = !row.deleted && !(pair.record && pair.record.at >= row.at);
    // A page that was opened later counts from the change too; both run on one machine's clock.
    pair.waitingSince = performance.now() - Math.max(0, Date.now() - row.at);
    pair.at = Math.max(pair.at, row.at);
    pair.freshObject = !quiet;
    if (row.kind === "customer" && row.object?.name) this.names.set(row.id, row.object.name);
    return pair.key;
  }

  #takeRecord(row, quiet) {
    const pair = this.#pair(row.object ?? `${row.app}:${row.record_id}`, this.pairs.get(row.object)?.kind ?? "record");
    const before = pair.record?.record;
    pair.changedFields = quiet ? new Set() : changedFields(before, row.record);
    pair.record = row;
    if (row.lag_ms !== null) pair.lag = row.lag_ms;
    if (row.at >= (pair.changedAt ?? 0)) pair.waiting = false;
    pair.at = Math.max(pair.at, row.at);
    pair.freshRecord = !quiet;
    return pair.key;
  }

  #forget() {
    for (const kind of [...Object.keys(KINDS), "record"]) {
      for (const pair of this.newest(kind, Infinity).slice(KEPT)) this.pairs.delete(pair.key);
    }
  }
}

function changedFields(before, after) {
  if (!before) return new Set(Object.keys(after ?? {}));
  const codes = new Set();
  for (const [code, field] of Object.entries(after ?? {})) {
    if (formatField(field) !== formatField(before[code])) codes.add(code);
  }
  return codes;
}
