/** All that will not succeed by itself (要対応). */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { memo, useEffect, useRef, useState } from "react";
import type { Failed, Failures } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { patiently, useRead } from "../hooks/useRead.ts";
import { toast } from "../toast.ts";
import { FailureCard } from "./FailureCard.tsx";
import { Note, Row, Stack } from "./layout.tsx";
import { CallFailure, Found } from "./states.tsx";

interface Props {
  /** What they are read again for when it changes. */
  readonly version?: string;
  readonly changed?: () => void;
}

/** What was done to a list as it was read. */
interface Marks {
  readonly of: Failures | undefined;
  readonly later: readonly Failed[];
  /** Sent again or left; what failed again stands in the list once it is read again. */
  readonly settled: readonly number[];
}

/** So often it is looked at whether what was sent again fails again: for about half a minute. */
const LOOKS = 5;

export const FailureList = memo(function FailureList({ version, changed }: Props) {
  const { texts } = useApp();
  const isSent = useRef(false);
  const reading = useRead("failures", {}, (_, times) =>
    isSent.current && times < LOOKS ? patiently(times) : undefined,
  );
  const [marks, setMarks] = useState<Marks>({ of: undefined, later: [], settled: [] });
  const { later, settled }: Omit<Marks, "of"> =
    marks.of === reading.value ? marks : { later: [], settled: [] };
  const mark = (more: Partial<Marks>) => setMarks({ of: reading.value, later, settled, ...more });
  const seen = useRef(version);
  useEffect(() => {
    if (seen.current !== version) {
      seen.current = version;
      reading.reload();
    }
  }, [version, reading.reload]);
  const sent = () => {
    isSent.current = true;
    reading.reload();
    changed?.();
  };
  const settle = (id: number, isAgain: boolean) => {
    mark({ settled: [...settled, id] });
    if (isAgain) {
      sent();
    } else {
      changed?.();
    }
  };
  return (
    <Found reading={reading}>
      {({ failures, total }) => {
        const all = [...failures, ...later];
        const open = all.filter(({ id }) => !settled.includes(id));
        const left = total - settled.length;
        if (open.length === 0 && left <= 0) {
          return <Note>{texts.failures.none}</Note>;
        }
        return (
          <Stack>
            <Row>
              <Note>{texts.failures.total(left)}</Note>
              <ReplayAll done={sent} />
            </Row>
            <Note>{texts.failures.after}</Note>
            {open.map((failed) => (
              <FailureCard key={failed.id} failed={failed} settled={settle} />
            ))}
            {all.length < total ? (
              <More after={all} found={(more) => mark({ later: [...later, ...more] })} />
            ) : null}
          </Stack>
        );
      }}
    </Found>
  );
});

function ReplayAll({ done }: { done: () => void }) {
  const { texts, mayChange } = useApp();
  const replay = useChange("replay");
  const again = async () => {
    const answer = await replay.run({ all: true });
    if (answer) {
      toast(texts.toast.replayed(answer.count));
      done();
    }
  };
  if (!mayChange) {
    return null;
  }
  return (
    <>
      <Button size="small" pending={replay.isPending} onPress={again}>
        {texts.failures.replayAll}
      </Button>
      {replay.error ? <CallFailure error={replay.error} retry={again} /> : null}
    </>
  );
}

/** The next page. */
function More({ after, found }: { after: Failed[]; found: (more: Failed[]) => void }) {
  const { texts } = useApp();
  const page = useChange("failures");
  const last = after[after.length - 1];
  const next = async () => {
    const answer = await page.run(last ? { after: last.id } : {});
    if (answer) {
      found(answer.failures);
    }
  };
  return (
    <>
      {page.error ? <CallFailure error={page.error} /> : null}
      <Button pending={page.isPending} onPress={next}>
        {texts.action.more}
      </Button>
    </>
  );
}
