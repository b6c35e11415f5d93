/** Why a call came to nothing. */

import type { Operation } from "./operation.ts";
import type { Text } from "./types.ts";

/**
 * Where it ended: Stripe did not sign it, the Worker was not reached, the Worker refused it, or the Worker
 * could not carry it out.
 */
export type Phase = "signing" | "network" | "refused" | "failed";

/** A call that came to nothing. Its texts are for people; what the Worker said beside them is not kept. */
export class CallError extends Error {
  readonly phase: Phase;
  readonly op: Operation;
  /** The Worker's stable word for the reason. */
  readonly reason: string | undefined;
  /** The Worker's text for people. */
  readonly text: Text | undefined;
  /** What is wrong with a document, each for people. */
  readonly issues: readonly Text[];
  /** The HTTP status of the answer. */
  readonly status: number | undefined;

  constructor(phase: Phase, op: Operation, answer: Answer = {}) {
    super(`${op}: ${phase}${answer.reason ? `, ${answer.reason}` : ""}`);
    this.name = "CallError";
    this.phase = phase;
    this.op = op;
    this.reason = answer.reason;
    this.text = answer.text;
    this.issues = answer.issues ?? [];
    this.status = answer.status;
  }

  /** Whether the caller may not do or see this, as far as the call proves. */
  get isPermission(): boolean {
    return this.phase === "refused" && (this.status === 403 || this.reason === "roles_unproven");
  }

  /** Whether nobody has set the sync up yet. */
  get isUnconfigured(): boolean {
    return this.phase === "refused" && this.reason === "not_configured";
  }
}

interface Answer {
  readonly status?: number;
  readonly reason?: string;
  readonly text?: Text;
  readonly issues?: readonly Text[];
}

/** Reads a refusal's body, `{"error":{"reason","message","text"?,"issues"?}}`, whatever it is. */
export function refusal(status: number, body: unknown): Answer {
  const { error } = isObject(body) ? body : {};
  const { reason, text, issues } = isObject(error) ? error : {};
  const texts = (Array.isArray(issues) ? issues : []).map((issue: { text?: unknown } | null) => issue?.text);
  return {
    status,
    ...(typeof reason === "string" ? { reason } : {}),
    ...(isText(text) ? { text } : {}),
    issues: texts.filter(isText),
  };
}

function isObject(value: unknown): value is { readonly [name in string]?: unknown } {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown): value is Text {
  const { ja, en } = isObject(value) ? value : {};
  return typeof ja === "string" && typeof en === "string";
}
