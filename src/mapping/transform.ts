/** The steps from Stripe's value to kintone's, as the editor offers them. */

import type { Transform } from "../logic/index.ts";

type NameIn<Step> = Step extends unknown ? keyof Step : never;
/** A step's name. */
export type StepName = NameIn<Transform>;

/** One thing that a step takes, and how it is typed or chosen. */
export interface Parameter {
  readonly name: string;
  /**
   * `text` as typed; `count` a whole number; `choice` one of `choices`; `option` a value of the field, which
   * may have options of its own; `pairs` what becomes of which value; `otherwise` what becomes of the rest.
   */
  readonly kind: "text" | "count" | "choice" | "option" | "pairs" | "otherwise";
  readonly choices?: readonly string[];
  /** What stands there unless given. */
  readonly usual?: string;
}

const ROUNDING = ["half_up", "half_even", "up", "down"];
const NUMBER: Parameter = { name: "number", kind: "text" };
const DECIMALS: Parameter = { name: "decimals", kind: "count", usual: "0" };
const MODE: Parameter = { name: "mode", kind: "choice", choices: ROUNDING, usual: "half_up" };
const ZONE: Parameter = { name: "zone", kind: "text", usual: "Asia/Tokyo" };

/** What each step takes, in the order in which it is shown. */
export const PARAMETERS: Readonly<Record<StepName, readonly Parameter[]>> = {
  map: [
    { name: "values", kind: "pairs" },
    { name: "otherwise", kind: "otherwise", choices: ["error", "keep", "empty", "default"], usual: "error" },
  ],
  amount: [{ name: "currency", kind: "text", usual: "currency" }],
  date: [ZONE],
  datetime: [],
  time: [ZONE],
  boolean: [
    { name: "yes", kind: "option" },
    { name: "no", kind: "option" },
  ],
  default: [{ name: "value", kind: "option" }],
  trim: [],
  width: [{ name: "to", kind: "choice", choices: ["standard", "half", "full"], usual: "standard" }],
  case: [{ name: "to", kind: "choice", choices: ["upper", "lower"], usual: "upper" }],
  phone: [
    { name: "form", kind: "choice", choices: ["domestic", "international", "digits"], usual: "domestic" },
  ],
  postal_code: [],
  join: [{ name: "with", kind: "text", usual: "," }],
  split: [{ name: "at", kind: "text", usual: "," }],
  substring: [
    { name: "start", kind: "count", usual: "0" },
    { name: "length", kind: "count" },
  ],
  round: [DECIMALS, MODE],
  add: [NUMBER],
  subtract: [NUMBER],
  multiply: [NUMBER],
  divide: [NUMBER, DECIMALS, MODE],
};

/** What a step begins with where it cannot be without. */
const BEGINNINGS: Partial<Record<StepName, object>> = {
  map: { values: {} },
  case: { to: "upper" },
  width: { to: "standard" },
  add: { number: "0" },
  subtract: { number: "0" },
  multiply: { number: "1" },
  divide: { number: "1" },
  boolean: { yes: "はい", no: "いいえ" },
  default: { value: "" },
};

export function nameOf(step: Transform): StepName {
  return Object.keys(step)[0] as StepName;
}

/** What a step was given, by name. */
export function given(step: Transform): Readonly<Record<string, unknown>> {
  return Object.values(step)[0] as Readonly<Record<string, unknown>>;
}

/** A new step. `options` are those of the field that it is for. */
export function newStep(name: StepName, options: readonly string[]): Transform {
  const [first, second = first] = options;
  if (first !== undefined && second !== undefined && name === "boolean") {
    return { boolean: { yes: first, no: second } };
  }
  if (first !== undefined && name === "default") {
    return { default: { value: first } };
  }
  return { [name]: BEGINNINGS[name] ?? {} } as unknown as Transform;
}

/** The step with something else given; `undefined`: no longer. */
export function withGiven(step: Transform, name: string, value: unknown): Transform {
  const { [name]: before, ...others } = given(step);
  return {
    [nameOf(step)]: value === undefined ? others : { ...others, [name]: value },
  } as unknown as Transform;
}
