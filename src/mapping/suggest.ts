/** A first mapping for an app, by its form. */

import type { App, Logic, Source, Suggestion } from "../logic/index.ts";

/** Suggests one; nothing where the form cannot be read. */
export function suggested(logic: Logic, source: Source, app: App, alias: string): Suggestion | undefined {
  const answer = logic.call("suggest", { source, app, alias });
  return "ok" in answer ? answer.ok : undefined;
}
