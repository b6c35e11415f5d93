// Words of a lowered module in fewer letters: `node words.mjs moved.js worded.js`.
//
// A word that need not stand at a multiple of four is read and written by wasm2js byte by byte, at every
// place anew: these become calls, and so do words that are written one behind the other, as the parts of an
// empty list are. And half of all words stand in the frame of the function that uses them,
// whose address is a multiple of sixteen: they are counted from the frame's first word, which takes
// the division by four out of every mention. And a local is compared as it is: what is put into one has
// been made an integer there.

import { readFile, writeFile } from "node:fs/promises";

const CALLS = `
 function loadWord(from) {
  return HEAPU8[from] | HEAPU8[from + 1] << 8 | HEAPU8[from + 2] << 16 | HEAPU8[from + 3] << 24;
 }
 function storeWord(to, word) {
  HEAP8[to] = word;
  HEAP8[to + 1] = word >>> 8;
  HEAP8[to + 2] = word >>> 16;
  HEAP8[to + 3] = word >>> 24;
 }
`;

/** As many words as are written at once. */
const MOST = 6;
const storing = (count) => {
  const words = Array.from({ length: count }, (_, at) => `word${at}`);
  const stores = words.map((word, at) => `  HEAP32[to + ${at}] = ${word};\n`);
  return ` function store${count}(to, ${words.join(", ")}) {\n  to = to >> 2;\n${stores.join("")} }\n`;
};

const PLACE = "(\\$\\w+)(?: \\+ (\\d+))?(?: \\| 0)?";
const byte = `HEAPU8\\[${PLACE}\\]`;
const LOAD = new RegExp(`${byte} \\| ${byte} << 8 \\| \\(${byte} << 16 \\| ${byte} << 24\\)`, "g");
const to = `HEAP8\\[${PLACE}\\]`;
const STORE = new RegExp(
  `${to} = (\\$\\w+);\\s*${to} = \\3 >>> 8;\\s*${to} = \\3 >>> 16;\\s*${to} = \\3 >>> 24;`,
  "g",
);
const COMPARED = /(?<=[(! ])\((\$\w+) \| 0\)(?= (?:[=!]=|[<>]=?) )|(?<= (?:[=!]=|[<>]=?) )\((\$\w+) \| 0\)/g;
/** A local that would hold a number beyond the integers of 32 bits. */
const UNSIGNED = / \$\w+ = \$\w+ >>> (?:0|\$\w+);/;
const store = (base) => `( *)HEAP32\\[${base}(?: \\+ (\\d+))? >> 2\\] = (-?\\d+|\\$\\w+);\\n`;
const ONE_STORE = new RegExp(store("(\\$\\w+)"), "g");
/** Stores by one local. */
const STORES = new RegExp(`${store("(\\$\\w+)")}(?:${store("\\2")})+`, "g");
const FUNCTION = "\n function $";
const FRAME = /(\$\w+) = global\$0 - \d+ \| 0;\n *global\$0 = \1;\n/;

const [, , input, output] = process.argv;
const code = await readFile(input, "utf8");
const called = code
  .replaceAll(" - -", " + ")
  .replaceAll(" + -", " - ")
  .replace(LOAD, (text, ...found) => {
    const from = firstOf(found, [0, 2, 4, 6]);
    return from ? `loadWord(${from})` : text;
  })
  .replace(STORE, (text, ...found) => {
    const to = firstOf(found, [0, 3, 5, 7]);
    return to ? `storeWord(${to}, ${found[2]});` : text;
  })
  .replace(COMPARED, (_, left, right) => left ?? right);
const [head, ...functions] = called.split(FUNCTION);
if (!called.includes("= loadWord(") || UNSIGNED.test(called) || !functions.some((text) => FRAME.test(text))) {
  throw new Error("wasm2js writes in another way now: mend app-ui-wasm/build/words.mjs");
}
const stores = Array.from({ length: MOST - 1 }, (_, more) => storing(more + 2));
await writeFile(output, [head + CALLS + stores.join(""), ...functions.map(storedAtOnce).map(countedFromFrame)].join(FUNCTION));

/** The first of four bytes, each given by its group in a match, where they stand one behind the other. */
function firstOf(found, groups) {
  const [first, ...rest] = groups.map((at) => ({ base: found[at], offset: Number(found[at + 1] ?? 0) }));
  if (!rest.every(({ base, offset }, index) => base === first.base && offset === first.offset + index + 1)) {
    return undefined;
  }
  return first.offset === 0 ? first.base : `${first.base} + ${first.offset}`;
}

/** A function in which words that stand one behind the other are written by one call. */
function storedAtOnce(text) {
  return text.replace(STORES, (all) => {
    const stores = [...all.matchAll(ONE_STORE)].map(([, indent, base, offset = "0", word]) => ({
      indent,
      base,
      offset: Number(offset),
      word,
    }));
    // What is written twice keeps its order.
    const isOnce = new Set(stores.map(({ offset }) => offset)).size === stores.length;
    return isOnce ? inRuns(stores).map(storeCall).join("") : all;
  });
}

/** The stores in runs of one word behind the other. */
function inRuns(stores) {
  const runs = [];
  for (const store of stores.toSorted((a, b) => a.offset - b.offset)) {
    const last = runs.at(-1);
    if (last && last.length < MOST && last.at(-1).offset + 4 === store.offset) last.push(store);
    else runs.push([store]);
  }
  return runs;
}

function storeCall(run) {
  const [{ indent, base, offset }] = run;
  const to = offset === 0 ? base : `${base} + ${offset}`;
  if (run.length === 1) return `${indent}HEAP32[${to} >> 2] = ${run[0].word};\n`;
  return `${indent}store${run.length}(${to}, ${run.map(({ word }) => word).join(", ")});\n`;
}

/**
 * A function that counts the words of its frame from the frame's first, and makes no integers of addresses
 * there, which they are: the stack is a few hundred kilobytes.
 */
function countedFromFrame(text) {
  const [setting, frame] = FRAME.exec(text) ?? [];
  if (!frame) return text;
  const local = frame.replace("$", "\\$");
  // Declared, and set where it becomes the frame; nowhere else.
  if (text.match(new RegExp(`${local} = `, "g")).length !== 2) return text;
  const words = new RegExp(`HEAP32\\[${local}(?: \\+ (\\d+))? >> 2\\]`, "g");
  const plain = text.replace(new RegExp(`(?<![-+*] )(${local} \\+ \\d+) \\| 0`, "g"), "$1");
  if ((plain.match(words)?.length ?? 0) < 4) return plain;
  return plain
    .replace(`${frame} = 0`, `${frame} = 0, $words = 0`)
    .replace(setting, `${setting}  $words = ${frame} >> 2;\n`)
    .replace(words, (mention, offset = "0") =>
      Number(offset) % 4 === 0 ? `HEAP32[$words + ${Number(offset) / 4}]` : mention,
    );
}
