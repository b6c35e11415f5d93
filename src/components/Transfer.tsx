/** Takes the mapping out, and another one in. */

import { clipboardWriteText } from "@stripe/ui-extension-sdk/clipboard";
import { Banner, Button, TextArea } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import { useApp } from "../app.tsx";
import { useLogic } from "../hooks/useLogic.ts";
import type { Editing } from "../hooks/useMapping.ts";
import { draftOf, mappingOf } from "../mapping/draft.ts";
import { toast } from "../toast.ts";
import { Note, Row, Stack } from "./layout.tsx";

export function Transfer({ editing }: { editing: Editing }) {
  const { texts, mayChange } = useApp();
  const of = texts.transfer;
  const copy = async () => {
    await clipboardWriteText(JSON.stringify(mappingOf(editing.draft), null, 2));
    toast(texts.toast.copied);
  };
  return (
    <Stack gap="small">
      <Note>{of.text}</Note>
      {editing.draft.targets.length > 0 ? (
        <Row>
          <Button onPress={copy}>{of.export}</Button>
        </Row>
      ) : null}
      {mayChange ? <Import editing={editing} /> : null}
    </Stack>
  );
}

/** A text becomes the draft once the logic can read it as a mapping; storing it is another step. */
function Import({ editing }: { editing: Editing }) {
  const { texts } = useApp();
  const of = texts.transfer;
  const logic = useLogic();
  const [text, setText] = useState("");
  const [refusedAt, setRefusedAt] = useState<string>();
  const take = () => {
    const answer = logic?.call("check_mapping", { mapping: text });
    if (answer && "ok" in answer) {
      editing.replace(draftOf(JSON.parse(text)));
      toast(texts.toast.imported);
    }
    setRefusedAt(answer && "error" in answer ? answer.error.path : undefined);
  };
  return (
    <>
      <TextArea
        label={of.importLabel}
        defaultValue=""
        rows={6}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      {refusedAt === undefined ? null : <Banner type="critical" description={of.importRefused(refusedAt)} />}
      <Row>
        <Button disabled={text.trim() === "" || !logic} onPress={take}>
          {of.import}
        </Button>
      </Row>
    </>
  );
}
