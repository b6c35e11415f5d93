/** All that will not succeed by itself (要対応). */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import type { Failed } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { useRead } from "../hooks/useRead.ts";
import { toast } from "../toast.ts";
import { FailureCard } from "./FailureCard.tsx";
import { Note, Row, Stack } from "./layout.tsx";
import { CallFailure, Found } from "./states.tsx";

export const FailureList = memo(function FailureList({ changed }: { changed?: () => void }) {
  const { texts } = useApp();
  const reading = useRead("failures", {});
  const [later, setLater] = useState<Failed[]>([]);
  const [settled, setSettled] = useState<number[]>([]);
  const reload = () => {
    setLater([]);
    setSettled([]);
    reading.reload();
    changed?.();
  };
  const settle = (id: number) => {
    setSettled((ids) => [...ids, id]);
    changed?.();
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
              <ReplayAll done={reload} />
            </Row>
            <Note>{texts.failures.after}</Note>
            {open.map((failed) => (
              <FailureCard key={failed.id} failed={failed} settled={settle} />
            ))}
            {all.length < total ? <More after={all} found={(more) => setLater([...later, ...more])} /> : null}
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
