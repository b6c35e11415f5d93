// What a lowered module says again and again, said once: `node moves.mjs lowered.js moved.js`.
//
// Rust moves values of some words all the time, eight bytes at an instruction. wasm2js makes three
// statements of each instruction, which were a tenth of the module. They become calls that read and write
// the same words in the same order. And the long numbers by which Rust tells alternatives apart, such as
// -2147483648, get names.

import { readFile, writeFile } from "node:fs/promises";

const MOVES = `
 function moveTwo(to, from) {
  var high = HEAP32[from + 4 >> 2];
  HEAP32[to >> 2] = HEAP32[from >> 2];
  HEAP32[to + 4 >> 2] = high;
  return high;
 }
 function moveUp(to, from, words) {
  var high = 0, at = 0;
  for (; at + 1 < words; at += 2) high = moveTwo(to + at * 4, from + at * 4);
  if (words & 1) HEAP32[to + at * 4 >> 2] = HEAP32[from + at * 4 >> 2];
  return high;
 }
 function moveDown(to, from, words) {
  var high = 0, at = words & -2;
  if (words & 1) HEAP32[to + at * 4 >> 2] = HEAP32[from + at * 4 >> 2];
  while ((at -= 2) >= 0) high = moveTwo(to + at * 4, from + at * 4);
  return high;
 }
`;

const ADDRESS = "(\\$\\w+(?: \\+ \\d+| - -\\d+)?)";
const word = `HEAP32\\[${ADDRESS} >> 2\\]`;
const TWO = new RegExp(`( *)(\\$\\w+) = ${word};\\n *${word} = ${word};\\n *${word} = \\2;\\n`, "y");
const ONE = new RegExp(`( *)${word} = ${word};\\n`, "y");

const [, , input, output] = process.argv;
const code = await readFile(input, "utf8");
let moved = "";
let run = [];
for (let at = 0; at < code.length; ) {
  const move = moveAt(at);
  if (run.length > 0 && !(move && goesOn(run, move))) {
    moved += call(run);
    run = [];
  }
  if (move) {
    run.push(move);
    at += move.text.length;
  } else {
    const end = code.indexOf("\n", at) + 1 || code.length;
    moved += code.slice(at, end);
    at = end;
  }
}
const begin = "\n function $0(";
if (!moved.includes(begin) || !moved.includes(" = moveUp(")) {
  throw new Error("wasm2js writes in another way now: mend app-ui-wasm/build/moves.mjs");
}
const [named, names] = nameNumbers(moved);
await writeFile(output, named.replace(begin, () => names + MOVES + begin));

/** The code with names for long numbers that stand there often, and the names. */
function nameNumbers(code) {
  const count = new Map();
  const numbers = /(?<=[ (])-\d{9,}(?=[ ;,)])/g;
  for (const [number] of code.matchAll(numbers)) count.set(number, (count.get(number) ?? 0) + 1);
  const often = [...count.keys()].filter((number) => count.get(number) > 8);
  const name = (number) => number.replace("-", "$minus");
  const named = code.replace(numbers, (number) => (often.includes(number) ? name(number) : number));
  return [named, often.map((number) => `\n var ${name(number)} = ${number};`).join("")];
}

/** `$1 + 8`, taken apart. */
function address(text) {
  const [base, offset = "0"] = text.split(/ (?:\+ |- (?=-))/);
  return { base, offset: Number(offset) };
}

/** The move of one or two words that stands here: from, to, and the local that two go by. */
function moveAt(at) {
  TWO.lastIndex = at;
  const two = TWO.exec(code);
  if (two) {
    const [text, indent, local, ...addresses] = two;
    const [highFrom, to, from, highTo] = addresses.map(address);
    const isMove =
      highFrom.base === from.base &&
      highTo.base === to.base &&
      highFrom.offset === from.offset + 4 &&
      highTo.offset === to.offset + 4 &&
      ![from.base, to.base].includes(local);
    return isMove ? { text, indent, local, to, from, words: 2 } : undefined;
  }
  ONE.lastIndex = at;
  const one = ONE.exec(code);
  if (!one) return undefined;
  const [text, indent, to, from] = one;
  return { text, indent, to: address(to), from: address(from), words: 1 };
}

/** Whether a move continues a run upwards, a single word being the last, or downwards, it being the first. */
function goesOn(run, next) {
  const last = run.at(-1);
  const step = next.to.offset - last.to.offset;
  const isUp = run.length === 1 ? step > 0 : run[1].to.offset > run[0].to.offset;
  return (
    next.to.base === last.to.base &&
    next.from.base === last.from.base &&
    next.from.offset - last.from.offset === step &&
    step === (isUp ? 8 : -8) &&
    (isUp ? last.words === 2 : next.words === 2) &&
    (next.local === undefined || last.local === undefined || next.local === last.local)
  );
}

function call(run) {
  const words = run.reduce((sum, move) => sum + move.words, 0);
  if (words === 1) return run[0].text;
  const lowest = run.reduce((low, move) => (move.to.offset < low.to.offset ? move : low));
  const local = run.find((move) => move.local).local;
  const isDown = run.length > 1 && run[1].to.offset < run[0].to.offset;
  const place = ({ base, offset }) => (offset === 0 ? base : `${base} + ${offset}`);
  const to = place(lowest.to);
  const from = place(lowest.from);
  if (words === 2) return `${run[0].indent}${local} = moveTwo(${to}, ${from});\n`;
  return `${run[0].indent}${local} = ${isDown ? "moveDown" : "moveUp"}(${to}, ${from}, ${words});\n`;
}
