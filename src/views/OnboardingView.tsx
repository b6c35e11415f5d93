/** The way from nothing to a sync that runs: the viewport `onboarding`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { Banner, Button, OnboardingView as Frame } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import type { Configuration, Job } from "../api/types.ts";
import { AppProvider, useApp } from "../app.tsx";
import { AppList } from "../components/AppList.tsx";
import { ModeBadge } from "../components/badges.tsx";
import { JobPanel } from "../components/JobPanel.tsx";
import { Note, Row, Section, Stack } from "../components/layout.tsx";
import { MappingEditor } from "../components/MappingEditor.tsx";
import { Found, Loading, ReadOnly } from "../components/states.tsx";
import { TargetCard } from "../components/TargetCard.tsx";
import { type Editing, trialOf, useMapping } from "../hooks/useMapping.ts";
import { useRead } from "../hooks/useRead.ts";
import { useTargets } from "../hooks/useTargets.ts";

const STEPS = ["connect", "map", "dryRun", "backfill"] as const;
type Step = (typeof STEPS)[number];

export default function OnboardingView(context: ExtensionContextValue) {
  return (
    <AppProvider context={context}>
      <Panel />
    </AppProvider>
  );
}

function Panel() {
  const { texts } = useApp();
  const of = texts.onboarding;
  const reading = useTargets("configuration");
  const [chosen, setChosen] = useState<Step>();
  const [watched, setWatched] = useState<Jobs>({});
  const [isFinished, setIsFinished] = useState(false);
  // Each is read once; whoever stands at its step watches it from there on.
  const dryRun = useRead("job", { job: "dry_run" });
  const backfill = useRead("job", { job: "backfill" });
  const found: Jobs = { dryRun: dryRun.value ?? undefined, backfill: backfill.value ?? undefined };
  const isLoading = dryRun.isLoading || backfill.isLoading;
  const done = isDone(reading.value, {
    dryRun: watched.dryRun ?? found.dryRun,
    backfill: watched.backfill ?? found.backfill,
  });
  const step = chosen ?? firstStep(done, found);
  const tasks = STEPS.map((name) => ({
    title: of[name],
    status: done[name] ? ("complete" as const) : name === step ? ("in-progress" as const) : NOT_STARTED,
    onPress: () => setChosen(name),
  }));
  return (
    <Frame title={of.title} description={of.description} tasks={tasks} completed={isFinished}>
      <Stack gap="large">
        <Row>
          <ModeBadge />
        </Row>
        <ReadOnly />
        <Found reading={reading}>
          {(configuration) =>
            isLoading ? (
              <Loading />
            ) : (
              <Steps
                step={step}
                done={done}
                configuration={configuration}
                changed={reading.reload}
                watch={(job) => setWatched((jobs) => ({ ...jobs, [step]: job }))}
                go={setChosen}
                finish={() => setIsFinished(true)}
              />
            )
          }
        </Found>
      </Stack>
    </Frame>
  );
}

const NOT_STARTED = "not-started" as const;

type Done = Record<Step, boolean>;

/** The work of the steps that have some. */
interface Jobs {
  readonly dryRun?: Job | undefined;
  readonly backfill?: Job | undefined;
}

function isDone(configuration: Configuration | undefined, { dryRun, backfill }: Jobs): Done {
  return {
    connect: configuration?.apps.some(({ token }) => token) ?? false,
    map: Boolean(configuration?.mapping_etag),
    dryRun: dryRun?.state === "done",
    backfill: backfill?.state === "done",
  };
}

/**
 * Where to begin: at the first step that is not done. `found` is the work as it stood when the view opened:
 * what a dry run finds from then on is to be read, so that nobody is taken on from there.
 */
function firstStep(done: Done, { dryRun, backfill }: Jobs): Step {
  const isPast = backfill?.state === "running" || backfill?.state === "done" || dryRun?.state === "done";
  const before = STEPS.find((step) => (step === "dryRun" ? !isPast : !done[step]));
  return before ?? "backfill";
}

interface Props {
  readonly step: Step;
  readonly done: Done;
  readonly configuration: Configuration;
  readonly changed: () => void;
  readonly watch: (job: Job | undefined) => void;
  readonly go: (step: Step) => void;
  readonly finish: () => void;
}

function Steps(props: Props) {
  const { texts } = useApp();
  const { step, done, configuration, changed, go, finish } = props;
  const editing = useMapping(configuration, changed);
  const next = STEPS[STEPS.indexOf(step) + 1];
  // What is imported is the mapping that is stored.
  const isUnsaved = step === "map" && done.map && editing.isChanged;
  // A dry run is worth its time, and nobody has to take it.
  const mayGo = (done[step] && !isUnsaved) || step === "dryRun";
  return (
    <Section title={texts.onboarding[step]}>
      <Content {...props} editing={editing} />
      {step === "backfill" && done.backfill ? (
        <Banner title={texts.onboarding.done} description={texts.onboarding.doneText} />
      ) : null}
      <Row>
        {next ? (
          <Button type="primary" disabled={!mayGo} onPress={() => go(next)}>
            {texts.onboarding.next}
          </Button>
        ) : (
          <Button type="primary" disabled={!done.backfill} onPress={finish}>
            {texts.action.close}
          </Button>
        )}
        {isUnsaved ? <Note>{texts.onboarding.saveFirst}</Note> : null}
      </Row>
      {done.backfill ? null : <Note>{texts.onboarding.later}</Note>}
    </Section>
  );
}

function Content({ step, configuration, changed, watch, go, editing }: Props & { editing: Editing }) {
  const { texts } = useApp();
  switch (step) {
    case "connect":
      return (
        <>
          {configuration.stripe_key ? null : (
            <Banner type="caution" title={texts.app.stripeKey} description={texts.app.stripeKeyText} />
          )}
          <AppList configuration={configuration} changed={changed} />
        </>
      );
    case "map":
      return <MappingEditor editing={editing} apps={configuration.apps} />;
    case "dryRun":
      return (
        <JobPanel
          key={step}
          job="dry_run"
          trial={trialOf(editing)}
          draft={() => editing.document}
          watch={watch}
        />
      );
    case "backfill":
      return (
        <>
          {configuration.targets
            .filter(({ state }) => state !== "active")
            .map((target) => (
              <TargetCard key={target.target} target={target} changed={changed} />
            ))}
          {editing.isChanged ? (
            <Banner
              type="caution"
              title={texts.mapping.unsaved}
              description={texts.jobs.storedOnly}
              actions={<Button onPress={() => go("map")}>{texts.onboarding.backToMap}</Button>}
            />
          ) : null}
          <JobPanel key={step} job="backfill" watch={watch} />
        </>
      );
  }
}
