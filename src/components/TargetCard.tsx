/** How a target stands, and what a person can do about it. */

import { Banner, Button, TextField } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import type { TargetHealth } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { count } from "../texts/format.ts";
import { named } from "../texts/index.ts";
import { toast } from "../toast.ts";
import { TargetBadge } from "./badges.tsx";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { CallFailure } from "./states.tsx";

/** The reason of a target that waits for its deletions to be confirmed. */
const DELETIONS = "many_deletions";

export const TargetCard = memo(function TargetCard({
  target,
  changed,
}: {
  target: TargetHealth;
  changed: () => void;
}) {
  return (
    <Card>
      <TargetLine target={target} />
      <Reason target={target} />
      {target.state === "held" ? <Answer target={target} changed={changed} /> : null}
    </Card>
  );
});

/** Its name, its state and its counts. */
export function TargetLine({ target }: { target: TargetHealth }) {
  const { texts, language } = useApp();
  const { written, waiting, failed } = target;
  const number = (value: number) => count(value, language);
  return (
    <>
      <Row>
        <Strong>{texts.mapping.target(named(texts.mapping.targets, target.target), target.app)}</Strong>
        <TargetBadge state={target.state} />
      </Row>
      <Note>{texts.target.counts(number(written), number(waiting), number(failed))}</Note>
    </>
  );
}

/** Why nothing is written, in the Worker's words where it has some. */
function Reason({ target }: { target: TargetHealth }) {
  const { texts, language } = useApp();
  const of = texts.target;
  const text = target.text?.[language];
  switch (target.state) {
    case "held":
      return target.reason === DELETIONS ? (
        <Banner type="caution" title={of.deletionsTitle} description={of.deletionsText} />
      ) : (
        <Banner type="caution" title={of.heldTitle} description={of.heldText} />
      );
    case "paused":
      return <Banner type="critical" title={of.pausedTitle} description={text ?? of.pausedText} />;
    case "unchecked":
      return <Note>{text ?? of.uncheckedText}</Note>;
    default:
      return null;
  }
}

function Answer({ target, changed }: { target: TargetHealth; changed: () => void }) {
  const { mayChange } = useApp();
  if (!mayChange) {
    return null;
  }
  return target.reason === DELETIONS ? (
    <Deletions target={target.target} changed={changed} />
  ) : (
    <Waive target={target.target} changed={changed} />
  );
}

/** Lets it be written to, once the app's name was typed. */
function Waive({ target, changed }: { target: string; changed: () => void }) {
  const { texts } = useApp();
  const waive = useChange("waive");
  const [name, setName] = useState("");
  const begin = async () => {
    if (await waive.run({ target, app_name: name.trim() })) {
      toast(texts.toast.waived);
      changed();
    }
  };
  return (
    <>
      <TextField
        label={texts.target.waiveLabel}
        defaultValue=""
        onChange={(event) => setName(event.target.value)}
      />
      {waive.error ? <CallFailure error={waive.error} /> : null}
      <Row>
        <Button type="primary" disabled={name.trim() === ""} pending={waive.isPending} onPress={begin}>
          {texts.target.waive}
        </Button>
      </Row>
    </>
  );
}

function Deletions({ target, changed }: { target: string; changed: () => void }) {
  const { texts } = useApp();
  const deletions = useChange("deletions");
  const answer = async (isDeleting: boolean) => {
    const answered = await deletions.run({ target, delete: isDeleting });
    if (answered) {
      toast(texts.toast[isDeleting ? "deleting" : "kept"](answered.records));
      changed();
    }
  };
  return (
    <>
      {deletions.error ? <CallFailure error={deletions.error} /> : null}
      <Row>
        <Button type="destructive" pending={deletions.isPending} onPress={() => answer(true)}>
          {texts.target.deletionsDelete}
        </Button>
        <Button pending={deletions.isPending} onPress={() => answer(false)}>
          {texts.target.deletionsKeep}
        </Button>
      </Row>
    </>
  );
}
