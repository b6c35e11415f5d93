// Generated from app-ui-wasm/calls.schema.json by `node app-ui-wasm/types.mjs`: do not edit.

/**
 * A mapping document, or its text: a text that a person imports is refused where a name stands twice
 * or the JSON is broken, which a document that was already read cannot show.
 */
export type MappingInput = Mapping | string;
/**
 * A Stripe object type that records are made from.
 */
export type Source = "customer" | "subscription" | "invoice" | "subscription_item" | "invoice_line";
/**
 * Where a value comes from: `{"path": "address.city"}`, `{"template": "{{ name }} 様"}`, …
 */
export type Value =
  | {
      path: string;
    }
  | {
      first: string[];
    }
  | {
      constant: string;
    }
  | {
      template: string;
    }
  | {
      rows: Rows;
    }
  | {
      ledger: Figure;
    }
  | {
      tax_total: TaxTotal;
    };
/**
 * One step from Stripe's value to kintone's. On a list, those that take one value work on each.
 * Where there is no value they all give none, save `default`.
 */
export type Transform =
  | {
      amount: {
        /**
         * The path of the currency in the object. In a table's row what the row does not have is
         * taken from the object.
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
    }
  | {
      time: {
        zone?: Zone;
      };
    }
  | {
      map: {
        /**
         * What becomes of which value.
         */
        values: {
          [k: string]: string;
        };
        otherwise?: Otherwise;
      };
    }
  | {
      case: {
        to: LetterCase;
      };
    }
  | {
      trim: {};
    }
  | {
      width: {
        to: Width;
      };
    }
  | {
      phone: {
        form?: PhoneForm;
      };
    }
  | {
      postal_code: {};
    }
  | {
      join: {
        /**
         * What stands between two of them.
         */
        with?: string;
      };
    }
  | {
      split: {
        /**
         * What stands between two of them; not empty.
         */
        at?: string;
      };
    }
  | {
      substring: {
        /**
         * How many characters are left out before it.
         */
        start?: number;
        /**
         * How many characters it has at most; to the end unless given.
         */
        length?: number | null;
      };
    }
  | {
      round: {
        /**
         * From 0 to 10.
         */
        decimals?: number;
        mode?: Rounding;
      };
    }
  | {
      add: {
        /**
         * The other number, as text: `"0.1"`.
         */
        number: string;
      };
    }
  | {
      subtract: {
        /**
         * The other number, as text.
         */
        number: string;
      };
    }
  | {
      multiply: {
        /**
         * The other number, as text: `"1.10"`.
         */
        number: string;
      };
    }
  | {
      divide: {
        /**
         * The other number, as text; not 0.
         */
        number: string;
        /**
         * From 0 to 10.
         */
        decimals?: number;
        mode?: Rounding;
      };
    }
  | {
      boolean: {
        /**
         * For true.
         */
        yes: string;
        /**
         * For false.
         */
        no: string;
      };
    }
  | {
      default: {
        /**
         * The value.
         */
        value: string;
      };
    };
/**
 * A time zone: `Asia/Tokyo`, `UTC`, a fixed offset such as `+09:00`, or another by its IANA name where
 * the platform knows it.
 */
export type Zone = string;
/**
 * What becomes of a value that a map does not name.
 */
export type Otherwise =
  | "error"
  | "keep"
  | "empty"
  | {
      default: string;
    };
/**
 * Capitals or small letters.
 */
export type LetterCase = "upper" | "lower";
/**
 * Full or half width.
 */
export type Width = "half" | "full" | "standard";
/**
 * A form of telephone numbers.
 */
export type PhoneForm = "domestic" | "international" | "digits";
/**
 * How a decimal number is rounded.
 */
export type Rounding = "half_up" | "half_even" | "up" | "down";
/**
 * What is done where there is no value: null, missing, an empty text or an empty list.
 */
export type Empty =
  | "clear"
  | "leave"
  | {
      default: string;
    };
/**
 * A derived figure: of the customer; those of subscriptions are of the one subscription where the
 * object is one. Amounts are in the currency's own decimals already and need no `amount`; moments
 * are Unix time, for `date` or `datetime`.
 */
export type Figure =
  | {
      monthly_recurring_revenue: {
        /**
         * The currency, `jpy`.
         */
        currency: string;
      };
    }
  | {
      tenure_months: {
        zone?: Zone;
      };
    }
  | {
      lifetime_paid: {
        /**
         * The currency, `jpy`.
         */
        currency: string;
      };
    }
  | {
      active_subscriptions: {};
    }
  | {
      next_billing_date: {};
    }
  | {
      unpaid_amount: {
        /**
         * The currency, `jpy`.
         */
        currency: string;
      };
    }
  | {
      first_payment_date: {};
    }
  | {
      last_payment_date: {};
    };
/**
 * An amount at one rate.
 */
export type TaxPart = "tax" | "excluded" | "included";
/**
 * Whether a field rule writes always, only on creation, or only into an empty field.
 */
export type WritePolicy = "always" | "on_create" | "if_empty";
/**
 * Whether a target creates records, updates them, or both.
 */
export type WriteMode = "upsert" | "update_only" | "create_only";
/**
 * What is done with a record whose object is no longer taken.
 */
export type Departure =
  | "keep"
  | {
      mark: {
        /**
         * The field code.
         */
        field: string;
        /**
         * The text that it is given.
         */
        value: string;
      };
    }
  | "clear"
  | "delete";
/**
 * Whether a record that somebody deleted in kintone is created again.
 */
