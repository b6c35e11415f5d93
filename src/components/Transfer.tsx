/** Exports the mapping, and imports another one. */

import { clipboardWriteText } from "@stripe/ui-extension-sdk/clipboard";
import { Banner, Button, TextArea } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import { useApp } from "../app.tsx";
import { useLogic } from "../hooks/useLogic.ts";
import type { Editing } from "../hooks/useMapping.ts";
import type { Mapping } from "../logic/index.ts";
import { draftOf } from "../mapping/draft.ts";
import { toast } from "../toast.ts";
import { Note, Row, Stack } from "./layout.tsx";

interface Props {
  /** Whether there is one. */
  readonly isThere: boolean;
  /** Gives the mapping as it stands. */
  readonly mapping: () => Mapping;
  readonly replace: Editing["replace"];
}

export const Transfer = memo(function Transfer({ isThere, mapping, replace }: Props) {
  const { texts, mayChange } = useApp();
  const of = texts.transfer;
  const copy = async () => {
    await clipboardWriteText(JSON.stringify(mapping(), null, 2));
    toast(texts.toast.copied);
  };
  return (
    <Stack gap="small">
      <Note>{of.text}</Note>
      {isThere ? (
        <Row>
          <Button onPress={copy}>{of.export}</Button>
        </Row>
      ) : null}
      {mayChange ? <Import replace={replace} /> : null}
    </Stack>
  );
});

/** A text becomes the draft once the logic can read it as a mapping; storing it is another step. */
function Import({ replace }: Pick<Props, "replace">) {
  const { texts } = useApp();
  const of = texts.transfer;
  const logic = useLogic();
  const [text, setText] = useState("");
  const [refusedAt, setRefusedAt] = useState<string>();
  const take = () => {
    const answer = logic?.call("check_mapping", { mapping: text });
    if (answer && "ok" in answer) {
      replace(draftOf(JSON.parse(text)));
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
