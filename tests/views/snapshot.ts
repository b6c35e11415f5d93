/** Texts that are kept beside the tests, so that a change of wording is seen. */

import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

/** The folder of the tests; the bundler knows it. */
declare const TESTS: string;

export function matches(text: string, name: string): void {
  const url = new URL(`snapshots/${name}.txt`, TESTS);
  if (process.env.UPDATE_SNAPSHOTS) {
    mkdirSync(new URL("./", url), { recursive: true });
    writeFileSync(url, text);
  }
  assert.ok(existsSync(url), `${name} has no snapshot: run with UPDATE_SNAPSHOTS=1 and read what it writes`);
  assert.equal(text, readFileSync(url, "utf8"), `${name}: UPDATE_SNAPSHOTS=1 takes the new text`);
}
