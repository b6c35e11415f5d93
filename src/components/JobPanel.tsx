/** Begins work over all objects, shows how it goes, and ends it. */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { memo, useEffect } from "react";
import type { Job, JobName, StartJob } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import type { Trial } from "../hooks/useMapping.ts";
import { useRead } from "../hooks/useRead.ts";
import { toast } from "../toast.ts";
import { JobProgress } from "./JobProgress.tsx";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { CallFailure, Found } from "./states.tsx";

/** People watch it go. */
const EVERY_MS = 2_000;

interface Props {
  readonly job: JobName;
  /** Which mapping a dry run tries. */
  readonly trial?: Trial;
  /** Whether a draft differs from the mapping that is stored, by which it works. */
  readonly isEdited?: boolean;
  /** Gives the draft, for a dry run of it. */
  readonly draft?: () => unknown;
  /** Told of its newest state. */
  readonly watch?: (job: Job | undefined) => void;
}

export const JobPanel = memo(function JobPanel(props: Props) {
  const { job, trial = "stored", isEdited = false, draft, watch } = props;
  const { texts, mayChange } = useApp();
  const reading = useRead("job", { job }, (value) => (value?.state === "running" ? EVERY_MS : undefined));
  const start = useChange("start_job");
  const cancel = useChange("cancel_job");
  const value = reading.value ?? undefined;
  // `watch` is told of the job, not of its own being made anew.
  useEffect(() => watch?.(value), [value]);
  const begin = async () => {
    const request: StartJob = trial === "draft" ? { job, mapping: draft?.() } : { job };
    if (await start.run(request)) {
      toast(texts.toast.started);
      reading.reload();
    }
  };
  const end = async () => {
    if (await cancel.run({ job })) {
      toast(texts.toast.cancelled);
      reading.reload();
    }
  };
  const error = start.error ?? cancel.error;
  return (
    <Card>
      <Found reading={reading}>
        {(state) => (state ? <JobProgress job={state} /> : <Never job={job} />)}
      </Found>
      <Note>{texts.jobs.text[job]}</Note>
      {trial === "stored" ? null : <Note>{texts.jobs.trial[trial]}</Note>}
      {isEdited ? <Note>{texts.jobs.storedOnly}</Note> : null}
      {error ? <CallFailure error={error} /> : null}
      {mayChange && !reading.isLoading ? (
        <Row>
          {value?.state === "running" ? (
            <Button type="destructive" pending={cancel.isPending} onPress={end}>
              {texts.jobs.cancel}
            </Button>
          ) : (
            <Button disabled={trial === "none"} pending={start.isPending} onPress={begin}>
              {trial === "draft" ? texts.mapping.dryRunDraft : texts.jobs[label(value)][job]}
            </Button>
          )}
        </Row>
      ) : null}
    </Card>
  );
});

function Never({ job }: { job: JobName }) {
  const { texts } = useApp();
  return (
    <>
      <Strong>{texts.job[job]}</Strong>
      <Note>{texts.jobs.never}</Note>
    </>
  );
}

/** What the button that begins it says. */
function label(job: Job | undefined): "start" | "resume" | "again" {
  return job === undefined ? "start" : job.resumable ? "resume" : "again";
}
