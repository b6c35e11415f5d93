/** The one way from the views to the Worker: signed calls, each of a typed operation. */

import { CallError, refusal } from "./error.ts";
import { type AnswerOf, CHANGES, type Operation, type RequestOf } from "./operation.ts";
import { type Caller, operationId, sign } from "./sign.ts";

/** Longer than the Worker takes for Stripe and kintone together, shorter than a person's patience. */
const PATIENCE_MS = 30_000;

/** Calls the Worker. */
export interface Client {
  /** Where the API is, with its last slash. */
  readonly base: string;
  /**
   * Calls an operation. A change may be given the id of an earlier attempt whose answer was lost: it is
   * then carried out at most once.
   *
   * @throws {CallError} says where it ended
   */
  call<Name extends Operation>(
    op: Name,
    request: RequestOf<Name>,
    operation?: string,
  ): Promise<AnswerOf<Name>>;
}

/** Makes a client. `base` ends in a slash: `https://…/api/`. */
export function makeClient(caller: Caller, base: string): Client {
  /** Whether reading needs a role here, as a refusal told. */
  let readsWithRoles = false;
  const once = (op: Operation, text: string, withRoles: boolean) => post(base, caller, op, text, withRoles);
  const proved = async (op: Operation, text: string): Promise<unknown> => {
    if (CHANGES.includes(op)) {
      return once(op, text, true);
    }
    // The settings show whether the caller may change them, which only roles prove; but some roles' names
    // cannot be proved, and reading need not fail for that.
    const withRoles = readsWithRoles || op === "configuration";
    try {
      return await once(op, text, withRoles);
    } catch (error) {
      const { reason, isPermission } = error as CallError;
      if (withRoles ? reason !== "roles_unproven" : !isPermission) {
        throw error;
      }
      const answer = await once(op, text, !withRoles).catch((other: CallError) => {
        // A refusal without roles says nothing of the reason: that they cannot be proved.
        throw withRoles && other.isPermission ? error : other;
      });
      readsWithRoles = !withRoles;
      return answer;
    }
  };
  return {
    base,
    async call(op, request, operation = operationId()) {
      const text = JSON.stringify(CHANGES.includes(op) ? { ...request, operation } : request);
      try {
        return (await proved(op, text)) as never;
      } catch (error) {
        if ((error as CallError).phase !== "network") {
          throw error;
        }
        // Anew signed, and still the same operation.
        return (await proved(op, text)) as never;
      }
    },
  };
}

async function post(
  base: string,
  caller: Caller,
  op: Operation,
  request: string,
  withRoles: boolean,
): Promise<unknown> {
  const call = await sign(caller, op, request, withRoles).catch(() => {
    throw new CallError("signing", op);
  });
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  try {
    const response = await fetch(`${base}${op}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Stripe-Signature": call.signature },
      body: call.body,
      credentials: "omit",
      signal: patience.signal,
    }).catch(() => {
      throw new CallError("network", op);
    });
    const body: unknown = await response.json().catch(() => undefined);
    if (response.ok && body !== undefined) {
      return body;
    }
    // What is no JSON did not come from the Worker's code.
    const phase = response.ok ? "network" : response.status < 500 ? "refused" : "failed";
    throw new CallError(phase, op, refusal(response.status, body));
  } finally {
    clearTimeout(timer);
  }
}
