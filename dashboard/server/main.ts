// The stand-in as a program: `node dashboard/server/main.ts --stripe URL --worker URL [--port N]`, with the
// app's signing secrets in APP_SECRETS; `--story` has its page tell the demo's story. It says `listening on …` once it answers.

import { parseArgs } from "node:util";
import { SANDBOX, start } from "./server.ts";
import { tell } from "./story.ts";

const { values } = parseArgs({
  options: {
    stripe: { type: "string" },
    worker: { type: "string" },
    story: { type: "boolean", default: false },
    port: { type: "string", default: "0" },
  },
});
const { stripe, worker, port } = values;
const secrets = (process.env.APP_SECRETS ?? "").split(",").filter((secret) => secret !== "");
if (stripe === undefined || worker === undefined || secrets.length === 0) {
  process.stderr.write("give --stripe and --worker, and the signing secrets in APP_SECRETS\n");
  process.exit(2);
}
const story = values.story ? { story: await tell(stripe, SANDBOX.keys.test) } : {};
const { url } = await start({ ...SANDBOX, stripe, worker, secrets, ...story }, Number(port));
process.stdout.write(`listening on ${url}\n`);
