// Generated from app-ui-wasm/calls.schema.json by `node app-ui-wasm/types.mjs`: do not edit.

/**
 * A mapping document, or its text: a text that a person imports is refused where a name stands twice
 * or the JSON is broken, which a document that was already read cannot show.
 */
export type MappingInput = Mapping | string;
/**
 * A Stripe object type that records are made from.
 */
export type Source = "customer" | "subscription" | "invoice";
/**
 * Where a value comes from: `{"path": "address.city"}` or `{"constant": "Stripe"}`.
 */
export type Value =
  | {
      path: string;
    }
  | {
      constant: string;
    };
/**
 * One step from Stripe's value to kintone's.
 */
export type Transform =
  | {
      amount: {
        /**
         * The path of the currency in the object.
         */
        currency?: string;
      };
    }
  | {
      date: {
        zone?: Zone;
      };
    }
  | {
      datetime: {};
    };
/**
 * A time zone: `Asia/Tokyo`, `UTC`, or a fixed offset such as `+09:00`.
 */
export type Zone = string;
/**
 * Whether a field rule writes always, only on creation, or only into an empty field.
 */
export type WritePolicy = "always" | "on_create" | "if_empty";
/**
 * Whether a target creates records, updates them, or both.
 */
export type WriteMode = "upsert" | "update_only" | "create_only";
/**
 * What a call answers: `{"ok": …}` or `{"error": …}`.
 */
export type Answer =
  | {
      ok: MappingIssues;
    }
  | {
      error: Failure;
    };
/**
 * How bad an issue is.
 */
export type Severity = "error" | "warning";
/**
 * Who would notice an issue.
 */
export type RefusedBy = "kintone" | "silent";
/**
 * Kinds of failure.
 */
export type FailureCode =
  | "unreadable_input"
  | "unreadable_mapping"
  | "unreadable_form"
  | "unknown_target"
  | "wrong_object"
  | "crashed";
/**
 * What a call answers: `{"ok": …}` or `{"error": …}`.
 */
export type Answer2 =
  | {
      ok: Projected;
    }
  | {
      error: Failure;
    };
/**
 * What a call answers: `{"ok": …}` or `{"error": …}`.
 */
export type Answer3 =
  | {
      ok: Differences;
    }
  | {
      error: Failure;
    };
/**
 * What a call answers: `{"ok": …}` or `{"error": …}`.
 */
export type Answer4 =
  | {
      ok: ValueIssues;
    }
  | {
      error: Failure;
    };

/**
 * Each call by its name, with what it takes and answers.
 */
export interface Calls {
  /**
   * One call.
   */
  check_mapping: {
    input: CheckMapping;
    answer: Answer;
  };
  /**
   * One call.
   */
  project_and_check: {
    input: ProjectAndCheck;
    answer: Answer2;
  };
  /**
   * One call.
   */
  diff: {
    input: Diff;
    answer: Answer3;
  };
  /**
   * One call.
   */
  check_value: {
    input: CheckValue;
    answer: Answer4;
  };
}
/**
 * A mapping and the apps it writes to.
 */
export interface CheckMapping {
  mapping: MappingInput;
  /**
   * The apps by target. A target without one is checked by itself alone.
   */
  apps?: {
    [k: string]: App;
  };
}
/**
 * A mapping document: which of Stripe's objects become records of which kintone app, and how.
 */
export interface Mapping {
  /**
   * Where an editor finds the JSON Schema of this document. Daicho does not read it.
   */
  $schema?: string | null;
  /**
   * The document's version: 1.
   */
  version: number;
  /**
   * Each target by the name that status, messages and commands use for it.
   */
  targets: {
    [k: string]: Target;
  };
}
/**
 * One mapping: a Stripe object type, a kintone app, a key field, field rules.
 */
export interface Target {
  source: Source;
  /**
   * The app, by the alias under which the connections document gives its domain and number.
   */
  app: string;
  key: Key;
  /**
   * What is written into which field. A field that no rule names is never touched.
   */
  fields: FieldRule[];
  write_mode?: WriteMode;
}
/**
 * The key field and what it holds.
 */
export interface Key {
  /**
   * The field code. The field is 文字列（1行） (Text) or 数値 (Number) with 値の重複を禁止する
   * (Prohibit duplicate values). It needs no rule of its own.
   */
  field: string;
  /**
   * The path of the key's value in the object. It must be one that cannot change, of at most 64 characters.
   */
  path?: string;
}
/**
 * What is written into one field.
 */
