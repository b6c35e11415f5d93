/**
 * Serves the stand-in: its page, the frame under the Dashboard's content security policy, Stripe's
 * signatures by a development secret, and the way to the local Stripe.
 */

import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type Payload, type Signer, sign } from "./sign.ts";
import type { Deed, Story } from "./story.ts";

/** Where everything is, and what it is signed with. */
export interface Options {
  /** The local Stripe, as `http://127.0.0.1:4600`. */
  readonly stripe: string;
  /** The Worker, as `http://127.0.0.1:8787`. */
  readonly worker: string;
  readonly account: string;
  /** The app's signing secrets, for development. */
  readonly secrets: readonly string[];
  /** The local Stripe's keys by mode. */
  readonly keys: Readonly<Record<string, string>>;
  /** Another bundle than `build/app/ext.js`, for tests. */
  readonly bundle?: URL;
  /** The story that its page tells, in a demo. */
  readonly story?: Story;
  /** Another place of the views' API than the Worker's, for tests. */
  readonly api?: string;
}

/** The defaults of the local sandbox. */
export const SANDBOX = {
  account: "acct_1Daicho000Sandbox",
  keys: { test: "sk_test_sandbox", live: "sk_live_sandbox" },
} as const;

const ROOT = new URL("../../", import.meta.url);
const PREFIX = "/dashboard";

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  woff2: "font/woff2",
};

/** What the page itself may do: nothing beyond its own server, and no script but its own. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; " +
  "font-src 'self'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'";

/** Starts it on a port of 127.0.0.1; 0: a free one. */
export async function start(options: Options, port: number): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      respond(response, 500, { "content-type": "text/plain" }, `${error}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as { port: number };
  return { server, url: `http://127.0.0.1:${bound}${PREFIX}` };
}

async function answer(options: Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, search, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const path = pathname.slice(PREFIX.length);
  if (!isLocal(request)) {
    return respond(response, 403, {}, "");
  }
  if (pathname === "/" || path === "") {
    return serve(response, new URL("build/dashboard/index.html", ROOT), {
      "content-security-policy": PAGE_POLICY,
    });
  }
  if (path === "/setup") {
    return json(response, 200, await setup(options));
  }
  if (path === "/frame") {
    return frame(options, response, searchParams.get("wasm") === "1");
  }
  if (path === "/sign" && request.method === "POST") {
    return signed(options, request, response);
  }
  const deed = /^\/story\/(rename|change|restore)$/.exec(path);
  if (deed && request.method === "POST") {
    await options.story?.does(deed[1] as Deed);
    return json(response, 200, {});
  }
  const stripe = /^\/stripe\/(test|live)(\/v[12]\/.*)$/.exec(path);
  if (stripe) {
    return forward(options, request, response, stripe[1] as string, `${stripe[2]}${search}`);
  }
  const file = fileOf(path, options);
  return file ? serve(response, file, FROM_ANYWHERE) : respond(response, 404, {}, "");
}

/** The frame has no origin, and without this its scripts' errors would be hidden. */
const FROM_ANYWHERE = { "access-control-allow-origin": "*" };

/** Other sites must not get signatures by way of a name that leads here. */
function isLocal({ headers }: IncomingMessage): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? "");
}

function fileOf(path: string, { bundle }: Options): URL | undefined {
  const built = /^\/(host\.js|frame\.js|page\.css)$/.exec(path);
  if (built) {
    return new URL(`build/dashboard/${built[1]}`, ROOT);
  }
  if (path === "/ext.js") {
    return bundle ?? new URL("build/app/ext.js", ROOT);
  }
  if (path === "/icon.png") {
    return new URL("assets/icon.png", ROOT);
  }
  const font = /^\/fonts\/((?:files\/)?[\w-]+\.(?:css|woff2))$/.exec(path);
  return font ? new URL(`node_modules/@fontsource/noto-sans-jp/${font[1]}`, ROOT) : undefined;
}

async function setup({ account, worker, api, story }: Options): Promise<object> {
  const manifest = JSON.parse(await readFile(new URL("stripe-app.json", ROOT), "utf8"));
  const told = story && { customer: story.customer, option: story.option };
  return { manifest, account, api: api ?? `${worker}/api/`, story: told };
}

/**
 * The policy is the only one on record of the Dashboard's frames (stripe/stripe-apps, issue 98): without
 * WebAssembly. Whether today's allows it is not known, hence the switch.
 */
function frame({ worker, api }: Options, response: ServerResponse, wasm: boolean): void {
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'${wasm ? " 'wasm-unsafe-eval'" : ""}`,
    `connect-src ${api ?? `${worker}/api/`}`,
  ].join("; ");
  const scripts = ["frame.js", "ext.js"]
    .map((name) => `<script nonce="${nonce}" crossorigin="anonymous" src="${PREFIX}/${name}"></script>`)
    .join("");
  respond(
    response,
    200,
    { "content-type": TYPES.html as string, "content-security-policy": policy },
    `<!doctype html><meta charset="utf-8"><title>app</title>${scripts}`,
  );
}

async function signed(options: Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  // A page of another origin cannot send this type without asking first, and is not answered.
  if (request.headers["content-type"] !== "application/json") {
    return json(response, 415, { error: "send application/json" });
  }
  const { payload, signer } = JSON.parse((await body(request)).toString()) as {
    payload: Payload;
    signer: Signer;
  };
  try {
    json(response, 200, { signature: sign(payload, signer, options.secrets, Date.now()) });
  } catch (error) {
    json(response, 400, { error: error instanceof Error ? error.message : String(error) });
  }
}

/** What the session of a signed-in user does: Stripe's API with a key that the page never sees. */
async function forward(
  options: Options,
  request: IncomingMessage,
  response: ServerResponse,
  mode: string,
  path: string,
): Promise<void> {
  const { "content-type": type, "stripe-version": version } = request.headers;
  const given = await body(request);
  const answered = await fetch(`${options.stripe}${path}`, {
    method: request.method ?? "GET",
    headers: {
      authorization: `Bearer ${options.keys[mode]}`,
      ...(type ? { "content-type": type } : {}),
      ...(typeof version === "string" ? { "stripe-version": version } : {}),
    },
    ...(given.length > 0 ? { body: new Uint8Array(given) } : {}),
  });
  const content = Buffer.from(await answered.arrayBuffer());
  const headers = { "content-type": answered.headers.get("content-type") ?? "application/json" };
  respond(response, answered.status, headers, content);
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts);
}

async function serve(response: ServerResponse, file: URL, headers: Record<string, string>): Promise<void> {
  const content = await readFile(file).catch(() => undefined);
  const type = TYPES[file.pathname.split(".").pop() ?? ""] ?? "application/octet-stream";
  if (content === undefined) {
    return respond(response, 404, {}, "");
  }
  respond(response, 200, { "content-type": type, ...headers }, content);
}

function json(response: ServerResponse, status: number, value: object): void {
  respond(response, status, { "content-type": "application/json" }, JSON.stringify(value));
}

function respond(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  content: string | Buffer,
): void {
  response.writeHead(status, { "cache-control": "no-store", ...headers }).end(content);
}
