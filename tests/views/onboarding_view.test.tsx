/** The onboarding, in each of its steps. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Job, JobName, JobRequest } from "../../src/api/types.ts";
import { ja } from "../../src/texts/ja.ts";
import OnboardingView from "../../src/views/OnboardingView.tsx";
import { contextAt, dashboard, type Replies, type Reply } from "./dashboard.ts";
import { APP, CONFIGURED, EMPTY, job, target } from "./fixtures.ts";
import { open } from "./screen.ts";
import { states } from "./states.ts";

const QUIET: Replies = { job: { answer: null } };
const stored: Replies = { ...QUIET, configuration: { answer: CONFIGURED } };
/** Work as it stands once the view has read both. */
const then = (...jobs: Reply<"job">[]): readonly Reply<"job">[] => [
  { answer: null },
  { answer: null },
  ...jobs,
];
const only =
  (name: JobName, state: Job["state"]) =>
  (request: JobRequest): Reply<"job"> => ({ answer: request.job === name ? job(name, state) : null });
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
    dry_run_done: { replies: { ...stored, job: then({ answer: job("dry_run", "done") }) } },
    dry_run_of_before: { replies: { ...stored, job: only("dry_run", "done") } },
    importing: { replies: { ...stored, job: only("backfill", "running") } },
    imported: { replies: { ...stored, job: only("backfill", "done") } },
    held: {
      replies: { ...QUIET, configuration: { answer: held } },
      act: (screen, texts) => screen.press(texts.onboarding.next),
    },
    done: {
      replies: { ...stored, job: then({ answer: null }, { answer: job("backfill", "done") }) },
      act: (screen, texts) => screen.press(texts.onboarding.next),
    },
    edited_since_it_was_saved: {
      replies: { ...stored, put_mapping: { answer: { etag: "m2", issues: [] } } },
      act: async (screen, texts) => {
        await screen.visit(texts.onboarding.map);
        await screen.type(texts.mapping.valueLabel.path, "description");
        await screen.visit(texts.onboarding.backfill);
      },
    },
    read_only: { replies: stored, place: { roles: ["view_only"] } },
    loading: { replies: { configuration: "silent" } },
    no_permission: { replies: { configuration: { status: 403, reason: "reading_not_allowed" } } },
    unreachable: { replies: { configuration: "unreachable" } },
  },
);

test("it closes once everything was imported and the person says so", async () => {
  dashboard({ ...stored, job: then({ answer: null }, { answer: job("backfill", "done") }) });
  const screen = await open(OnboardingView, contextAt({}));
  await screen.press(ja.onboarding.next);
  assert.doesNotMatch(screen.text(), /completed/);
  await screen.press(ja.action.close);
  assert.match(screen.text(), /^\[OnboardingView completed\]/);
});

test("whoever comes back stands where they left", async () => {
  const landed = async (job: Required<Replies>["job"]) => {
    dashboard({ ...stored, job });
    const screen = await open(OnboardingView, contextAt({}));
    return screen.text().match(/- (.+) \(in-progress\)/)?.[1];
  };
  assert.equal(await landed(only("dry_run", "done")), ja.onboarding.backfill);
  assert.equal(await landed(only("dry_run", "running")), ja.onboarding.dryRun);
  assert.equal(await landed(only("dry_run", "cancelled")), ja.onboarding.dryRun);
  assert.equal(await landed(only("backfill", "running")), ja.onboarding.backfill);
  dashboard({ ...stored, job: only("backfill", "done") });
  assert.match((await open(OnboardingView, contextAt({}))).text(), new RegExp(ja.onboarding.done));
});

test("what a dry run found is there to be read once it is done", async () => {
  const at = dashboard({
    ...stored,
    job: then({ answer: job("dry_run", "running") }, { answer: job("dry_run", "done") }),
  });
  const screen = await open(OnboardingView, contextAt({}));
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), new RegExp(`- ${ja.onboarding.dryRun}.*\\(complete\\)`));
  assert.match(screen.text(), new RegExp(ja.jobs.examples));
});

test("a target that is being checked turns into the question whether it may be written to", async () => {
  const at = dashboard({
    ...QUIET,
    configuration: [{ answer: { ...CONFIGURED, targets: [target("unchecked")] } }, { answer: held }],
  });
  const screen = await open(OnboardingView, contextAt({}));
  await screen.press(ja.onboarding.next);
  assert.match(screen.text(), new RegExp(ja.target.uncheckedText));
  at.timers.shift()?.run();
  await screen.settle();
  assert.match(screen.text(), new RegExp(ja.target.waiveLabel));
});

test("what was edited and not saved is not left behind unsaid on the way to the import", async () => {
  const at = dashboard({ ...stored, put_mapping: { answer: { etag: "m2", issues: [] } } });
  const screen = await open(OnboardingView, contextAt({}));
  await screen.visit(ja.onboarding.map);
  await screen.type(ja.mapping.valueLabel.path, "description");
  await assert.rejects(screen.press(ja.onboarding.next));
  await screen.visit(ja.onboarding.backfill);
  assert.match(screen.text(), new RegExp(ja.jobs.storedOnly));
  await screen.press(ja.onboarding.backToMap);
  await screen.press(ja.action.save);
  await screen.press(ja.onboarding.next);
  await screen.visit(ja.onboarding.backfill);
  assert.doesNotMatch(screen.text(), new RegExp(ja.jobs.storedOnly));
  const { request } = at.arrived.find(({ op }) => op === "put_mapping") ?? assert.fail();
  assert.match(JSON.stringify(request.mapping), /"path":"description"/);
});
