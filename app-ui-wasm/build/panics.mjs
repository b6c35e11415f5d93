// Panics become plain traps: `node panics.mjs in.wasm out.wasm`.
//
// A view says of a panic only that the logic failed, and starts it afresh. So the code that words a
// panic's message is never read, and is taken out: the functions that begin a panic end at once.

import { readFile, writeFile } from "node:fs/promises";
import binaryen from "binaryen";

/** Where panics begin, by the mangled names of functions of the standard library. */
const BEGIN = [
  /core9panicking/,
  /std9panicking/,
  /rust_begin_unwind/,
  /(option|result)\d+(unwrap|expect)_failed/,
  /slice_error_fail/,
  /slice_index_fail/,
  /len_mismatch_fail/,
  /raw_vec\d+handle_error/,
  /handle_alloc_error/,
];

const [, , input, output] = process.argv;
const module = binaryen.readBinary(await readFile(input));
const found = new Set();
for (let index = 0; index < module.getNumFunctions(); index++) {
  const handle = module.getFunctionByIndex(index);
  const { name, module: imported } = binaryen.getFunctionInfo(handle);
  const begin = imported ? undefined : BEGIN.find((pattern) => pattern.test(name));
  if (begin) {
    binaryen.Function(handle).body = module.unreachable();
    found.add(begin);
  }
}
const missing = BEGIN.filter((pattern) => !found.has(pattern));
if (missing.length > 3) {
  throw new Error(`the standard library has other names now: nothing is called ${missing.join(", ")}`);
}
// wasm2js takes only a module that was bound without reference types, which this section would switch on.
module.runPasses(["strip-target-features"]);
await writeFile(output, module.emitBinary());
