/** A mapping while it is edited. Each change gives a new draft; what did not change stays the same object. */

import type { FieldRule, Mapping, Source, Target } from "../logic/index.ts";

/** A field rule with an id of its own, since its place changes when another is removed. */
export interface RuleDraft {
  readonly id: number;
  readonly rule: FieldRule;
  /** What was typed last cannot be read; `rule` is what could be. */
  readonly isUnreadable?: boolean;
}

export interface TargetDraft {
  readonly name: string;
  readonly target: Omit<Target, "fields">;
  readonly rules: readonly RuleDraft[];
}

export interface Draft {
  readonly version: number;
  readonly targets: readonly TargetDraft[];
}

let lastId = 0;

function ruleDraft(rule: FieldRule): RuleDraft {
  lastId += 1;
  return { id: lastId, rule };
}

export const EMPTY: Draft = { version: 1, targets: [] };

/** A stored, suggested or imported mapping as a draft. */
export function draftOf(mapping: Mapping): Draft {
  return {
    version: mapping.version,
    targets: Object.entries(mapping.targets).map(([name, { fields, ...target }]) => ({
      name,
      target,
      rules: fields.map(ruleDraft),
    })),
  };
}

/** The document that a draft stands for. */
export function mappingOf(draft: Draft): Mapping {
  const targets = draft.targets.map((target) => [target.name, targetOf(target)] as const);
  return { version: draft.version, targets: Object.fromEntries(targets) };
}

export function targetOf({ target, rules }: TargetDraft): Target {
  return { ...target, fields: rules.map(({ rule }) => rule) };
}

/** The draft with one of its targets changed. */
export function withTarget(draft: Draft, name: string, change: (target: TargetDraft) => TargetDraft): Draft {
  return {
    ...draft,
    targets: draft.targets.map((target) => (target.name === name ? change(target) : target)),
  };
}

/** The target by which objects of this kind are records of this app already. */
export function targetFor({ targets }: Draft, source: Source, app: string): TargetDraft | undefined {
  return targets.find(({ target }) => target.source === source && target.app === app);
}

/**
 * The draft with one more target, under a name of its own. The one of the same kind of object and the same
 * app makes way for it: two would write the same records.
 */
export function withMore(draft: Draft, more: TargetDraft): { draft: Draft; name: string } {
  const same = targetFor(draft, more.target.source, more.target.app);
  const names = draft.targets.map(({ name }) => name);
  const name = same?.name ?? unused(more.name, names);
  const others = draft.targets.filter((target) => target !== same);
  return { draft: { ...draft, targets: [...others, { ...more, name }] }, name };
}

export function withoutTarget(draft: Draft, name: string): Draft {
  return { ...draft, targets: draft.targets.filter((target) => target.name !== name) };
}

/** The target with one of its rules changed; `undefined` stands for what cannot be read. */
export function withRule(target: TargetDraft, id: number, rule: FieldRule | undefined): TargetDraft {
  const changed = (old: RuleDraft): RuleDraft =>
    rule === undefined ? { ...old, isUnreadable: true } : { id, rule };
  return { ...target, rules: target.rules.map((old) => (old.id === id ? changed(old) : old)) };
}

export function withoutRule(target: TargetDraft, id: number): TargetDraft {
  return { ...target, rules: target.rules.filter((rule) => rule.id !== id) };
}

/** The target with a rule for one more field, which a person is about to fill in. */
export function withField(target: TargetDraft, field: string): TargetDraft {
  return { ...target, rules: [...target.rules, ruleDraft({ field, value: { path: "" } })] };
}

/**
 * The index of the rule that changed where nothing else did, and its field is written by no other rule:
 * then it can be judged by itself.
 */
export function changedAlone(before: TargetDraft, after: TargetDraft): number | undefined {
  const { target, rules } = after;
  if (before.target !== target || before.rules.length !== rules.length) {
    return undefined;
  }
  const changed = rules.flatMap((rule, index) => (rule === before.rules[index] ? [] : [index]));
  const [index = -1, ...more] = changed;
  const field = rules[index]?.rule.field;
  if (more.length > 0 || field === undefined || before.rules[index]?.rule.field !== field) {
    return undefined;
  }
  return rules.filter(({ rule }) => rule.field === field).length === 1 ? index : undefined;
}

const NAMES: Record<Source, string> = {
  customer: "customers",
  subscription: "subscriptions",
  invoice: "invoices",
  subscription_item: "subscription_items",
  invoice_line: "invoice_lines",
};

/** What the connections call the app of such objects where nothing better is known. */
export function usualAlias(source: Source): string {
  return NAMES[source];
}

/** A name of its own for one more thing. */
export function unused(name: string, taken: readonly string[]): string {
  let number = 1;
  let free = name;
  while (taken.includes(free)) {
    number += 1;
    free = `${name} ${number}`;
  }
  return free;
}
