/** A first mapping for an app, by its form. */

import type { Text } from "../api/types.ts";
import type { App, Issue, Logic, Mapping, Source } from "../logic/index.ts";

/** How sure the suggestion is of a field, and why. */
export interface Suggested {
  readonly field: string;
  readonly confidence: "low" | "medium" | "high";
  readonly reason: Text;
}

/** A field that got no rule. */
export interface Unmatched {
  readonly field: string;
  readonly label: string;
  readonly is_required: boolean;
  readonly reason: Text;
}

export interface Suggestion {
  readonly mapping: Mapping;
  readonly key: Suggested;
  readonly rules: readonly Suggested[];
  readonly unmatched: readonly Unmatched[];
  readonly issues: readonly Issue[];
}

/** Suggests one; nothing where the form cannot be read. */
export function suggested(logic: Logic, source: Source, app: App, alias: string): Suggestion | undefined {
  const answer = logic.call("suggest", { source, app, alias });
  return "ok" in answer ? answer.ok : undefined;
}
