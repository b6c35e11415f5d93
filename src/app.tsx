/** What every part of a view needs: the client, the texts, the caller's mode and rights. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { createContext, Fragment, type ReactNode, useContext, useMemo } from "react";
import { type Client, makeClient } from "./api/client.ts";
import { type Language, languageOf, type Texts, textsIn } from "./texts/index.ts";

/** Roles that may change anything. The Worker decides; the views only do not offer what it would refuse. */
const CHANGING_ROLES = ["super_admin", "admin", "developer"];

export interface App {
  readonly client: Client;
  readonly texts: Texts;
  readonly language: Language;
  readonly mode: "test" | "live";
  readonly mayChange: boolean;
}

const AppContext = createContext<App | undefined>(undefined);

/** The app around a part of a view. */
export function useApp(): App {
  const app = useContext(AppContext);
  if (app === undefined) {
    throw new Error("a view stands in an AppProvider");
  }
  return app;
}

/** Makes the app from what Stripe tells a view. */
export function AppProvider({ context, children }: { context: ExtensionContextValue; children: ReactNode }) {
  const { userContext, environment } = context;
  const base = apiBase(environment.constants);
  // Stripe gives the same context as a new object at each render; this text stands for it.
  const caller = JSON.stringify([base, environment.mode, userContext]);
  const app = useMemo<App>(() => {
    const language = languageOf(userContext.locale);
    return {
      client: makeClient({ userContext, environment }, base),
      texts: textsIn(language),
      language,
      mode: environment.mode,
      mayChange: (userContext.roles ?? []).some(({ id }) => CHANGING_ROLES.includes(id ?? "")),
    };
  }, [caller]);
  return (
    <AppContext.Provider value={app}>
      <Fragment key={placeOf(context)}>{children}</Fragment>
    </AppContext.Provider>
  );
}

/** Where a view stands. Elsewhere it starts anew, so that nothing of one place is shown or sent at another. */
function placeOf({ userContext, environment: { mode, objectContext } }: ExtensionContextValue): string {
  return JSON.stringify([mode, userContext.account.id, objectContext?.object, objectContext?.id]);
}

/** The manifest's constant. */
function apiBase(constants: ExtensionContextValue["environment"]["constants"]): string {
  const { API_BASE: base } =
    typeof constants === "object" ? { API_BASE: "", ...constants } : { API_BASE: "" };
  return String(base);
}
