/** How a target stands, and what a person can do about it. */

import { Banner, Button, TextField } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import type { HeldDeletions, TargetHealth } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { count } from "../texts/format.ts";
import { type Language, named, type Texts } from "../texts/index.ts";
import { toast } from "../toast.ts";
import { TargetBadge } from "./badges.tsx";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { CallFailure } from "./states.tsx";

/** The reasons of a target that goes on once a person says that what was wrong in kintone is put right. */
const RESUMABLE: readonly TargetHealth["reason"][] = ["many_refused", "key_not_filled"];

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
      <Answer target={target} changed={changed} />
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
      return target.deletions ? (
        <Banner
          type="caution"
          title={of.deletionsTitle}
          description={of.deletionsText(
            records(target.deletions, texts, language),
            count(target.deletions.today, language),
            count(target.deletions.limit, language),
          )}
        />
      ) : (
        <Banner type="caution" title={of.heldTitle} description={of.heldText} />
      );
    case "paused":
      return <Banner type="critical" title={of.pausedTitle} description={text ?? of.pausedText} />;
    case "unchecked":
      return <Note>{text ?? of.uncheckedText}</Note>;
    // What is written to has something to say only where that takes longer than a moment.
    default:
      return text ? <Note>{text}</Note> : null;
  }
}

function Answer({ target, changed }: { target: TargetHealth; changed: () => void }) {
  const { mayChange } = useApp();
  if (!mayChange) {
    return null;
  }
  if (target.state === "paused") {
    return RESUMABLE.includes(target.reason) ? <Resume target={target.target} changed={changed} /> : null;
  }
  if (target.state !== "held") {
    return null;
  }
  return target.deletions ? (
    <Deletions target={target.target} held={target.deletions} changed={changed} />
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

/** Deletes the records once their number was typed; otherwise they stay. */
function Deletions({ target, held, changed }: { target: string; held: HeldDeletions; changed: () => void }) {
  const { texts, language } = useApp();
  const deletions = useChange("deletions");
  const [typed, setTyped] = useState("");
  const { waiting } = held;
  const answer = async (isDeleting: boolean) => {
    const request = { target, delete: isDeleting, ...(isDeleting ? { waiting } : {}) };
    const answered = await deletions.run(request);
    if (answered) {
      toast(texts.toast[isDeleting ? "deleting" : "kept"](answered.records));
      changed();
    }
  };
  return (
    <>
      <TextField
        label={texts.target.deletionsLabel(count(waiting, language))}
        defaultValue=""
        onChange={(event) => setTyped(event.target.value)}
      />
      {deletions.error ? <CallFailure error={deletions.error} /> : null}
      <Row>
        <Button
          type="destructive"
          disabled={numberIn(typed) !== waiting}
          pending={deletions.isPending}
          onPress={() => answer(true)}
        >
          {texts.target.deletionsDelete(records(held, texts, language))}
        </Button>
        <Button pending={deletions.isPending} onPress={() => answer(false)}>
          {texts.target.deletionsKeep}
        </Button>
      </Row>
    </>
  );
}

/** So many records, or more than were counted. */
function records({ waiting, more }: HeldDeletions, texts: Texts, language: Language): string {
  return texts.target[more ? "deletionsMore" : "deletionsWaiting"](count(waiting, language));
}

/** What was typed as a number, in full-width digits and with groups too. */
function numberIn(typed: string): number {
  const digits = typed.normalize("NFKC").replace(/[,\s]/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

/** Has a paused target checked at once. */
function Resume({ target, changed }: { target: string; changed: () => void }) {
  const { texts } = useApp();
  const resume = useChange("resume");
  const press = async () => {
    if (await resume.run({ target })) {
      toast(texts.toast.resumed);
      changed();
    }
  };
  return (
    <>
      {resume.error ? <CallFailure error={resume.error} /> : null}
      <Row>
        <Button type="primary" pending={resume.isPending} onPress={press}>
          {texts.target.resume}
        </Button>
      </Row>
    </>
  );
}
