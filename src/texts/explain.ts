/** What a failed call means for the person before it, and what to do. */

import type { CallError } from "../api/error.ts";
import type { Language, Texts } from "./index.ts";

/** Something to say, with its heading. */
export interface Said {
  readonly title: string;
  readonly text: string;
}

/** Says it. The Worker's own text comes first where there is one. */
export function explained(error: CallError, texts: Texts, language: Language): Said {
  const of = texts.error;
  const text = error.text?.[language];
  if (error.reason === "roles_unproven") {
    return { title: of.permission.title, text: text ?? of.rolesUnproven };
  }
  if (error.isPermission) {
    return { title: of.permission.title, text: text ?? of.permission.change };
  }
  const title = titleOf(error, texts);
  if (error.phase !== "refused") {
    return { title, text: text ?? of[error.phase].text };
  }
  return { title, text: text ?? refused(error, texts) };
}

/** What was not done; whether it was is not known while it is under way, nor where the server broke. */
function titleOf({ phase, reason, op }: CallError, { error: of }: Texts): string {
  if (reason === "under_way") {
    return of.underWay;
  }
  const isKnown = phase === "refused" || (phase === "failed" && reason !== "internal");
  return (isKnown && of.notDone[op as keyof typeof of.notDone]) || of[phase].title;
}

function refused(error: CallError, texts: Texts): string {
  const of = texts.error;
  switch (error.reason) {
    case "signature_mismatch":
      return of.signature;
    case "timestamp_too_old":
    case "timestamp_in_future":
      return of.expired;
    case "malformed_call":
    case "other_request":
    case "other_operation":
      return of.outdated;
  }
  switch (error.status) {
    case 409:
    case 412:
      return of.changedMeanwhile;
    case 429:
      return of.tooMany;
  }
  return of.refused.text;
}
