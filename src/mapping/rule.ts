/** A field rule as the editor shows it: where its value comes from, and a text or choices for that. */

import type { Column, Empty, FieldRule, Figure, Source, Value } from "../logic/index.ts";
import type { FormField } from "./form.ts";

/** Kinds of values that the editor has inputs for; all others are edited as JSON. */
const KNOWN = ["path", "first", "template", "constant", "ledger", "tax_total", "rows"] as const;

export type KnownKind = (typeof KNOWN)[number];
export type ValueKind = KnownKind | "other";

/** Kinds that one text says. */
export const TEXTS = ["path", "template", "constant"] as const;
export type TextKind = (typeof TEXTS)[number];

export function kindOf(value: Value): ValueKind {
  return KNOWN.find((kind) => kind in value) ?? "other";
}

/** Whose figures there are: a ledger is a customer's or a subscription's. */
const WITH_LEDGER: readonly Source[] = ["customer", "subscription"];

/** The kinds that a field of this type can be given from such objects; `now` is what it has. */
export function kindsFor(field: FormField | undefined, source: Source, now: ValueKind): ValueKind[] {
  const fits = (kind: ValueKind) => {
    switch (kind) {
      case "rows":
        return field?.type === "SUBTABLE";
      case "ledger":
        return WITH_LEDGER.includes(source) && field?.type !== "SUBTABLE";
      case "tax_total":
        return source === "invoice" && field?.type !== "SUBTABLE";
      case "other":
        return true;
      default:
        return field?.type !== "SUBTABLE";
    }
  };
  return [...KNOWN, "other" as const].filter((kind) => kind === now || fits(kind));
}

/** Those that a table's column can be given. */
export const COLUMN_KINDS: readonly ValueKind[] = ["path", "first", "template", "constant"];

/** What a value becomes when another kind is chosen for it. What was typed is kept where both can say it. */
export function asKind(value: Value, kind: KnownKind, field: FormField | undefined, source: Source): Value {
  const path = "path" in value ? value.path : "first" in value ? (value.first[0] ?? "") : "";
  switch (kind) {
    case "path":
      return { path };
    case "first":
      return { first: [path] };
    case "template":
      return { template: path === "" ? "" : `{{ ${path} }}` };
    case "constant":
      return { constant: field?.options[0] ?? "" };
    case "ledger":
      return { ledger: { active_subscriptions: {} } };
    case "tax_total":
      return { tax_total: { rate: "10", part: "tax" } };
    case "rows": {
      const key = field?.columns.find(({ type }) => type === "SINGLE_LINE_TEXT")?.code ?? "";
      return { rows: { list: source === "invoice" ? "lines.data" : "items.data", key: { field: key } } };
    }
  }
}

/** The text of a value that one text says. */
export function textOf(value: Value, kind: TextKind): string {
  return (value as Partial<Record<TextKind, string>>)[kind] ?? "";
}

/** The ledger's figures, with what each takes. */
export const FIGURES = {
  active_subscriptions: undefined,
  monthly_recurring_revenue: "currency",
  lifetime_paid: "currency",
  unpaid_amount: "currency",
  next_billing_date: undefined,
  first_payment_date: undefined,
  last_payment_date: undefined,
  tenure_months: undefined,
} as const;

export type FigureName = keyof typeof FIGURES;

/** A figure's name and its currency, where it has one. */
export function figureOf(figure: Figure): { name: FigureName; currency: string } {
  const name = Object.keys(figure)[0] as FigureName;
  const { currency = "jpy" } = Object.values(figure)[0] as { currency?: string };
  return { name, currency };
}

export function newFigure(name: FigureName, currency: string): Figure {
  return { [name]: FIGURES[name] === undefined ? {} : { currency } } as unknown as Figure;
}

/** What is done where there is no value, as one word. */
export function emptyOf({ empty = "clear" }: Pick<Column, "empty">): "clear" | "leave" | "default" {
  return typeof empty === "string" ? empty : "default";
}

export function newEmpty(choice: string, value: string): Empty {
  return choice === "default" ? { default: value } : (choice as "clear");
}

/** A rule without its field, as JSON. */
export function jsonOf({ field, ...rest }: FieldRule): string {
  return JSON.stringify(rest, null, 2);
}

/** The rule that the JSON says; nothing where it cannot be read. */
export function ruleFrom(field: string, text: string): FieldRule | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && "value" in read
      ? { ...(read as Omit<FieldRule, "field">), field }
      : undefined;
  } catch {
    return undefined;
  }
}
