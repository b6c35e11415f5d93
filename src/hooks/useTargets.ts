/** Reading how targets stand for as long as one of them is about to change by itself. */

import { useCallback, useRef } from "react";
import type { AnswerOf, RequestOf } from "../api/operation.ts";
import type { TargetHealth } from "../api/types.ts";
import { patiently, type Reading, useRead } from "./useRead.ts";

/** So often a paused target is looked at after something was done about it: for about half a minute. */
const LOOKS = 5;

/** The operations that tell of targets. */
type OfTargets = "home" | "configuration";

/**
 * Reads, and reads again while a target's app is being checked, a few times after a person did something about a
 * paused one, and for as long as `isBusy` says.
 */
export function useTargets<Name extends OfTargets>(
  op: Name,
  isBusy: (value: AnswerOf<Name>) => boolean = () => false,
): Reading<AnswerOf<Name>> {
  const isAsked = useRef(false);
  const reading = useRead(op, {} as RequestOf<Name>, (value, times) => {
    const isSettling = settles(value.targets, isAsked.current && times < LOOKS);
    return isSettling || isBusy(value) ? patiently(times) : undefined;
  });
  const reload = useCallback(() => {
    isAsked.current = true;
    reading.reload();
  }, [reading.reload]);
  return { ...reading, reload };
}

/** What was done about a paused target only makes a check of it due. */
function settles(targets: readonly TargetHealth[], isAsked: boolean): boolean {
  return targets.some(({ state }) => state === "unchecked" || (isAsked && state === "paused"));
}
