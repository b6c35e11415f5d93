/** Stripe's part of `fetchStripeSignature`: it signs for its own user alone. */

import { createHmac } from "node:crypto";

/** The person who is signed in, as the page says. */
export interface Signer {
  readonly user_id: string;
  readonly account_id: string;
  readonly roles: readonly object[];
}

/** What the frame wants signed beside the user and the account. */
export type Payload = Readonly<Record<string, unknown>>;

/**
 * The `Stripe-Signature` of a payload: `t=…,v1=…`, over the payload's keys first, then the user's and the
 * account's (Stripe's documentation, "Add server-side logic"). Several secrets sign, as during a rotation.
 *
 * @throws where the payload claims roles that are not the user's
 */
export function sign(payload: Payload, signer: Signer, secrets: readonly string[], nowMs: number): string {
  const { stripe_roles: roles } = payload;
  if (roles !== undefined && JSON.stringify(roles) !== JSON.stringify(signer.roles)) {
    throw new Error("the payload's stripe_roles are not the user's");
  }
  const { user_id, account_id } = signer;
  const time = Math.floor(nowMs / 1000);
  const text = `${time}.${JSON.stringify({ ...payload, user_id, account_id })}`;
  const signatures = secrets.map((secret) => `v1=${createHmac("sha256", secret).update(text).digest("hex")}`);
  return [`t=${time}`, ...signatures].join(",");
}
