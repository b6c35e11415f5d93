/** The kintone apps that are connected, and a way to connect one more. */

import { Badge, Button } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import type { AppState, Configuration } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { toast } from "../toast.ts";
import { AppForm } from "./AppForm.tsx";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { Outside } from "./Outside.tsx";
import { CallFailure } from "./states.tsx";

interface Props {
  readonly configuration: Configuration;
  readonly changed: () => void;
}

export const AppList = memo(function AppList({ configuration, changed }: Props) {
  const { texts, mayChange } = useApp();
  const [isAdding, setIsAdding] = useState(false);
  const { apps, connections_etag: etag } = configuration;
  const aliases = apps.map(({ alias }) => alias);
  const connected = () => {
    setIsAdding(false);
    changed();
  };
  return (
    <>
      {apps.length === 0 ? <Note>{texts.app.none}</Note> : null}
      {apps.map((app) => (
        <AppLine key={app.alias} app={app} aliases={aliases} etag={etag} changed={changed} />
      ))}
      {isAdding ? (
        <AppForm aliases={aliases} etag={etag} connected={connected} cancel={() => setIsAdding(false)} />
      ) : mayChange ? (
        <Row>
          <Button type={apps.length === 0 ? "primary" : "secondary"} onPress={() => setIsAdding(true)}>
            {texts.app.add}
          </Button>
        </Row>
      ) : null}
    </>
  );
});

interface LineProps {
  readonly app: AppState;
  readonly aliases: readonly string[];
  readonly etag: string | null | undefined;
  readonly changed: () => void;
}

function AppLine({ app, aliases, etag, changed }: LineProps) {
  const { texts, mayChange } = useApp();
  const [isEditing, setIsEditing] = useState(false);
  const connect = useChange("connect");
  // Connected as it is, with the token that is stored: its form is read on the way.
  const readAgain = async () => {
    const { alias, address } = app;
    if (await connect.run({ alias, address, ...(etag ? { etag } : {}) })) {
      toast(texts.toast.formRead);
      changed();
    }
  };
  const connected = () => {
    setIsEditing(false);
    changed();
  };
  return (
    <Card>
      <Row>
        <Strong>{app.alias}</Strong>
        {app.token ? (
          <Badge type="positive">{texts.app.tokenStored}</Badge>
        ) : (
          <Badge type="warning">{texts.app.tokenMissing}</Badge>
        )}
        <Outside href={app.url}>{texts.action.openApp}</Outside>
        {mayChange && !isEditing ? (
          <>
            {app.token ? (
              <Button size="small" pending={connect.isPending} onPress={readAgain}>
                {texts.app.readForm}
              </Button>
            ) : null}
            <Button size="small" onPress={() => setIsEditing(true)}>
              {texts.app.edit}
            </Button>
          </>
        ) : null}
      </Row>
      <Note>{app.url}</Note>
      {connect.error ? <CallFailure error={connect.error} /> : null}
      {isEditing ? (
        <AppForm
          app={app}
          aliases={aliases}
          etag={etag}
          connected={connected}
          cancel={() => setIsEditing(false)}
        />
      ) : null}
    </Card>
  );
}
