/** What is wrong with a draft, by the same logic that the Worker uses. */

import type { AppState } from "../api/types.ts";
import type { App, Issue, Logic } from "../logic/index.ts";
import { changedAlone, type Draft, type TargetDraft, targetOf } from "./draft.ts";
import { appOf, partOf } from "./form.ts";

/** What is wrong with a target: its issues, or where its document cannot be read. */
export interface Checked {
  readonly issues: readonly Issue[];
  /** The index of the rule whose words cannot be read; -1: another part of the target. */
  readonly unreadable?: number;
}

/** Checks drafts. A target that did not change since is not checked again. */
export type Checker = (draft: Draft) => ReadonlyMap<string, Checked>;

/** A target with its verdict. */
interface Known {
  readonly draft: TargetDraft;
  readonly checked: Checked;
  /** Whether each rule was looked at: what cannot be read hides the rest. */
  readonly isComplete: boolean;
}

export function checker(logic: Logic, apps: readonly AppState[]): Checker {
  const known = new WeakMap<TargetDraft, Known>();
  const newest = new Map<string, Known>();
  const checked = (draft: TargetDraft): Checked => {
    const app = appOf(apps.find(({ alias }) => alias === draft.target.app));
    const now =
      known.get(draft) ?? again(logic, newest.get(draft.name), draft, app) ?? whole(logic, draft, app);
    known.set(draft, now);
    newest.set(draft.name, now);
    return now.checked;
  };
  return (draft) => new Map(draft.targets.map((target) => [target.name, checked(target)]));
}

function whole(logic: Logic, draft: TargetDraft, app: App | undefined): Known {
  const checked = check(logic, draft, app);
  return { draft, checked, isComplete: checked.unreadable === undefined };
}

/**
 * The verdict after a key stroke: one rule changed and no rule looks at another's value, so that only this
 * one is checked, against the part of the form that it can meet. A whole target takes a hundred times as
 * long, which people who type would feel.
 */
function again(
  logic: Logic,
  before: Known | undefined,
  draft: TargetDraft,
  app: App | undefined,
): Known | undefined {
  const index = before?.isComplete ? changedAlone(before.draft, draft) : undefined;
  const changed = index === undefined ? undefined : draft.rules[index];
  if (before === undefined || index === undefined || changed === undefined) {
    return undefined;
  }
  const { issues: others, unreadable: hidden } = before.checked;
  if (hidden !== undefined && hidden !== index) {
    return undefined;
  }
  const codes = [changed.rule.field, draft.target.key.field];
  const alone = check(logic, { ...draft, rules: [changed] }, app && partOf(app, codes));
  if (alone.unreadable === -1) {
    return undefined;
  }
  const own = alone.issues.filter(({ rule }) => rule === 0).map((issue) => ({ ...issue, rule: index }));
  const checked = {
    issues: [...others.filter(({ rule }) => rule !== index), ...own],
    ...(alone.unreadable === undefined ? {} : { unreadable: index }),
  };
  return { draft, checked, isComplete: true };
}

function check(logic: Logic, draft: TargetDraft, app: App | undefined): Checked {
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

/** How many things keep a target from being stored: what cannot be read is one of them. */
export function errorsIn({ rules }: TargetDraft, checked: Checked | undefined): number {
  const typed = rules.filter(({ isUnreadable }) => isUnreadable).length;
  // Of a rule that cannot be read, what was checked is how it stood before.
  const stands = (index: number | null | undefined) => !rules[index ?? -1]?.isUnreadable;
  const { issues, unreadable } = checked ?? { issues: [] };
  const found = issues.filter(({ severity, rule }) => severity === "error" && stands(rule)).length;
  return typed + found + (unreadable !== undefined && stands(unreadable) ? 1 : 0);
}