export type OnRecordDeleted = "create" | "leave";
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
export type RefusedBy = "kintone" | "silent" | "daicho";
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
 * What is done at kintone.
 */
export type Action = "write" | "keep" | "mark" | "delete";
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
 * What a call answers: `{"ok": …}` or `{"error": …}`.
 */
export type Answer5 =
  | {
      ok: Suggestion;
    }
  | {
      error: Failure;
    };
/**
 * How sure a suggestion is.
 */
export type Confidence = "low" | "medium" | "high";

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
  /**
   * One call.
   */
  drift: {
    input: Drift;
    answer: Answer;
  };
  /**
   * One call.
   */
  suggest: {
    input: Suggest;
    answer: Answer5;
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
  /**
   * Which objects are taken: an event pattern over the object, `{"status": [{"anything-but":
   * "draft"}]}`. All, unless given.
   */
  condition?: {
    [k: string]: unknown;
  } | null;
  on_leave?: Departure;
  on_delete?: Departure;
  on_record_deleted?: OnRecordDeleted;
  /**
   * Whether each record is written by itself, at most 60 a minute, so that kintone's webhooks and
   * customisations see it: they see nothing of what is written many at a time.
   */
  single_writes?: boolean;
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
  empty?: Empty;
  /**
   * Whether the Stripe App leaves the field out: a token sees more than the person who looks may.
   */
  hidden?: boolean;
}
/**
 * A table's rows, one for each element of a list.
 */
export interface Rows {
  /**
   * The path of the list: `items.data`, `lines.data`, `lines.data[?proration==false]`.
   */
  list: string;
  key: RowKey;
  /**
   * What is written into which column.
   */
  columns?: Column[];
  /**
   * Whether rows that people added stay. Those are the rows whose key column is empty.
   */
  keep_others?: boolean;
}
/**
 * The column by which a row is found again, and what it holds.
 */
export interface RowKey {
  /**
   * The column's field code. It needs no rule of its own.
   */
  field: string;
  /**
   * The path of its value in the element; the element's id unless given.
   */
  path?: string;
}
/**
 * What is written into one column.
 */
export interface Column {
  /**
   * The column's field code.
   */
  field: string;
  value: Value;
  /**
   * What is done to it, in order.
   */
  transform?: Transform[];
  empty?: Empty;
}
/**
 * An invoice's total at one rate of tax, as a qualified invoice (適格請求書) states it; in the
 * invoice's currency, in its own decimals.
 */
export interface TaxTotal {
  /**
   * The rate in per cent: `"10"`, `"8"`; `"all"` for all rates together.
   */
  rate: string;
  part: TaxPart;
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
   * What the target looks at beyond the object.
   */
  context?: Gathered | null;
  /**
   * The record that kintone has now, as `record` in the answer of `GET /k/v1/record.json`: the rows of
   * its tables keep their ids, write policies are heeded, and what would change of it comes too.
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
 * What was gathered beside the object.
 */
export interface Gathered {
  /**
   * Stripe objects by id: those that a path follows an id to.
   */
  related?: {
    [k: string]: StripeObject;
  };
  ledger?: GatheredLedger;
  /**
   * The record as kintone holds it now, unless the call's own `current` says it.
   */
  current?: {
    [k: string]: Cell;
  } | null;
  /**
   * The present moment in Unix seconds, for figures that depend on it.
   */
  now?: number | null;
}
/**
 * What is known of one customer's billing. A list that is absent was not gathered, which is not the
 * same as empty; one that is there is complete.
 */
export interface GatheredLedger {
  /**
   * All its subscriptions, cancelled ones included (`status=all`).
   */
  subscriptions?: StripeObject[] | null;
  /**
   * All its invoices.
   */
  invoices?: StripeObject[] | null;
  /**
   * All its charges.
   */
  charges?: StripeObject[] | null;
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
  action: Action;
  /**
   * The key field's value; null, with an issue, when the object has none that kintone takes.
   */
  key?: string | null;
  /**
   * The fields that are written, without the key field, which goes as the request's `updateKey`.
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
/**
 * A target, and its app's form before and after a change.
 */
export interface Drift {
  mapping: MappingInput;
  /**
   * The target's name.
   */
  target: string;
  before: FormAnswer;
  after: FormAnswer;
}
/**
 * An app, and what shall become its records.
 */
export interface Suggest {
  source: Source;
  app: App;
  /**
   * The alias by which the connections shall name the app; the usual name of such an app unless
   * given.
   */
  alias?: string | null;
}
/**
 * A mapping with one target, and what is to be known of it.
 */
export interface Suggestion {
  mapping: Mapping;
  key: Suggested;
  /**
   * One for each rule, in the order of the target's rules.
   */
  rules: Suggested[];
  /**
   * The fields and the columns that have no rule, save those that kintone fills itself.
   */
  unmatched: Unmatched[];
  /**
   * What the check of the mapping says. Errors are only of what the form lacks: a key field, or a
   * rule for a required field.
   */
  issues: Issue[];
}
/**
 * How sure it is that a field is for this, and why.
 */
export interface Suggested {
  /**
   * The field code.
   */
  field: string;
  /**
   * The field's label.
   */
  label: string;
  confidence: Confidence;
  reason: Text;
}
/**
 * A field without a rule.
 */
export interface Unmatched {
  /**
   * The field code.
   */
  field: string;
  /**
   * The field's label.
   */
  label: string;
  /**
   * Whether kintone asks for a value, so that a rule or a change of the form is needed.
   */
  is_required: boolean;
  reason: Text;
}
