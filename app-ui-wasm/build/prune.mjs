// Takes out what a view never runs: `node prune.mjs in.wasm out.wasm`. The module was linked with
// `--emit-relocs`, so that it is known what refers to what.
//
// - What words a panic. A view says of a panic only that the logic failed, and starts it afresh; so the
//   functions that begin a panic end at once.
// - What frees memory, or only walks there to free it. The allocator keeps everything until the loader
//   wipes the memory, so it has no effect.
// - Functions and data that nothing else reaches then. The linker cannot leave them out, as it sees them
//   reached; wasm-opt cannot, as it does not see into data and tables.

import { readFile, writeFile } from "node:fs/promises";
import binaryen from "binaryen";
import { graph, withoutRelocations } from "./linked.mjs";

/** Where panics begin, by the mangled names of functions of the standard library. */
const PANICS = [
  /core9panicking/,
  /std9panicking/,
  /rust_begin_unwind/,
  /(option|result)\d+(unwrap|expect)_failed/,
  /slice_error_fail/,
  /slice_index_fail/,
  /len_mismatch_fail/,
  /raw_vec\d+handle_error/,
  /handle_alloc_error/,
  // Only a panic is worded for those who look into the code; a test sees to it that core/ words nothing so.
  /core\.\.fmt\.\.Debug.*3fmt|5Debug3fmt/,
];
/** What frees memory, in the same way. */
const FREES = [
  /drop_in_place/,
  /core\.\.ops\.\.drop\.\.Drop\$GT\$4drop/,
  /RawVecInner.*10deallocate/,
  /Allocator10deallocate/,
  /_rust_dealloc$/,
];
/** What does something else as it is dropped: it puts back in order what was taken in pieces. */
const MENDS = /Drain|SetLenOnDrop|BackshiftOnDrop|InsertionHole|BorrowRef|PeekMut|Guard/;
/** Where in the code a panic would have begun: only a panic reads it. */
const PLACE = /^[\w@./-]+\.rs\0*$/;

const [, , input, output] = process.argv;
const bytes = await readFile(input);
const { functions, data, roots } = graph(bytes);

const named = (patterns) => {
  const all = [...functions.values()].map(({ name }) => name);
  const missing = patterns.filter((pattern) => !all.some((name) => pattern.test(name)));
  if (missing.length > 3) {
    throw new Error(`the standard library has other names now: nothing is called ${missing.join(", ")}`);
  }
  return ({ name }) => patterns.some((pattern) => pattern.test(name));
};
const panics = named(PANICS);
const frees = named(FREES);

const trap = new Set();
const nothing = new Set();
for (const body of functions.values()) {
  if (panics(body)) trap.add(body);
  else if (frees(body) && !MENDS.test(body.name)) nothing.add(body);
}
const text = ({ begin, end }) => bytes.toString("latin1", begin, end);
const isPlace = ({ refers }) => refers.size === 1 && [...refers].every((file) => PLACE.test(text(file)));
const places = new Set(data.filter(isPlace));

const reached = new Set(roots);
for (const node of reached) {
  if (trap.has(node) || nothing.has(node) || places.has(node)) continue;
  for (const next of node.refers) reached.add(next);
}
for (const body of functions.values()) {
  if (!reached.has(body)) trap.add(body);
}
// Pieces may overlap where the linker found them equal.
const kept = new Set();
for (const piece of data) {
  if (!reached.has(piece) || places.has(piece)) continue;
  for (let at = piece.begin; at < piece.end; at++) kept.add(at);
}
for (const { begin, end } of data) {
  for (let at = begin; at < end; at++) if (!kept.has(at)) bytes[at] = 0;
}

const module = binaryen.readBinary(withoutRelocations(bytes));
for (const { index } of trap) binaryen.Function(module.getFunctionByIndex(index)).body = module.unreachable();
for (const { index, name } of nothing) {
  const body = module.getFunctionByIndex(index);
  if (binaryen.getFunctionInfo(body).results !== binaryen.none) throw new Error(`${name} gives something back`);
  binaryen.Function(body).body = module.nop();
}
// wasm2js takes only a module that was bound without reference types, which this section would switch on.
module.runPasses(["strip-target-features"]);
await writeFile(output, module.emitBinary());
