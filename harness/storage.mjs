// Answers statements on a Durable Object's database as JSON, one array of rows a line. The Worker that
// owns it must not run: `node storage.mjs FILE SQL…`.
import { DatabaseSync } from "node:sqlite";

const [file, ...statements] = process.argv.slice(2);
const database = new DatabaseSync(file);
for (const statement of statements) {
  console.log(JSON.stringify(database.prepare(statement).all()));
}
