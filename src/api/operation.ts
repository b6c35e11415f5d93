/** The operations of the API, and which of them change something. */

import type { Operations } from "./types.ts";

/** An operation's name, as it stands in the path: `/api/{name}`. */
export type Operation = keyof Operations;
/** What an operation takes. */
export type RequestOf<Name extends Operation> = Operations[Name]["request"];
/** What an operation answers. */
export type AnswerOf<Name extends Operation> = Required<Operations[Name]>["answer"];

/** Administrators and developers only: these calls prove the caller's roles. */
export const CHANGES: readonly Operation[] = [
  "sync",
  "replay",
  "discard",
  "try_app",
  "connect",
  "put_mapping",
  "waive",
  "resume",
  "deletions",
  "sample",
  "start_job",
  "cancel_job",
];
