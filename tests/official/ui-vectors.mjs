// The vectors of tests/vectors: calls and the exact text of their answers.

import { readdir, readFile } from "node:fs/promises";

const FOLDER = new URL("../vectors/", import.meta.url);

export async function vectors() {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".json")).sort();
  const texts = await Promise.all(files.map((file) => readFile(new URL(file, FOLDER), "utf8")));
  return texts.flatMap((text) => JSON.parse(text));
}

/** The input's text. One that is a text already is taken as it stands; `fill` makes a place large. */
export function inputOf({ input, fill }) {
  if (typeof input === "string") {
    return input;
  }
  const copy = structuredClone(input);
  if (fill) {
    const names = fill.at.split("/").slice(1);
    const last = names.pop();
    const place = names.reduce((value, name) => value[name], copy);
    place[last] = fill.text.repeat(fill.times);
  }
  return JSON.stringify(copy);
}
