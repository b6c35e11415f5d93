/** Health at a glance, beside the Dashboard's home: `stripe.dashboard.home.overview`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { Badge, Button, ContextView } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import type { Home } from "../api/types.ts";
import { AppProvider, useApp } from "../app.tsx";
import { ModeBadge } from "../components/badges.tsx";
import { FailureList } from "../components/FailureList.tsx";
import { Budgets, Figures } from "../components/HomeFigures.tsx";
import { JobProgress } from "../components/JobProgress.tsx";
import { Card, Row, Section, Stack } from "../components/layout.tsx";
import { Found, ReadOnly, Unconfigured, Unreadable } from "../components/states.tsx";
import { TargetCard } from "../components/TargetCard.tsx";
import { useTargets } from "../hooks/useTargets.ts";

export default function HomeView(context: ExtensionContextValue) {
  return (
    <AppProvider context={context}>
      <Panel />
    </AppProvider>
  );
}

function Panel() {
  const { texts, language } = useApp();
  const reading = useTargets("home", isBusy);
  const [reloads, setReloads] = useState(0);
  const reloadAll = () => {
    setReloads(reloads + 1);
    reading.reload();
  };
  const reload = (
    <Button pending={reading.isLoading} onPress={reloadAll}>
      {texts.action.reload}
    </Button>
  );
  return (
    <ContextView title={texts.home.title} actions={reload}>
      <Stack gap="large">
        <Row>
          {reading.value?.configured ? <HealthBadge home={reading.value} /> : null}
          <ModeBadge />
        </Row>
        <Found reading={reading}>
          {(home) =>
            home.configured ? (
              <Details home={home} reloads={reloads} changed={reading.reload} />
            ) : home.notice ? (
              <Unreadable text={home.notice[language]} />
            ) : (
              <Unconfigured />
            )
          }
        </Found>
      </Stack>
    </ContextView>
  );
}

/** Whether something goes on by itself: what waits for a held target waits for a person. */
function isBusy({ waiting, targets, jobs }: Home): boolean {
  const held = targets.filter(({ state }) => state === "held").reduce((sum, { waiting }) => sum + waiting, 0);
  return waiting > held || jobs.some(({ state }) => state === "running");
}

function HealthBadge({ home }: { home: Home }) {
  const { texts } = useApp();
  if (home.failed > 0) {
    return <Badge type="negative">{texts.home.attention}</Badge>;
  }
  if (home.targets.some(({ state }) => state === "held" || state === "paused")) {
    return <Badge type="warning">{texts.home.stopped}</Badge>;
  }
  // What keeps an app from being checked also keeps everything from being written to it.
  const isChecking = home.targets.some(({ state }) => state === "unchecked");
  return home.waiting > 0 || isChecking ? (
    <Badge type="info">{texts.home.waiting}</Badge>
  ) : (
    <Badge type="positive">{texts.home.healthy}</Badge>
  );
}

interface Props {
  readonly home: Home;
  /** How often a person had all read again. */
  readonly reloads: number;
  readonly changed: () => void;
}

function Details({ home, reloads, changed }: Props) {
  const { texts } = useApp();
  const running = home.jobs.filter(({ state }) => state === "running");
  return (
    <>
      <ReadOnly />
      <Figures home={home} />
      {home.failed > 0 ? (
        <Section title={texts.failures.title}>
          <FailureList version={`${reloads} ${home.failed}`} changed={changed} />
        </Section>
      ) : null}
      <Section title={texts.home.targets}>
        {home.targets.map((target) => (
          <TargetCard key={target.target} target={target} changed={changed} />
        ))}
      </Section>
      {running.length > 0 ? (
        <Section title={texts.home.jobs}>
          {running.map((job) => (
            <Card key={job.job}>
              <JobProgress job={job} />
            </Card>
          ))}
        </Section>
      ) : null}
      <Budgets apps={home.apps} />
    </>
  );
}
