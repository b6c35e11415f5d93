/** The views' texts in the reader's language. */

import type { Text } from "../api/types.ts";
import { en } from "./en.ts";
import { ja, type Texts } from "./ja.ts";

export type { Texts } from "./ja.ts";

/** The languages there are. */
export type Language = "ja" | "en";

/** The language for a locale of the Dashboard: Japanese for `ja` and `ja-JP`, English for all others. */
export function languageOf(locale: string): Language {
  return /^ja\b/i.test(locale) ? "ja" : "en";
}

/** Every text in a language. */
export function textsIn(language: Language): Texts {
  return language === "ja" ? ja : en;
}

/** A text that came in both languages, in one. */
export function said(text: Text, language: Language): string {
  return text[language];
}

/** The name of something that may be newer than this view; its own word where there is none. */
export function named(names: Readonly<Record<string, string>>, word: string): string {
  return names[word] ?? word;
}
