// The TypeScript types of the logic's calls and of the API, from the JSON Schemas of the Rust types:
// `node app-ui-wasm/types.mjs` renews them; a test compares.

import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compile } from "json-schema-to-typescript";

const ROOT = new URL("../", import.meta.url);

/** Each file of types with the schema it is made from, and the name of the whole. */
const FILES = [
  { types: "src/logic/types.ts", schema: "app-ui-wasm/calls.schema.json", name: "Calls" },
  { types: "src/api/types.ts", schema: "schema/api.schema.json", name: "Operations" },
];

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

/** Each file with what it should hold. */
export function generated() {
  return Promise.all(
    FILES.map(async ({ types, schema, name }) => {
      const text = await compile(prepared(JSON.parse(await readFile(new URL(schema, ROOT), "utf8"))), name, {
        additionalProperties: false,
        bannerComment: `// Generated from ${schema} by \`node app-ui-wasm/types.mjs\`: do not edit.`,
        format: true,
        style: { printWidth: 110 },
      });
      return { types, url: new URL(types, ROOT), text };
    }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const { url, text } of await generated()) {
    await writeFile(url, text);
  }
}
