/** An object's record in one kintone app. */

import { Banner, Button } from "@stripe/ui-extension-sdk/ui";
import type { RecordState } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { moment } from "../texts/format.ts";
import { toast } from "../toast.ts";
import { StatusBadge } from "./badges.tsx";
import { FieldTable } from "./FieldTable.tsx";
import { Note, Row, Stack, Strong } from "./layout.tsx";
import { Outside } from "./Outside.tsx";
import { CallFailure } from "./states.tsx";

interface Props {
  readonly record: RecordState;
  /** Whether it is the object's only record, whose standing is said above. */
  readonly isOnly: boolean;
  readonly changed: () => void;
}

export function RecordCard({ record, isOnly, changed }: Props) {
  const { texts, language } = useApp();
  return (
    <Stack gap="small">
      <Row>
        <Strong>{record.app}</Strong>
        {isOnly ? null : <StatusBadge standing={record.standing} />}
        {record.url ? <Outside href={record.url}>{texts.action.open}</Outside> : null}
      </Row>
      <Reason record={record} changed={changed} />
      <Comparison record={record} />
      <FieldTable fields={record.fields} compared={record.compared} />
      {record.written ? <Note>{texts.object.written(moment(record.written, language))}</Note> : null}
    </Stack>
  );
}

/** Whether kintone holds what Stripe says, as far as it was looked at. */
function Comparison({ record }: { record: RecordState }) {
  const { texts, mayChange } = useApp();
  const { standing, compared, differing, fields, text, url } = record;
  if (compared) {
    const isKept = differing === 0 && fields.some(({ keeps }) => keeps);
    return <Note>{isKept ? texts.object.kept : texts.object.differences(differing)}</Note>;
  }
  if (standing === "not_linked") {
    return mayChange && !text ? <Note>{texts.object.maySync}</Note> : null;
  }
  // What is told to be deleted was read.
  const isUnread = url && standing !== "differs";
  return isUnread ? <Note>{texts.object.notCompared}</Note> : null;
}

const LOUD = { failed: "critical", stopped: "caution" } as const;

/** Why it is not as it should be, what to do, and the button that does it. */
function Reason({ record, changed }: { record: RecordState; changed: () => void }) {
  const { texts, language, mayChange } = useApp();
  const replay = useChange("replay");
  const { text, failure, standing } = record;
  if (!text) {
    return null;
  }
  const again = async () => {
    const answer = failure ? await replay.run({ ids: [failure] }) : undefined;
    if (answer) {
      toast(texts.toast.replayed(answer.count));
      changed();
    }
  };
  const isLoud = standing === "failed" || standing === "stopped";
  const action = (
    <Button type="primary" pending={replay.isPending} onPress={again}>
      {texts.failures.replay}
    </Button>
  );
  return (
    <>
      <Banner
        {...(isLoud ? { type: LOUD[standing], title: texts.object.reason[standing] } : {})}
        description={text[language]}
        {...(failure && mayChange ? { actions: action } : {})}
      />
      {replay.error ? <CallFailure error={replay.error} /> : null}
    </>
  );
}
