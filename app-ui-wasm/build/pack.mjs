// The data of a lowered module, compressed: `node pack.mjs lowered.js packed.js`.
//
// wasm2js writes a module's data as base64, which is a third larger than the data and hard to compress
// on the way. Compressed before, it is a third of that.

import { readFile, writeFile } from "node:fs/promises";
import { deflateRawSync } from "node:zlib";

const [, , input, output] = process.argv;
const code = await readFile(input, "utf8");
const segments = [];
let end = 0;
const packed = code.replace(
  /^ *base64DecodeToExistingUint8Array\(bufferView, (\d+), "([^"]*)"\);\n/gm,
  (_, offset, text) => {
    const data = Buffer.from(text, "base64");
    segments.push(data);
    end += data.length;
    return `  bufferView.set(data.subarray(${end - data.length}, ${end}), ${offset});\n`;
  },
);
const begin = /^function initActiveSegments\(imports\) \{\n/m;
if (segments.length === 0 || !begin.test(packed)) {
  throw new Error("wasm2js writes its data in another way now: mend app-ui-wasm/build/pack.mjs");
}
const data = deflateRawSync(Buffer.concat(segments), { level: 9 });
const unpack = `  const compressed = new Uint8Array(${data.length});
  base64DecodeToExistingUint8Array(compressed, 0, "${data.toString("base64")}");
  const data = inflate(compressed, new Uint8Array(${end}));
`;
const head = `import inflate from "tiny-inflate";\n`;
await writeFile(output, head + packed.replace(begin, (start) => start + unpack));
