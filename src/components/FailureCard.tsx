/** Something that will not succeed by itself: why, what to do, and the buttons that do it. */

import { Button, TextField } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import type { Failed } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { moment } from "../texts/format.ts";
import { named } from "../texts/index.ts";
import { toast } from "../toast.ts";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { Outside } from "./Outside.tsx";
import { CallFailure } from "./states.tsx";

interface Props {
  readonly failed: Failed;
  /** Told that it was sent again, or else left. */
  readonly settled: (id: number, isAgain: boolean) => void;
}

export function FailureCard({ failed, settled }: Props) {
  const { texts, language, mayChange } = useApp();
  const replay = useChange("replay");
  const [isLeaving, setIsLeaving] = useState(false);
  const again = async () => {
    const answer = await replay.run({ ids: [failed.id] });
    if (answer) {
      toast(texts.toast.replayed(answer.count));
      settled(failed.id, true);
    }
  };
  const target = failed.target ? named(texts.mapping.targets, failed.target) : texts.failures.event;
  const place = [target, failed.object, failed.field].filter(Boolean);
  return (
    <Card>
      <Note>{place.join(" · ")}</Note>
      <Strong>{failed.text[language]}</Strong>
      <Note>{texts.failures.attempts(failed.attempts, moment(failed.last, language))}</Note>
      <Note>{texts.failures.code(failed.code)}</Note>
      {replay.error ? <CallFailure error={replay.error} retry={again} /> : null}
      <Row>
        {mayChange && !isLeaving ? (
          <>
            <Button size="small" type="primary" pending={replay.isPending} onPress={again}>
              {texts.failures.replay}
            </Button>
            <Button size="small" onPress={() => setIsLeaving(true)}>
              {texts.failures.discard}
            </Button>
          </>
        ) : null}
        {failed.url ? <Outside href={failed.url}>{texts.action.open}</Outside> : null}
      </Row>
      {isLeaving ? (
        <Leave id={failed.id} left={() => settled(failed.id, false)} stay={() => setIsLeaving(false)} />
      ) : null}
    </Card>
  );
}

/** Leaves it for good, with a reason that others will read. */
function Leave({ id, left, stay }: { id: number; left: () => void; stay: () => void }) {
  const { texts } = useApp();
  const discard = useChange("discard");
  const [reason, setReason] = useState("");
  const leave = async () => {
    const answer = await discard.run({ ids: [id], reason: reason.trim() });
    if (answer) {
      toast(texts.toast.discarded(answer.count));
      left();
    }
  };
  return (
    <>
      <Strong>{texts.failures.discardTitle}</Strong>
      <Note>{texts.failures.discardText}</Note>
      <TextField
        label={texts.failures.discardReason}
        defaultValue=""
        onChange={(event) => setReason(event.target.value)}
      />
      {discard.error ? <CallFailure error={discard.error} retry={leave} /> : null}
      <Row>
        <Button
          type="destructive"
          disabled={reason.trim() === ""}
          pending={discard.isPending}
          onPress={leave}
        >
          {texts.failures.discardConfirm}
        </Button>
        <Button onPress={stay}>{texts.action.cancel}</Button>
      </Row>
    </>
  );
}
