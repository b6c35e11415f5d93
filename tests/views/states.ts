/** A state of a view: where it stands, what the Worker answers, what a person does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import type { ComponentType } from "react";
import { type Texts, textsIn } from "../../src/texts/index.ts";
import { contextAt, type Dashboard, dashboard, type Place, type Replies } from "./dashboard.ts";
import { open, type Screen } from "./screen.ts";
import { matches } from "./snapshot.ts";

export interface State {
  readonly replies: Replies;
  readonly place?: Place;
  /** Whether Stripe signs. */
  readonly signs?: boolean;
  /** What a person does before the snapshot is taken. */
  readonly act?: (screen: Screen, texts: Texts, at: Dashboard) => Promise<void>;
}

/** Nothing of this may ever stand before a person. */
const RAW = /undefined|\[object|NaN|for machines|Error:|fetch failed|null/;

/** One test for each state in each language: its text is the snapshot's. */
export function states(
  name: string,
  View: ComponentType<ExtensionContextValue>,
  place: Place,
  all: Readonly<Record<string, State>>,
): void {
  for (const [state, { replies, act, signs, place: more }] of Object.entries(all)) {
    for (const language of ["ja", "en"] as const) {
      test(`${name}: ${state.replaceAll("_", " ")} (${language})`, async () => {
        const at = dashboard(replies, signs);
        const texts = textsIn(language);
        const locale = language === "ja" ? "ja-JP" : "en-US";
        const screen = await open(View, contextAt({ ...place, ...more, locale }));
        await act?.(screen, texts, at);
        const text = screen.text();
        assert.match(text, new RegExp(`\\[Badge \\w+\\] (${texts.mode.test}|${texts.mode.live})`));
        assert.doesNotMatch(text, RAW);
        matches(text, `${name}/${state}.${language}`);
      });
    }
  }
}
