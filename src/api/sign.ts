/** A call's proof: what Stripe signs for the view, byte for byte as the Worker reads it. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import fetchStripeSignature from "@stripe/ui-extension-sdk/signature";
import type { Operation } from "./operation.ts";

/** Who calls, as Stripe tells the view. */
export type Caller = Pick<ExtensionContextValue, "userContext" | "environment">;

/** What is sent: the signed text, what it binds, and the signature. */
export interface SignedCall {
  readonly signature: string;
  readonly body: string;
}

/** Has Stripe sign a call. With roles it also vouches for the caller's. */
export async function sign(
  caller: Caller,
  op: Operation,
  request: string,
  withRoles: boolean,
): Promise<SignedCall> {
  const { id, account, roles } = caller.userContext;
  const payload = {
    op,
    nonce: random(16),
    mode: caller.environment.mode,
    body_sha256: await sha256(request),
    ...(withRoles && roles ? { stripe_roles: roles } : {}),
  };
  const signature = await fetchStripeSignature(payload);
  // Stripe signs its own two keys after those of the payload.
  const signed = JSON.stringify({ ...payload, user_id: id, account_id: account.id });
  return { signature, body: JSON.stringify({ signed, request }) };
}

/** An operation's id, by which an answer that was lost can be asked for again. */
export function operationId(): string {
  return random(16);
}

/** The hash in hex. The browser's own is there: the Dashboard is a secure context, and so are its frames. */
async function sha256(text: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** So many random bytes in hex. */
function random(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
