/** The texts: each in both languages, short where they have to be, in the words we agreed on. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { en } from "../../src/texts/en.ts";
import { count, moment } from "../../src/texts/format.ts";
import { languageOf, textsIn } from "../../src/texts/index.ts";
import { ja } from "../../src/texts/ja.ts";
import { shown } from "../../src/texts/value.ts";
import { TOAST_CHARACTERS } from "../../src/toast.ts";

/** Every text by its path; one with parameters as it reads with large ones. */
function all(texts: object, path = ""): Map<string, string> {
  const entries = Object.entries(texts).flatMap(([key, value]): [string, string][] => {
    const here = path === "" ? key : `${path}.${key}`;
    if (typeof value === "string") {
      return [[here, value]];
    }
    if (typeof value === "function") {
      return [[here, String(value(10_000, "10,000", "10,000"))]];
    }
    return [...all(value, here)];
  });
  return new Map(entries);
}

const JA = all(ja);
const EN = all(en);
/** Words that are the same in both. */
const SAME = ["app.addressExample"];

test("every text exists in both languages, and is written in its own", () => {
  assert.deepEqual([...JA.keys()].sort(), [...EN.keys()].sort());
  for (const [path, text] of EN) {
    assert.ok(text.trim() !== "", path);
    assert.doesNotMatch(text, /[\u3040-\u30ff\u4e00-\u9fff]/, path);
  }
  for (const [path, text] of JA) {
    const isNumber = /^[\d,%\s/→]+$/.test(text);
    assert.ok(
      isNumber || SAME.includes(path) || /[\u3040-\u30ff\u4e00-\u9fff]/.test(text),
      `${path}: ${text}`,
    );
  }
});

test("a toast is not cut off", () => {
  for (const texts of [JA, EN]) {
    for (const [path, text] of texts) {
      assert.ok(!path.startsWith("toast.") || text.length <= TOAST_CHARACTERS, `${path}: ${text}`);
    }
  }
});

test("Japanese uses kintone's words and none of those that we avoid", () => {
  for (const [path, text] of JA) {
    assert.doesNotMatch(text, /テナント|デッドレター|バックフィル|リプレイ|ターゲット/, path);
    // One word for one thing: 確認待ち, リクエスト, 暗号化, 取り下げ; and every operation is 行う.
    assert.doesNotMatch(text, /確認前|要求|封印|一覧から外|をできます|何も言わず/, path);
    assert.doesNotMatch(text, /[一-龠ぁ-ん]\s[一-龠ぁ-ん]/, path);
  }
});

test("Japanese for a Japanese locale, English for every other", () => {
  assert.deepEqual(["ja", "ja-JP", "en-US", "fr", "jav"].map(languageOf), ["ja", "ja", "en", "en", "en"]);
  assert.equal(textsIn("ja"), ja);
});

test("times are those of Japan, numbers have their groups", () => {
  const at = Date.parse("2026-11-22T15:04:00Z");
  assert.equal(moment(at, "ja"), "2026/11/23 00:04");
  assert.equal(moment(at, "en"), "Nov 23, 2026, 00:04");
  assert.equal(count(1_234_567, "ja"), "1,234,567");
});

test("kintone's values read as people write them", () => {
  const ja_ = (value: unknown, type: string) => shown(value, type, ja, "ja");
  assert.equal(ja_(null, "NUMBER"), "（空）");
  assert.equal(ja_("2026-11-22T15:04:00Z", "DATETIME"), "2026/11/23 00:04");
  assert.equal(ja_(["a", "b"], "CHECK_BOX"), "a、b");
  assert.equal(ja_([{ code: "sato", name: "佐藤" }], "USER_SELECT"), "佐藤");
  assert.equal(ja_([{ value: {} }], "SUBTABLE"), "1行");
  assert.equal(ja_({ code: "sato", name: "佐藤" }, "CREATOR"), "佐藤");
});
