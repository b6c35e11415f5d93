/** The figures of the home view. */

import { List, ListItem, PropertyList, PropertyListItem } from "@stripe/ui-extension-sdk/ui";
import type { AppBudget, Home } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { count, moment } from "../texts/format.ts";
import { Note, Section } from "./layout.tsx";
import { Outside } from "./Outside.tsx";

/** Events of today, what waits, what failed, the last event. */
export function Figures({ home }: { home: Home }) {
  const { texts, language } = useApp();
  const of = texts.home;
  const records = (value: number) => of.records(count(value, language));
  const last = home.last_event;
  const comparison = home.jobs.find(({ job, state }) => job === "reconcile" && state !== "running");
  return (
    <PropertyList>
      <PropertyListItem label={of.eventsToday} value={of.events(count(home.events_today, language))} />
      <PropertyListItem label={of.waitingRecords} value={records(home.waiting)} />
      <PropertyListItem label={of.failed} value={records(home.failed)} />
      <PropertyListItem
        label={of.lastEvent}
        value={last ? of.happened(moment(last.received, language), last.name[language]) : of.noEvent}
      />
      {comparison ? (
        <PropertyListItem
          label={texts.job.reconcile}
          value={of.happened(
            moment(comparison.ended ?? comparison.begun, language),
            comparison.text[language],
          )}
        />
      ) : null}
    </PropertyList>
  );
}

/** Each app's requests of today. */
export function Budgets({ apps }: { apps: AppBudget[] }) {
  const { texts } = useApp();
  return (
    <Section title={texts.home.budget}>
      <List>
        {apps.map((app) => (
          <Budget key={app.app} app={app} />
        ))}
      </List>
      <Note>{texts.home.budgetText}</Note>
    </Section>
  );
}

function Budget({ app }: { app: AppBudget }) {
  const { texts, language } = useApp();
  const used = texts.home.used(count(app.used, language), count(app.share, language));
  const held = app.held_until
    ? { secondaryTitle: texts.home.heldUntil(moment(app.held_until, language)) }
    : {};
  return <ListItem id={app.app} title={<Outside href={app.url}>{app.app}</Outside>} value={used} {...held} />;
}
