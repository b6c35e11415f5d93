/** What a view shows while it has nothing to show. */

import { Banner, Box, Button, List, ListItem, Spinner } from "@stripe/ui-extension-sdk/ui";
import type { ReactNode } from "react";
import type { CallError } from "../api/error.ts";
import { useApp } from "../app.tsx";
import type { Reading } from "../hooks/useRead.ts";
import { explained } from "../texts/explain.ts";
import { Row } from "./layout.tsx";

/** It is on its way. */
export function Loading() {
  const { texts } = useApp();
  return (
    <Row>
      <Spinner size="small" />
      <Box css={{ color: "secondary" }}>{texts.loading}</Box>
    </Row>
  );
}

/** A call came to nothing: where it ended, and what to do. */
export function CallFailure({ error, retry }: { error: CallError; retry?: () => void }) {
  const { texts, language } = useApp();
  const { title, text } = explained(error, texts, language);
  const mayHelp = retry !== undefined && !error.isPermission;
  return (
    <>
      <Banner
        type={error.isPermission ? "caution" : "critical"}
        title={title}
        description={text}
        {...(mayHelp ? { actions: <Button onPress={retry}>{texts.action.retry}</Button> } : {})}
      />
      {error.issues.length > 0 ? (
        <List>
          {error.issues.map((issue) => (
            <ListItem key={issue.en} title={issue[language]} />
          ))}
        </List>
      ) : null}
    </>
  );
}

/** Reading was refused: who may read is an administrator's choice. */
function NoPermission() {
  const { texts } = useApp();
  const { title, read } = texts.error.permission;
  return <Banner type="caution" title={title} description={read} />;
}

/** Nobody has set the sync up. */
export function Unconfigured() {
  const { texts } = useApp();
  const { title, text, open } = texts.unconfigured;
  const action = <Button href={{ name: "onboarding" }}>{open}</Button>;
  return <Banner title={title} description={text} actions={action} />;
}

/** What was set up came from another version of the Worker. */
export function Unreadable({ text }: { text: string }) {
  const { texts } = useApp();
  return <Banner type="critical" title={texts.unreadable} description={text} />;
}

/** What was read, or why there is nothing. */
export function Found<T>({ reading, children }: { reading: Reading<T>; children: (value: T) => ReactNode }) {
  const { language } = useApp();
  const { value, error, reload } = reading;
  if (error?.isUnconfigured) {
    return <Unconfigured />;
  }
  if (error?.reason === "configuration_unreadable" && error.text) {
    return <Unreadable text={error.text[language]} />;
  }
  if (error?.isPermission) {
    return error.reason === "roles_unproven" ? <CallFailure error={error} /> : <NoPermission />;
  }
  if (value === undefined) {
    return error ? <CallFailure error={error} retry={reload} /> : <Loading />;
  }
  return (
    <>
      {error ? <CallFailure error={error} retry={reload} /> : null}
      {children(value)}
    </>
  );
}

/** That one may look only. */
export function ReadOnly() {
  const { texts, mayChange } = useApp();
  return mayChange ? null : <Banner description={texts.readOnly} />;
}
