// The TypeScript types of the logic's calls, from the JSON Schema of the Rust types:
// `node app-ui-wasm/types.mjs` renews src/logic/types.ts; a test compares.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const schema = new URL("calls.schema.json", import.meta.url);
export const types = new URL("../src/logic/types.ts", import.meta.url);

/** Keywords that say something of a value's shape. */
const SHAPES = ["$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf", "properties"];

/** The schema as the generator reads it best: a type that is named once, and any value as `unknown`. */
function prepared(schema) {
  if (typeof schema !== "object") {
    return schema === true ? { tsType: "unknown" } : schema;
  }
  if (schema.$ref !== undefined) {
    return { $ref: schema.$ref };
  }
  const named = (schemas) => Object.fromEntries(Object.entries(schemas).map(([k, v]) => [k, prepared(v)]));
  const result = { ...schema };
  for (const key of ["properties", "$defs"]) {
    if (schema[key] !== undefined) {
      result[key] = named(schema[key]);
    }
  }
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    if (schema[key] !== undefined) {
      result[key] = schema[key].map(prepared);
    }
  }
  for (const key of ["items", "additionalProperties"]) {
    if (typeof schema[key] === "object" || (key === "items" && schema[key] === true)) {
      result[key] = prepared(schema[key]);
    }
  }
  return SHAPES.some((key) => key in schema) ? result : { ...result, tsType: "unknown" };
}

export async function generated() {
  return compile(prepared(JSON.parse(await readFile(schema, "utf8"))), "Calls", {
    additionalProperties: false,
    bannerComment:
      "// Generated from app-ui-wasm/calls.schema.json by `node app-ui-wasm/types.mjs`: do not edit.",
    format: true,
    style: { printWidth: 110 },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(types, await generated());
}
