/** What the pages show of the local Stripe. */

import { useEffect, useState } from "react";
import type { Mode } from "../session.ts";

export interface StripeObject {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** A read that is under way, failed, or done. */
export type Read<Value> = Value | "loading" | "failed";

export async function ask<Value>(mode: Mode, path: string): Promise<Value> {
  const response = await fetch(`/dashboard/stripe/${mode}${path}`);
  if (!response.ok) {
    throw new Error(`Stripe answered with ${response.status}`);
  }
  return (await response.json()) as Value;
}

/** Reads it now, and again whenever the app asks the Dashboard to, or something happened elsewhere. */
export function useStripe<Value>(mode: Mode, path: string): Read<Value> {
  const [read, setRead] = useState<Read<Value>>("loading");
  useEffect(() => {
    let current = true;
    const put = (value: Read<Value>) => current && setRead(value);
    const again = () =>
      void ask<Value>(mode, path).then(
        (value) => put(value),
        () => put("failed"),
      );
    again();
    for (const name of ["refresh-data", "renew"]) {
      addEventListener(name, again);
    }
    return () => {
      current = false;
      for (const name of ["refresh-data", "renew"]) {
        removeEventListener(name, again);
      }
    };
  }, [mode, path]);
  return read;
}
