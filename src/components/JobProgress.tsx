/** How work over all objects stands. */

import { Badge, Inline, PropertyList, PropertyListItem, Spinner } from "@stripe/ui-extension-sdk/ui";
import type { Job } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { count, moment } from "../texts/format.ts";
import { named } from "../texts/index.ts";
import { Note, Row, Stack, Strong } from "./layout.tsx";

const STATE = { running: "info", done: "positive", cancelled: "neutral", failed: "negative" } as const;
/** In how many parts the bar is drawn: the SDK has no progress bar. */
const PARTS = 20;

/** The work's name, its bar, its counts and some of what it found. */
export function JobProgress({ job }: { job: Job }) {
  const { texts, language } = useApp();
  return (
    <Stack gap="small">
      <Row>
        <Strong>{texts.job[job.job]}</Strong>
        <Badge type={STATE[job.state]}>{texts.jobState[job.state]}</Badge>
        {isOpenEnded(job) ? <Spinner size="small" /> : null}
      </Row>
      {job.state === "running" && typeof job.progress === "number" ? <Bar part={job.progress} /> : null}
      <Note>{job.text[language]}</Note>
      <Counts job={job} />
      <Note>
        {texts.jobs.begun(moment(job.begun, language))}
        {job.ended ? ` · ${texts.jobs.ended(moment(job.ended, language))}` : ""}
      </Note>
      <Examples job={job} />
    </Stack>
  );
}

/** Whether it runs and nobody knows how much there is: Stripe's lists do not say. */
function isOpenEnded({ state, progress }: Job): boolean {
  return state === "running" && typeof progress !== "number";
}

function Bar({ part }: { part: number }) {
  const { texts } = useApp();
  const done = Math.max(0, Math.min(1, part));
  const full = Math.floor(done * PARTS);
  return (
    <Row>
      <Inline css={{ color: "brand" }}>{"■".repeat(full) + "□".repeat(PARTS - full)}</Inline>
      <Inline css={{ font: "bodyEmphasized" }}>{texts.jobs.progress(String(Math.floor(done * 100)))}</Inline>
    </Row>
  );
}

function Counts({ job: work }: { job: Job }) {
  const { job, counts } = work;
  const { texts, language } = useApp();
  const would = job === "dry_run";
  const of = texts.jobs;
  const rows: (readonly [string, number])[] = [
    [of.seen, counts.seen],
    [would ? of.wouldCreate : of.created, counts.created],
    [would ? of.wouldUpdate : of.updated, counts.updated],
    ...(typeof counts.deleted === "number"
      ? ([[would ? of.wouldDelete : of.gone, counts.deleted]] as const)
      : []),
    [of.unchanged, counts.unchanged],
    [of.leftOut, counts.left_out],
    [would ? of.wouldFail : of.failed, counts.failed],
  ];
  // While it reads there is nothing to tell of the rest.
  const told = isOpenEnded(work) ? rows.filter(([label, value]) => label === of.seen || value > 0) : rows;
  return (
    <PropertyList>
      {told.map(([label, value]) => (
        <PropertyListItem key={label} label={label} value={of.count(count(value, language))} />
      ))}
    </PropertyList>
  );
}

function Examples({ job: { examples } }: { job: Job }) {
  const { texts, language } = useApp();
  if (examples.length === 0) {
    return null;
  }
  return (
    <Stack gap="small">
      <Note>{texts.jobs.examples}</Note>
      <PropertyList orientation="vertical">
        {examples.map(({ object, target, what, text }) => (
          <PropertyListItem
            key={`${target} ${object}`}
            label={`${named(texts.jobs.what, what)} · ${object}`}
            value={text ? text[language] : named(texts.mapping.targets, target)}
          />
        ))}
      </PropertyList>
    </Stack>
  );
}
