/** What the drawn components need of the page they stand on. */

import { createContext, useContext } from "react";
import type { Go, Locale } from "./session.ts";

interface Surroundings {
  readonly go: Go;
  readonly locale: Locale;
}

export const SurroundingsContext = createContext<Surroundings>({ go: () => undefined, locale: "ja" });

export const useGo = (): Go => useContext(SurroundingsContext).go;
export const useLocale = (): Locale => useContext(SurroundingsContext).locale;
