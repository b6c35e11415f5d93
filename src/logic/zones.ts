/**
 * Time zones beyond Asia/Tokyo, UTC and fixed offsets: from the browser's own database, as the Worker
 * takes them from its runtime's. The logic asks for them by `offsetSeconds`.
 */

/** What the logic's glue imports as `daicho:zones`. */
export interface Zones {
  /** Seconds east of Greenwich at a moment; NaN for a zone that is not known. */
  readonly offsetSeconds: (zone: string, unixSeconds: number) => number;
}

/** `null`: there is no such zone. A mapping has few of them. */
const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatIn(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  } catch {
    return null;
  }
}

/** `GMT-03:30`; Greenwich itself is `GMT` alone, and before there were zones there are seconds. */
const OFFSET = /^GMT(?:([+\-\u2212])(\d\d):(\d\d)(?::(\d\d))?)?$/;

function offsetSeconds(zone: string, unixSeconds: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = formatIn(zone);
    formats.set(zone, format);
  }
  const at = new Date(unixSeconds * 1000);
  if (format === null || Number.isNaN(at.getTime())) {
    return Number.NaN;
  }
  const part = format.formatToParts(at).find(({ type }) => type === "timeZoneName");
  const read = OFFSET.exec(part?.value ?? "");
  if (read === null) {
    return Number.NaN;
  }
  const [, sign, hours = 0, minutes = 0, seconds = 0] = read;
  const offset = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === undefined || sign === "+" ? offset : -offset;
}

/** The browser's zones. */
export const zones: Zones = { offsetSeconds };
