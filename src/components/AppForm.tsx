/** Connects a kintone app: its address and its token, tried at once. */

import { Banner, Button, TextField } from "@stripe/ui-extension-sdk/ui";
import { useRef, useState } from "react";
import type { AppFound, AppState, Connect, TryApp } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { addressFrom, addressText } from "../mapping/address.ts";
import { unused } from "../mapping/draft.ts";
import { count } from "../texts/format.ts";
import { toast } from "../toast.ts";
import { Card, Note, Row } from "./layout.tsx";
import { CallFailure } from "./states.tsx";

interface Props {
  /** The app whose connection is changed; nothing: one more is connected. */
  readonly app?: AppState;
  readonly aliases: readonly string[];
  readonly etag: string | null | undefined;
  readonly connected: () => void;
  readonly cancel?: () => void;
}

export function AppForm({ app, aliases, etag, connected, cancel }: Props) {
  const { texts } = useApp();
  const of = texts.app;
  const [typed, setTyped] = useState(() => (app ? addressText(app.address) : ""));
  const [token, setToken] = useState("");
  const [found, setFound] = useState<AppFound>();
  const attempt = useChange("try_app");
  const connect = useChange("connect");
  const address = addressFrom(typed);
  const hasToken = token.trim() !== "" || app?.token === true;
  const secret = token.trim() === "" ? {} : { token: token.trim() };
  const changed = (set: (text: string) => void) => (event: { target: { value: string } }) => {
    set(event.target.value);
    setFound(undefined);
  };
  const alias = app?.alias ?? unused(found?.name ?? `kintone ${address?.app ?? ""}`, aliases);
  const newest = useRef("");
  newest.current = JSON.stringify([typed, token]);
  const test = async () => {
    const tried = newest.current;
    const request: TryApp | undefined = address && { address, alias, ...secret };
    const answer = request && (await attempt.run(request));
    // It may have come after something else was typed, and only what was tried may be stored.
    setFound(newest.current === tried ? answer : undefined);
  };
  const save = async () => {
    const request: Connect | undefined = address && { alias, address, ...secret, ...(etag ? { etag } : {}) };
    if (request && (await connect.run(request))) {
      toast(texts.toast.connected);
      connected();
    }
  };
  const isWrong = typed.trim() !== "" && address === undefined;
  return (
    <Card>
      <TextField
        label={of.address}
        description={of.addressHelp}
        placeholder={of.addressExample}
        defaultValue={typed}
        invalid={isWrong}
        {...(isWrong ? { error: of.addressWrong } : {})}
        onChange={changed(setTyped)}
      />
      {address?.guest_space ? <Note>{of.guest(address.guest_space)}</Note> : null}
      <TextField
        type="password"
        autoComplete="off"
        label={of.token}
        description={app?.token ? of.tokenKept : of.tokenHelp}
        defaultValue=""
        onChange={changed(setToken)}
      />
      {attempt.error ? <CallFailure error={attempt.error} /> : null}
      {connect.error ? <CallFailure error={connect.error} /> : null}
      {found ? <FoundApp found={found} /> : null}
      <Row>
        <Button disabled={!address || !hasToken} pending={attempt.isPending} onPress={test}>
          {of.test}
        </Button>
        <Button type="primary" disabled={!found} pending={connect.isPending} onPress={save}>
          {of.connect}
        </Button>
        {cancel ? <Button onPress={cancel}>{texts.action.cancel}</Button> : null}
      </Row>
    </Card>
  );
}

/** What answered. */
function FoundApp({ found }: { found: AppFound }) {
  const { texts, language } = useApp();
  const of = texts.app;
  const { properties } = found.form as { properties?: object };
  const facts = [
    of.fields(count(Object.keys(properties ?? {}).length, language)),
    of.records(count(found.records, language)),
    ...(found.records > 0 ? [of.hasRecords] : []),
  ];
  return (
    <Banner
      title={found.name ? of.found(found.name) : of.foundUnnamed}
      description={facts.join(language === "ja" ? "。" : ". ")}
    />
  );
}