export interface FieldRule {
  /**
   * The field code (フィールドコード, not the label), compared exactly.
   */
  field: string;
  value: Value;
  /**
   * What is done to it, in order.
   */
  transform?: Transform[];
  write_policy?: WritePolicy;
}
/**
 * What kintone says of an app.
 */
export interface App {
  form: FormAnswer;
  /**
   * What `GET /k/v1/app/settings.json` answers, as it stands. Without it the app is taken to keep
   * 16 digits, 4 of them decimals, as a new app does.
   */
  settings?: unknown;
}
/**
 * kintone's answer with an app's fields.
 */
export interface FormAnswer {
  /**
   * Each field's definition by its code.
   */
  properties: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
/**
 * What is wrong with a mapping.
 */
export interface MappingIssues {
  /**
   * In the order of the targets, and of the rules in each.
   */
  issues: Issue[];
}
/**
 * Something wrong in a mapping or record, with a code, a place and a text in Japanese and English.
 */
export interface Issue {
  /**
   * Stable, for example `unknown_field`.
   */
  code: string;
  severity: Severity;
  refused_by: RefusedBy;
  /**
   * The target's name.
   */
  target?: string | null;
  /**
   * The index of the field rule in its target.
   */
  rule?: number | null;
  /**
   * The field code.
   */
  field?: string | null;
  /**
   * The field's label, where the form schema knows it.
   */
  label?: string | null;
  /**
   * The offending value, shortened.
   */
  value?: string | null;
  text: Text;
}
/**
 * A text for people, in both languages.
 */
export interface Text {
  /**
   * Japanese.
   */
  ja: string;
  /**
   * English.
   */
  en: string;
}
/**
 * Why a call could not be carried out.
 */
export interface Failure {
  code: FailureCode;
  /**
   * Where in the input, `mapping.targets.customers.fields[0].value` for example; `.` for all of it.
   */
  path: string;
  /**
   * What is wrong there, in English, for those who mend the caller. It may repeat a name from the
   * input, so it belongs in no log.
   */
  reason: string;
}
/**
 * One of Stripe's objects, and the target that makes a record of it.
 */
export interface ProjectAndCheck {
  mapping: MappingInput;
  /**
   * The target's name.
   */
  target: string;
  object: StripeObject;
  app: App;
  /**
   * The record that kintone has now, as `record` in the answer of `GET /k/v1/record.json`: what would
   * change of it comes too.
   */
  current?: {
    [k: string]: Cell;
  } | null;
}
/**
 * One of Stripe's objects.
 */
export interface StripeObject {
  /**
   * Its kind, `customer` for example.
   */
  object: string;
  [k: string]: unknown;
}
/**
 * One field's value.
 */
export interface Cell {
  /**
   * Text, or a list for choices of many, people and tables.
   */
  value: unknown;
  [k: string]: unknown;
}
/**
 * The record that an object becomes.
 */
export interface Projected {
  /**
   * The key field's value; null, with an issue, when the object has none that kintone takes.
   */
  key?: string | null;
  /**
   * The fields without the key field, which goes as the request's `updateKey`.
   */
  record: {
    [k: string]: Cell;
  };
  /**
   * What is wrong with the mapping, or what kintone would refuse or lose. A mapping that cannot be
   * applied gives its issues and no record.
   */
  issues: Issue[];
  /**
   * What would change of `current`; null when none was given.
   */
  changes?: Change[] | null;
}
/**
 * One field that would change.
 */
export interface Change {
  /**
   * The field code.
   */
  field: string;
  /**
   * The field's label, where the form has the field.
   */
  label?: string | null;
  /**
   * What kintone has; null where it has nothing of this field.
   */
  from: unknown;
  /**
   * What would be written.
   */
  to: unknown;
}
/**
 * A record that would be written, and the one that is there.
 */
export interface Diff {
  /**
   * The fields that would be written.
   */
  record: {
    [k: string]: Cell;
  };
  /**
   * The record that kintone has, as `record` in the answer of `GET /k/v1/record.json`.
   */
  current: {
    [k: string]: Cell;
  };
  app: App;
}
/**
 * What writing a record would change.
 */
export interface Differences {
  /**
   * The fields that would change, by code. Values that kintone keeps alike (`1.0` and `1`, the same
   * moment in two zones, choices in another order) are no difference.
   */
  changes: Change[];
}
/**
 * One field's value.
 */
export interface CheckValue {
  /**
   * The field code.
   */
  field: string;
  /**
   * The value: text, or a list for choices of many, people and tables.
   */
  value: unknown;
  app: App;
}
/**
 * What is wrong with a value.
 */
export interface ValueIssues {
  /**
   * What kintone would refuse of the value, or lose of it in silence.
   */
  issues: Issue[];
}
