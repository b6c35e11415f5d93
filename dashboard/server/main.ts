// The stand-in as a program: `node dashboard/server/main.ts --stripe URL --worker URL [--port N]`, with the
// app's signing secrets in APP_SECRETS. It says `listening on …` once it answers.

import { parseArgs } from "node:util";
import { SANDBOX, start } from "./server.ts";

const { values } = parseArgs({
  options: {
    stripe: { type: "string" },
    worker: { type: "string" },
    port: { type: "string", default: "0" },
  },
});
const { stripe, worker, port } = values;
const secrets = (process.env.APP_SECRETS ?? "").split(",").filter((secret) => secret !== "");
if (stripe === undefined || worker === undefined || secrets.length === 0) {
  process.stderr.write("give --stripe and --worker, and the signing secrets in APP_SECRETS\n");
  process.exit(2);
}
const { url } = await start({ ...SANDBOX, stripe, worker, secrets }, Number(port));
process.stdout.write(`listening on ${url}\n`);
