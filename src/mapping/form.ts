/** An app's form as the editor needs it. */

import type { AppState } from "../api/types.ts";
import type { App } from "../logic/index.ts";

/** One field of the form. */
export interface FormField {
  readonly code: string;
  readonly label: string;
  readonly type: string;
  readonly required: boolean;
  readonly unique: boolean;
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
  const fields = Object.entries(app?.form.properties ?? {}).map(([code, definition]) => {
    const { label, type, required, unique } = definition as Partial<FormField>;
    const field = { code, label: label ?? code, type: type ?? "", required: required === true };
    return [code, { ...field, unique: unique === true }] as const;
  });
  return new Map(fields);
}

/** Those that a rule may write. */
export function writable(fields: Map<string, FormField>): FormField[] {
  return [...fields.values()].filter(({ type }) => !NOT_WRITTEN.includes(type));
}

/** Those that may be the key. */
export function keys(fields: Map<string, FormField>): FormField[] {
  return writable(fields).filter(
    ({ type, unique }) => unique && (type === "SINGLE_LINE_TEXT" || type === "NUMBER"),
  );
}
