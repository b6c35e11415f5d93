/** The logic as it was last built by `cargo xtask build ui-logic`. */

import * as build from "../../build/ui-logic/logic.js";
import { type Logic, load } from "./load.ts";

export type { AnswerOf, CallName, InputOf, Logic } from "./load.ts";
export type * from "./types.ts";

/**
 * Loads the logic.
 *
 * @param wasmFolder where the Worker serves the WebAssembly: `https://…/api/ui/`
 */
export function loadLogic(wasmFolder: string): Promise<Logic> {
  return load(build, { wasmFolder });
}
