// Rows of the page. Every text goes in as text, never as markup.

import { formatClock, formatField } from "./format.js";
import { KINDS, present } from "./present.js";

/** Fields of a record that fit in a row. */
const FIELDS = 6;
/** Slower than this is shown in another colour, in milliseconds. */
const SLOW = 2000;
/** Types that say nothing of the object: kintone's own and those without a value. */
const UNSHOWN = new Set([
  "__ID__", "__REVISION__", "RECORD_NUMBER", "CREATOR", "CREATED_TIME", "MODIFIER", "UPDATED_TIME",
  "STATUS", "STATUS_ASSIGNEE", "CATEGORY", "REFERENCE_TABLE", "LABEL", "SPACER", "HR", "GROUP",
]);

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children.filter((child) => child !== null && child !== ""));
  return made;
}

/** A new row for a pair. */
export function row(pair, store) {
  const made = element("li", "row", objectHalf(pair, store), gap(pair), recordHalf(pair, store));
  made.dataset.key = pair.key;
  made.classList.toggle("deleted", Boolean(pair.deleted));
  made.classList.toggle("gone", pair.record?.operation === "DELETE");
  return made;
}

function objectHalf(pair, store) {
  if (!pair.object) return element("div", "absent", "Stripeのオブジェクトなし ", english("no Stripe object"));
  const shown = present(pair.kind, pair.object, (id) => store.names.get(id?.id ?? id));
  const first = element("div", "line", element("span", "kind", KINDS[pair.kind]), element("span", "title", shown.title));
  if (pair.deleted) first.append(chip(["削除", "warn"]));
  else if (shown.status) first.append(chip(shown.status));
  if (shown.amount) first.append(element("span", "amount", shown.amount));
  const second = element("div", "line", element("span", "id", pair.key), element("span", "detail", shown.detail),
    element("span", "time", formatClock(pair.changedAt)));
  return element("div", `half${pair.freshObject ? " stripe-changed" : ""}`, first, second);
}

function chip([text, tone]) {
  const made = element("span", "chip", text);
  if (tone) made.dataset.tone = tone;
  return made;
}

function gap(pair) {
  if (pair.waiting) return element("div", "gap", element("span", "waiting", "書き込み待ち"));
  if (pair.lag === null) return element("div", "gap", element("span", "none", "–"));
  const ms = element("span", "ms", pair.lag.toLocaleString("ja-JP"), element("small", "", "ms"));
  ms.dataset.slow = String(pair.lag > SLOW);
  return element("div", "gap", ms, arrow());
}

function arrow() {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "arrow");
  svg.setAttribute("viewBox", "0 0 46 7");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", "M0 3.5H44M40.5 .8L44 3.5L40.5 6.2");
  path.setAttribute("fill", "none");
  path.setAttribute("stroke", "#b9bdc8");
  svg.append(path);
  return svg;
}

function recordHalf(pair, store) {
  if (!pair.record) return element("div", "absent", "レコードはまだありません ", english("no record yet"));
  const { app, record_id: number, revision, record } = pair.record;
  const form = store.apps.get(app);
  const head = element("div", "app", element("div", "name", form?.name ?? `アプリ ${app}`),
    element("div", "number", `No. ${number} · rev. ${revision}`));
  const fields = element("div", "fields", ...shownFields(form, pair).map((field) => fieldCell(field, record, pair)));
  return element("div", `record${pair.freshRecord ? " kintone-changed" : ""}`, head, fields);
}

/** The form's first fields, so that columns of one app line up; one that just changed but lies
 *  beyond them takes the last place. The key is on the left already. */
function shownFields(form, pair) {
  const record = pair.record.record ?? {};
  const known = form?.fields ?? Object.entries(record).map(([code, { type }]) => ({ code, label: code, type }));
  const worth = known.filter(({ code, type }) => !UNSHOWN.has(type) && record[code]?.value !== pair.key);
  const first = worth.slice(0, FIELDS);
  if (pair.changedFields && !first.some(({ code }) => pair.changedFields.has(code))) {
    const hidden = worth.slice(FIELDS).find(({ code }) => pair.changedFields.has(code));
    if (hidden) first[FIELDS - 1] = hidden;
  }
  return first;
}

function fieldCell({ code, label }, record, pair) {
  const content = formatField(record?.[code]);
  const cell = element("div", "field", element("span", "label", label), element("span", "content", content));
  cell.title = `${label} (${code}): ${content}`;
  if (pair.freshRecord && pair.changedFields?.has(code)) cell.classList.add("field-changed");
  return cell;
}

function english(text) {
  const made = element("span", "en", text);
  made.lang = "en";
  return made;
}
