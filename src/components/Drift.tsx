/** What changed in kintone's forms since the mapping was stored, and what no longer fits. */

import { Banner, Button, List, ListItem } from "@stripe/ui-extension-sdk/ui";
import { memo } from "react";
import type { Configuration } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { toast } from "../toast.ts";
import { Row, Stack } from "./layout.tsx";
import { CallFailure } from "./states.tsx";

interface Props {
  readonly configuration: Configuration;
  /** Whether the editor holds what is not stored. */
  readonly isEdited: boolean;
  readonly changed: () => void;
}

export const Drift = memo(function Drift({ configuration, isEdited, changed }: Props) {
  const { texts, language, mayChange } = useApp();
  const { drift: issues } = configuration;
  if (issues.length === 0) {
    return null;
  }
  const isBroken = issues.some(({ severity }) => severity === "error");
  const of = texts.drift;
  return (
    <Stack gap="small">
      <Banner
        type={isBroken ? "critical" : "caution"}
        title={of.title}
        description={isBroken ? of.broken : of.changed}
      />
      <List>
        {issues.map(({ code, target, field, label, text }) => (
          <ListItem
            key={`${target} ${field} ${code} ${text.en}`}
            title={label ?? field ?? target ?? code}
            secondaryTitle={text[language]}
          />
        ))}
      </List>
      {mayChange && !isBroken ? (
        <Seen configuration={configuration} isEdited={isEdited} changed={changed} />
      ) : null}
    </Stack>
  );
});

/** The mapping is stored as it is: whoever stores it has seen what changed. */
function Seen({ configuration, isEdited, changed }: Props) {
  const { texts } = useApp();
  const put = useChange("put_mapping");
  const { mapping, mapping_etag: etag } = configuration;
  const store = async () => {
    if (await put.run({ mapping, ...(etag ? { etag } : {}) })) {
      toast(texts.toast.seen);
      changed();
    }
  };
  return (
    <>
      {put.error ? <CallFailure error={put.error} /> : null}
      <Row>
        <Button disabled={isEdited} pending={put.isPending} onPress={store}>
          {texts.drift.seen}
        </Button>
      </Row>
    </>
  );
}
