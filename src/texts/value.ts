/** kintone's field values as a person reads them. */

import { moment } from "./format.ts";
import type { Language, Texts } from "./index.ts";

/** A value of a field of this type of kintone's. */
export function shown(value: unknown, type: string, texts: Texts, language: Language): string {
  if (value === null || value === undefined || value === "") {
    return texts.object.empty;
  }
  if (type === "DATETIME" && typeof value === "string" && !Number.isNaN(Date.parse(value))) {
    return moment(Date.parse(value), language);
  }
  if (Array.isArray(value)) {
    if (value.length === 0) {
      return texts.object.empty;
    }
    return type === "SUBTABLE"
      ? texts.object.rows(value.length)
      : value.map(one).join(language === "ja" ? "、" : ", ");
  }
  return one(value);
}

/** A text, or somebody's or something's name. */
function one(value: unknown): string {
  if (typeof value !== "object" || value === null) {
    return String(value);
  }
  const { name, code, value: inner } = value as Record<string, unknown>;
  return String(name ?? code ?? (inner === undefined ? JSON.stringify(value) : one(inner)));
}
