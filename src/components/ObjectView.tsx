/** One object beside its page in the Dashboard: how it stands in kintone, and "sync now". */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { Box, Button, ContextView } from "@stripe/ui-extension-sdk/ui";
import type { ObjectKind, ObjectState } from "../api/types.ts";
import { AppProvider, useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { patiently, type Reading, useRead } from "../hooks/useRead.ts";
import type { Texts } from "../texts/index.ts";
import { toast } from "../toast.ts";
import { ModeBadge, StatusBadge } from "./badges.tsx";
import { Children } from "./Children.tsx";
import { Happenings } from "./Happenings.tsx";
import { Note, Row, Stack } from "./layout.tsx";
import { RecordCard } from "./RecordCard.tsx";
import { CallFailure, Found, ReadOnly } from "./states.tsx";

/** A view of the objects of a kind. */
export function ObjectView({ context, kind }: { context: ExtensionContextValue; kind: ObjectKind }) {
  return (
    <AppProvider context={context}>
      <Panel kind={kind} id={context.environment.objectContext?.id ?? ""} />
    </AppProvider>
  );
}

function Panel({ kind, id }: { kind: ObjectKind; id: string }) {
  const { texts, mayChange } = useApp();
  const reading = useRead("object", { kind, id }, ({ records }, times) =>
    records.some(({ standing }) => standing === "waiting") ? patiently(times) : undefined,
  );
  const sync = useChange("sync");
  const syncNow = async () => {
    const answer = await sync.run({ object: { kind, id } });
    if (answer) {
      toast(answer.records > 0 ? texts.toast.syncing : texts.toast.nothingToSync);
      reading.reload();
    }
  };
  const isWritten = (reading.value?.records.length ?? 0) > 0;
  const action = (
    <Button type="primary" pending={sync.isPending} onPress={syncNow}>
      {texts.action.sync}
    </Button>
  );
  return (
    <ContextView title={texts.objectTitle[kind]} {...(mayChange && isWritten ? { actions: action } : {})}>
      <Stack gap="large">
        <Glance state={isWritten ? reading.value : undefined} reading={reading} />
        {sync.error ? <CallFailure error={sync.error} retry={syncNow} /> : null}
        <Found reading={reading}>
          {(state) => <Details state={state} kind={kind} changed={reading.reload} />}
        </Found>
      </Stack>
    </ContextView>
  );
}

/** How it stands, before anything is read. */
function Glance({ state, reading }: { state: ObjectState | undefined; reading: Reading<ObjectState> }) {
  const { texts } = useApp();
  return (
    <Stack gap="small">
      <Row>
        {state ? <StatusBadge standing={state.standing} /> : null}
        <ModeBadge />
        {state ? (
          <Button size="small" pending={reading.isLoading} onPress={reading.reload}>
            {texts.action.reload}
          </Button>
        ) : null}
      </Row>
      {state ? <Box>{standingText(state, texts)}</Box> : null}
    </Stack>
  );
}

function standingText({ standing, records }: ObjectState, texts: Texts): string {
  if (standing === "in_sync" && records.some(({ compared }) => !compared)) {
    return texts.object.asWritten;
  }
  // What keeps it waiting is told below.
  if (standing === "waiting" && records.some((record) => record.standing === "waiting" && record.text)) {
    return texts.object.waitsLonger;
  }
  const isKept = standing === "in_sync" && records.some(({ fields }) => fields.some(({ keeps }) => keeps));
  return isKept ? texts.object.asMapped : texts.standingText[standing];
}

function Details({ state, kind, changed }: { state: ObjectState; kind: ObjectKind; changed: () => void }) {
  const { texts } = useApp();
  return (
    <>
      <ReadOnly />
      {state.records.length === 0 ? <Note>{texts.object.noTargets}</Note> : null}
      {state.records.map((record) => (
        <RecordCard
          key={record.target}
          record={record}
          isOnly={state.records.length === 1}
          changed={changed}
        />
      ))}
      {kind === "customer" ? <Children state={state} /> : null}
      <Happenings happened={state.happened} />
    </>
  );
}
