/** The onboarding, in each of its steps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ja } from "../../src/texts/ja.ts";
import OnboardingView from "../../src/views/OnboardingView.tsx";
import { contextAt, dashboard, type Replies } from "./dashboard.ts";
import { APP, CONFIGURED, EMPTY, job, target } from "./fixtures.ts";
import { open } from "./screen.ts";
import { states } from "./states.ts";

const QUIET: Replies = { job: { answer: null } };
const stored: Replies = { ...QUIET, configuration: { answer: CONFIGURED } };
const held = { ...CONFIGURED, targets: [target("held", { reason: "records_found", written: 0 })] };

states(
  "OnboardingView",
  OnboardingView,
  {},
  {
    connect: { replies: { ...QUIET, configuration: { answer: EMPTY } } },
    no_stripe_key: { replies: { ...QUIET, configuration: { answer: { ...EMPTY, stripe_key: false } } } },
    map: { replies: { ...QUIET, configuration: { answer: { ...EMPTY, apps: [APP] } } } },
    dry_run: { replies: stored },
    dry_run_done: { replies: { ...stored, job: [{ answer: job("dry_run", "done") }, { answer: null }] } },
    held: {
      replies: { ...QUIET, configuration: { answer: held } },
      act: (screen, texts) => screen.press(texts.onboarding.next),
    },
    done: {
      replies: { ...stored, job: [{ answer: null }, { answer: job("backfill", "done") }] },
      act: (screen, texts) => screen.press(texts.onboarding.next),
    },
    read_only: { replies: stored, place: { roles: ["view_only"] } },
    loading: { replies: { configuration: "silent" } },
    no_permission: { replies: { configuration: { status: 403, reason: "reading_not_allowed" } } },
    unreachable: { replies: { configuration: "unreachable" } },
  },
);

test("it closes once everything was imported and the person says so", async () => {
  dashboard({ ...stored, job: [{ answer: null }, { answer: job("backfill", "done") }] });
  const screen = await open(OnboardingView, contextAt({}));
  await screen.press(ja.onboarding.next);
  assert.doesNotMatch(screen.text(), /completed/);
  await screen.press(ja.action.close);
  assert.match(screen.text(), /^\[OnboardingView completed\]/);
});
