/** Times and numbers as the reader writes them. */

import type { Language } from "./index.ts";

/** kintone's users and the day's figures are in Japan, whatever the computer's clock says. */
const ZONE = "Asia/Tokyo";
const LOCALE = { ja: "ja-JP", en: "en-US" } as const;

/** A moment, given in milliseconds since the Unix epoch. */
export function moment(at: number, language: Language): string {
  return new Intl.DateTimeFormat(LOCALE[language], {
    timeZone: ZONE,
    year: "numeric",
    month: language === "ja" ? "2-digit" : "short",
    day: language === "ja" ? "2-digit" : "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at);
}

/** A number with its groups of thousands. */
export function count(value: number, language: Language): string {
  return new Intl.NumberFormat(LOCALE[language]).format(value);
}

/** So many of something, in English. */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
