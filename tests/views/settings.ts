/** What the Worker answers to the settings, and what a person does in them first. */

import type { Issue } from "../../src/api/types.ts";
import type { ja } from "../../src/texts/ja.ts";
import type { Replies } from "./dashboard.ts";
import { CONFIGURED, EMPTY } from "./fixtures.ts";
import type { Screen } from "./screen.ts";

/** Nothing runs and nothing failed. */
export const QUIET: Replies = {
  job: { answer: null },
  failures: { answer: { total: 0, failures: [] } },
};
/** A mapping is stored. */
export const configured: Replies = { ...QUIET, configuration: { answer: CONFIGURED } };
/** Nothing is connected. */
export const empty: Replies = { ...QUIET, configuration: { answer: EMPTY } };

/** A change of the form that breaks nothing. */
export const RENAMED: Issue = {
  code: "unused_option_removed",
  severity: "warning",
  refused_by: "kintone",
  target: "customers",
  field: "業種",
  label: "業種",
  text: {
    ja: "「業種」の選択肢「製造」が削除されたか名前が変わりました。Stripeの値が「製造」のレコードは書き込めません。選択肢を戻すか、マッピングで値を置き換えてください。",
    en: 'The option "製造" of "業種" was removed or renamed. A record for which Stripe has this value cannot be written. Bring the option back, or replace the value in the mapping.',
  },
};

/** Types what a connection needs. */
export async function fillIn(screen: Screen, texts: typeof ja): Promise<void> {
  await screen.press(texts.app.add);
  await screen.type(texts.app.address, "https://example.cybozu.com/k/1/");
  await screen.type(texts.app.token, "made-up-token");
}
