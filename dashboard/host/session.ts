/** Who looks at what: all of it stands in the address, so that a reload or a link shows the same. */

import { useEffect, useState } from "react";

export type Locale = "ja" | "en";
export type Mode = "test" | "live";
export type RoleId = "admin" | "developer" | "view_only";

/** Roles with the names that Stripe's documentation gives them. */
export const ROLES: Readonly<Record<RoleId, { id: RoleId; name: string; type: "builtIn" }>> = {
  admin: { id: "admin", name: "Administrator", type: "builtIn" },
  developer: { id: "developer", name: "Developer", type: "builtIn" },
  view_only: { id: "view_only", name: "View only", type: "builtIn" },
};

/** The made-up person who is signed in. */
export const USER = "usr_1DaichoStandin";

/** The pages, in the order of the navigation. */
export const PAGES = [
  "home",
  "customers",
  "subscriptions",
  "invoices",
  "settings",
  "onboarding",
  "install",
] as const;

export type PageName = (typeof PAGES)[number];

export interface Session {
  readonly page: PageName;
  /** The object whose page it is; empty on a list. */
  readonly id: string;
  readonly locale: Locale;
  readonly mode: Mode;
  readonly role: RoleId;
  /** Whether the frame's policy allows WebAssembly. */
  readonly wasm: boolean;
  /** Whether the app's drawer is open. */
  readonly drawer: boolean;
}

/** The address of a session. */
export function address(session: Session): string {
  const { page, id, ...rest } = session;
  const switches = new URLSearchParams({
    locale: rest.locale,
    mode: rest.mode,
    role: rest.role,
    wasm: rest.wasm ? "1" : "0",
    drawer: rest.drawer ? "1" : "0",
  });
  return `#/${page}${id && `/${encodeURIComponent(id)}`}?${switches}`;
}

function readAddress(hash: string): Session {
  const { pathname, searchParams: switches } = new URL(hash.slice(1) || "/home", location.origin);
  const [page = "", id = ""] = pathname.split("/").slice(1).map(decodeURIComponent);
  const role = switches.get("role") ?? "";
  return {
    page: PAGES.find((known) => known === page) ?? "home",
    id,
    locale: switches.get("locale") === "en" ? "en" : "ja",
    mode: switches.get("mode") === "live" ? "live" : "test",
    role: role in ROLES ? (role as RoleId) : "admin",
    wasm: switches.get("wasm") === "1",
    drawer: switches.get("drawer") !== "0",
  };
}

export type Go = (change: Partial<Session>) => void;

/** The session, and how to change it. `begins` is the address where none is given. */
export function useSession(begins: string): [Session, Go] {
  const [session, setSession] = useState(() => readAddress(location.hash || begins));
  useEffect(() => {
    const follow = () => setSession(readAddress(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  const go: Go = (change) => {
    location.hash = address({ ...session, ...change });
  };
  return [session, go];
}

/** The page's viewport, and the object that the app is shown beside. */
export function placeOf({ page, id }: Session): {
  viewport: string;
  object?: { id: string; object: string };
} {
  if (page === "home") {
    return { viewport: "stripe.dashboard.home.overview" };
  }
  if (page === "settings" || page === "onboarding") {
    return { viewport: page };
  }
  const object = page.slice(0, -1);
  return id
    ? { viewport: `stripe.dashboard.${object}.detail`, object: { id, object } }
    : { viewport: `stripe.dashboard.${object}.list` };
}
