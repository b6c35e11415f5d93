/** An app's form as the editor needs it. */

import type { AppState } from "../api/types.ts";
import type { App } from "../logic/index.ts";

/** One field of the form, or one column of a table. */
export interface FormField {
  readonly code: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly unique: boolean;
  /** What can be chosen, in the form's order; none where anything can be written. */
  readonly options: readonly string[];
  /** A table's columns. */
  readonly columns: readonly FormField[];
}

/** A field's definition, as far as it is looked at here. */
interface Definition {
  readonly type?: string;
  readonly label?: string;
  readonly required?: boolean;
  readonly unique?: boolean;
  readonly options?: Readonly<Record<string, { readonly index?: string }>>;
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly lookup?: unknown;
}

/** Fields that kintone fills itself, or that hold no value of their own. */
const NOT_WRITTEN = [
  "RECORD_NUMBER",
  "CREATOR",
  "CREATED_TIME",
  "MODIFIER",
  "UPDATED_TIME",
  "STATUS",
  "STATUS_ASSIGNEE",
  "CATEGORY",
  "CALC",
  "REFERENCE_TABLE",
  "GROUP",
  "FILE",
];

/** The app as the logic takes it; nothing while its form has not been read. */
export function appOf(state: AppState | undefined): App | undefined {
  if (typeof state?.form !== "object" || state.form === null) {
    return undefined;
  }
  const { form, settings } = state;
  return { form: form as App["form"], ...(settings ? { settings } : {}) };
}

/** Every field of the form by its code. */
export function fieldsOf(app: App | undefined): Map<string, FormField> {
  const fields = Object.entries(app?.form.properties ?? {});
  return new Map(fields.map(([code, definition]) => [code, fieldOf(code, definition as Definition)]));
}

function fieldOf(code: string, definition: Definition): FormField {
  const { label, type, required, unique, options = {}, fields = {} } = definition;
  const place = (option: string) => Number(options[option]?.index ?? 0);
  return {
    code,
    label: label ?? code,
    type: type ?? "",
    required: required === true,
    unique: unique === true,
    options: Object.keys(options).sort((one, other) => place(one) - place(other)),
    columns: Object.entries(fields).map(([code, column]) => fieldOf(code, column as Definition)),
  };
}

/**
 * The app as far as these fields are judged by it: themselves, and those that fill or hold other fields
 * (ルックアップ, テーブル).
 */
export function partOf(app: App, codes: readonly string[]): App {
  const properties = Object.entries(app.form.properties).filter(([code, definition]) => {
    const { type, lookup } = definition as Definition;
    return codes.includes(code) || type === "SUBTABLE" || (lookup !== undefined && lookup !== null);
  });
  return { ...app, form: { ...app.form, properties: Object.fromEntries(properties) } };
}

/** Those that a rule may write. */
export function writable(fields: Map<string, FormField> | readonly FormField[]): FormField[] {
  return [...fields.values()].filter(({ type }) => !NOT_WRITTEN.includes(type));
}

/** Those that may be the key. */
export function keys(fields: Map<string, FormField>): FormField[] {
  return writable(fields).filter(
    ({ type, unique }) => unique && (type === "SINGLE_LINE_TEXT" || type === "NUMBER"),
  );
}
