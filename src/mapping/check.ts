/** What is wrong with a draft, by the same logic that the Worker uses. */

import type { AppState } from "../api/types.ts";
import type { Issue, Logic } from "../logic/index.ts";
import { type Draft, type TargetDraft, targetOf } from "./draft.ts";
import { appOf } from "./form.ts";

/** What is wrong with a target: its issues, or where its document cannot be read. */
export interface Checked {
  readonly issues: readonly Issue[];
  /** The index of the rule whose words cannot be read; -1: another part of the target. */
  readonly unreadable?: number;
}

/** Checks drafts. A target that did not change since is not checked again. */
export type Checker = (draft: Draft) => ReadonlyMap<string, Checked>;

export function checker(logic: Logic, apps: readonly AppState[]): Checker {
  const known = new WeakMap<TargetDraft, Checked>();
  const checked = (target: TargetDraft): Checked => {
    const before = known.get(target);
    if (before !== undefined) {
      return before;
    }
    const now = check(logic, target, apps);
    known.set(target, now);
    return now;
  };
  return (draft) => new Map(draft.targets.map((target) => [target.name, checked(target)]));
}

function check(logic: Logic, draft: TargetDraft, apps: readonly AppState[]): Checked {
  const app = appOf(apps.find(({ alias }) => alias === draft.target.app));
  const answer = logic.call("check_mapping", {
    mapping: { version: 1, targets: { [draft.name]: targetOf(draft) } },
    ...(app ? { apps: { [draft.name]: app } } : {}),
  });
  if ("ok" in answer) {
    return answer.ok;
  }
  const rule = answer.error.path.match(/\.fields\[(\d+)\]/)?.[1];
  return { issues: [], unreadable: rule === undefined ? -1 : Number(rule) };
}

/** Whether the Worker would refuse it. */
export function isRefused({ issues, unreadable }: Checked): boolean {
  return unreadable !== undefined || issues.some(({ severity }) => severity === "error");
}
