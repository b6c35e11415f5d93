/** A field rule as the editor shows it: a kind of value and one text. */

import type { FieldRule, Value } from "../logic/index.ts";

/** Kinds that one text says; all others are edited as JSON. */
const PLAIN = ["path", "template", "constant"] as const;

export type PlainKind = (typeof PLAIN)[number];
export type ValueKind = PlainKind | "other";
export const KINDS: readonly ValueKind[] = [...PLAIN, "other"];

export function kindOf(value: Value): ValueKind {
  return PLAIN.find((kind) => kind in value) ?? "other";
}

/** The text in which a rule is edited as this kind. */
export function textOf(rule: FieldRule, kind: ValueKind): string {
  if (kind === "other") {
    const { field, ...rest } = rule;
    return JSON.stringify(rest, null, 2);
  }
  const value = rule.value as Partial<Record<PlainKind, string>>;
  return value[kind] ?? "";
}

/** The rule that the text says; nothing where it cannot be read. */
export function ruleFrom(rule: FieldRule, kind: ValueKind, text: string): FieldRule | undefined {
  if (kind !== "other") {
    return { ...rule, value: { [kind]: text } as Value };
  }
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && "value" in read
      ? { ...(read as Omit<FieldRule, "field">), field: rule.field }
      : undefined;
  } catch {
    return undefined;
  }
}

/** The names of what is done to the value, in order. */
export function steps(rule: FieldRule): string[] {
  return (rule.transform ?? []).flatMap((transform) => Object.keys(transform));
}
