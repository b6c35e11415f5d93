/** The Dashboard and the Worker as a view meets them, without either. */

import { createHash, createHmac } from "node:crypto";
import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import type { AnswerOf, Operation, RequestOf } from "../../src/api/operation.ts";
import type { Text } from "../../src/api/types.ts";

export const API_BASE = "https://daicho.example.com/api/";
export const SECRET = "absec_for_tests";
const ACCOUNT = "acct_1";
const USER = "usr_1";

/** What the Worker answers: an answer, at once or later, a refusal, no answer at all, or none yet. */
export type Reply<Name extends Operation = Operation> =
  | { readonly answer: AnswerOf<Name>; readonly after?: Promise<void> }
  | Refusal
  | "unreachable"
  | "silent";

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  readonly text?: Text;
  readonly issues?: readonly { readonly text: Text }[];
}

/**
 * Replies by operation. Of a list one is taken for each call, and the last for all that follow; a function
 * replies to the request.
 */
export type Replies = {
  [Name in Operation]?: Reply<Name> | readonly Reply<Name>[] | ((request: RequestOf<Name>) => Reply<Name>);
};

/** A call as it arrived. */
export interface Arrived {
  readonly op: string;
  readonly signed: Record<string, unknown>;
  readonly request: Record<string, unknown>;
  readonly signature: string;
  readonly body: { readonly signed: string; readonly request: string };
}

export interface Dashboard {
  readonly arrived: Arrived[];
  readonly toasts: string[];
  readonly copied: string[];
  /** Whether Stripe signs what comes next, one for each; then as ever. */
  signs: boolean[];
  /** What waits for its time, which comes only when a test says so. */
  readonly timers: Timer[];
}

interface Timer {
  readonly ms: number;
  readonly run: () => void;
}

/** Shorter waits are turns of the event loop. */
const WAIT_MS = 100;
const turn = globalThis.setTimeout;
const endTurn = globalThis.clearTimeout;

/** At once: the real one takes a thread and its time, and a view is waited for by turns of the event loop. */
const digest = async (_: string, data: Uint8Array) => createHash("sha256").update(data).digest();

/** Puts a Dashboard and a Worker around the views. */
export function dashboard(replies: Replies, signs = true): Dashboard {
  const at: Dashboard = { arrived: [], toasts: [], copied: [], signs: [], timers: [] };
  const call = {
    supportsFetchAppEmbeddedKey: async () => false,
    fetchStripeSignature: async (payload: object) => {
      if (!(at.signs.shift() ?? signs)) {
        throw new Error("No such app");
      }
      return signature(JSON.stringify({ ...payload, user_id: USER, account_id: ACCOUNT }));
    },
    showToast: async (message: string) => {
      at.toasts.push(message);
      return { update: () => undefined, dismiss: () => undefined };
    },
    clipboardWriteText: async (text: string) => {
      at.copied.push(text);
    },
  };
  const counts = new Map<string, number>();
  const fetched = async (url: string, init: RequestInit): Promise<Response> => {
    if (url.endsWith(".wasm")) {
      throw new TypeError("the logic runs as JavaScript here");
    }
    const op = url.slice(API_BASE.length) as Operation;
    const arrived = arrivedCall(op, init);
    at.arrived.push(arrived);
    const reply = (replies[op] ?? "unreachable") as Reply | readonly Reply[] | ((request: object) => Reply);
    if (typeof reply === "function") {
      return respond(reply(arrived.request));
    }
    const times = counts.get(op) ?? 0;
    counts.set(op, times + 1);
    return respond(Array.isArray(reply) ? reply[Math.min(times, reply.length - 1)] : reply);
  };
  const setTimeout = (run: () => void, ms = 0) => {
    if (ms < WAIT_MS) {
      return turn(run, ms);
    }
    const timer = { ms, run };
    at.timers.push(timer);
    return timer;
  };
  const clearTimeout = (timer: Timer | NodeJS.Timeout | undefined) => {
    const index = at.timers.indexOf(timer as Timer);
    return index < 0 ? endTurn(timer as NodeJS.Timeout) : at.timers.splice(index, 1);
  };
  const host = { endpoint: { call } };
  Object.assign(crypto.subtle, { digest });
  Object.assign(globalThis, { __StripeExtExports: host, fetch: fetched, setTimeout, clearTimeout });
  return at;
}

function signature(text: string): string {
  const hmac = createHmac("sha256", SECRET).update(`1795350600.${text}`).digest("hex");
  return `t=1795350600,v1=${hmac}`;
}

function arrivedCall(op: string, init: RequestInit): Arrived {
  const body = JSON.parse(String(init.body)) as Arrived["body"];
  const header = new Headers(init.headers).get("stripe-signature") ?? "";
  return { op, signed: JSON.parse(body.signed), request: JSON.parse(body.request), signature: header, body };
}

function respond(reply: Reply | undefined): Promise<Response> {
  if (reply === "silent") {
    return new Promise(() => undefined);
  }
  if (reply === "unreachable" || reply === undefined) {
    return Promise.reject(new TypeError("fetch failed"));
  }
  if ("answer" in reply) {
    return Promise.resolve(reply.after).then(() => Response.json(reply.answer));
  }
  const { status, ...error } = reply;
  return Promise.resolve(Response.json({ error: { ...error, message: "for machines" } }, { status }));
}

export interface Place {
  readonly locale?: string;
  readonly mode?: "test" | "live";
  readonly object?: { readonly id: string; readonly object: string };
  /** The ids of the caller's roles. */
  readonly roles?: readonly string[];
}

/** What Stripe tells a view of where it is and who looks at it. */
export function contextAt(place: Place): ExtensionContextValue {
  const { locale = "ja-JP", mode = "test", object, roles = ["admin"] } = place;
  return {
    userContext: {
      id: USER,
      name: "見本 花子",
      account: { id: ACCOUNT, name: "見本株式会社", country: "JP", isSandbox: false },
      locale,
      roles: roles.map((id) => ({ id, name: id, type: "builtIn" as const })),
    },
    environment: {
      mode,
      viewportID: "stripe.dashboard.customer.detail",
      constants: { API_BASE },
      ...(object ? { objectContext: object } : {}),
    },
    appContext: {},
  };
}
