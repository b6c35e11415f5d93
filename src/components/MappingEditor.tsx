/** The mapping: each target, what is wrong with it, and saving it. */

import { Accordion, AccordionItem, Badge, Banner, Button, Select } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import type { AppState } from "../api/types.ts";
import { useApp } from "../app.tsx";
import type { Editing, Suggested } from "../hooks/useMapping.ts";
import type { Source } from "../logic/index.ts";
import { errorsIn } from "../mapping/check.ts";
import type { TargetDraft } from "../mapping/draft.ts";
import { named } from "../texts/index.ts";
import { Card, Note, Row, Stack } from "./layout.tsx";
import { CallFailure, Loading } from "./states.tsx";
import { TargetEditor } from "./TargetEditor.tsx";

interface Props {
  readonly editing: Editing;
  readonly apps: readonly AppState[];
}

export function MappingEditor({ editing, apps }: Props) {
  const { texts } = useApp();
  const { draft } = editing;
  if (!editing.isReady) {
    return <Loading />;
  }
  return (
    <Stack>
      {draft.targets.length === 0 ? (
        <Note>{texts.mapping.none}</Note>
      ) : (
        <Accordion>
          {draft.targets.map((target) => (
            <TargetItem
              key={`${editing.generation} ${target.name}`}
              target={target}
              editing={editing}
              apps={apps}
            />
          ))}
        </Accordion>
      )}
      <AddTarget suggest={editing.suggest} apps={apps} />
      {draft.targets.length === 0 ? null : <Save editing={editing} />}
    </Stack>
  );
}

function TargetItem({ target, editing, apps }: Props & { target: TargetDraft }) {
  const { texts } = useApp();
  const checked = editing.checked.get(target.name);
  const source = named(texts.mapping.sources, target.target.source);
  const isWrong = errorsIn(target, checked) > 0;
  return (
    <AccordionItem
      title={texts.mapping.target(source, target.target.app)}
      // Always a badge: one that is taken away is told to the Dashboard before what is wrong with a field,
      // and drawn before it.
      subtitle={
        <Badge type={isWrong ? "negative" : "neutral"}>
          {isWrong ? texts.mapping.toMend : texts.mapping.rules(target.rules.length)}
        </Badge>
      }
      defaultOpen={editing.draft.targets.length === 1}
    >
      <TargetEditor
        draft={target}
        app={apps.find(({ alias }) => alias === target.target.app)}
        checked={checked}
        suggestion={editing.suggestions.get(target.name)}
        change={editing.changeTarget}
        remove={editing.removeTarget}
      />
    </AccordionItem>
  );
}

interface AddProps {
  readonly apps: readonly AppState[];
  readonly suggest: Editing["suggest"];
}

/** What becomes records of which app; the rest is suggested. */
const AddTarget = memo(function AddTarget({ suggest, apps }: AddProps) {
  const { texts, mayChange } = useApp();
  const [source, setSource] = useState<Source>("customer");
  const [alias, setAlias] = useState<string>();
  const [came, setCame] = useState<Suggested>("added");
  const of = texts.mapping;
  if (!mayChange) {
    return null;
  }
  if (apps.length === 0) {
    return <Note>{of.noApp}</Note>;
  }
  const app = apps.find((app) => app.alias === alias) ?? apps[0];
  const add = (mayReplace: boolean) =>
    setCame(app === undefined ? "unread" : suggest(source, app, mayReplace));
  // What was asked was asked about another choice.
  const choose = (set: () => void) => {
    set();
    setCame("added");
  };
  return (
    <Card>
      <Row align="bottom">
        <Select
          label={of.addSource}
          defaultValue={source}
          onChange={(event) => choose(() => setSource(event.target.value as Source))}
        >
          {Object.entries(of.sources).map(([source, text]) => (
            <option key={source} value={source}>
              {text}
            </option>
          ))}
        </Select>
        <Select
          label={of.addApp}
          defaultValue={app?.alias ?? ""}
          onChange={(event) => choose(() => setAlias(event.target.value))}
        >
          {apps.map(({ alias }) => (
            <option key={alias} value={alias}>
              {alias}
            </option>
          ))}
        </Select>
        <Button onPress={() => add(false)}>{of.suggest}</Button>
      </Row>
      <Note>{of.suggestText}</Note>
      {came === "unread" ? <Banner type="caution" description={of.noForm} /> : null}
      {came === "there" ? <Replace replace={() => add(true)} stay={() => setCame("added")} /> : null}
    </Card>
  );
});

/** A suggestion drops what was made of an earlier one by hand. */
function Replace({ replace, stay }: { replace: () => void; stay: () => void }) {
  const { texts } = useApp();
  const of = texts.mapping;
  return (
    <>
      <Banner type="caution" title={of.replaceTitle} description={of.replaceText} />
      <Row>
        <Button type="destructive" onPress={replace}>
          {of.replace}
        </Button>
        <Button onPress={stay}>{texts.action.cancel}</Button>
      </Row>
    </>
  );
}

function Save({ editing }: { editing: Editing }) {
  const { texts, mayChange } = useApp();
  const { checked, errors, isChanged, isSound, isSaving, isSuggested, error, save } = editing;
  const issues = [...checked.values()].flatMap(({ issues }) => issues);
  const of = texts.mapping;
  const verdict = isSound ? (issues.length > 0 ? of.warnings(issues.length) : of.valid) : of.errors(errors);
  return (
    <Stack gap="small">
      {isSuggested ? <Note>{of.suggested}</Note> : null}
      {error ? <CallFailure error={error} retry={save} /> : null}
      <Row>
        {mayChange ? (
          <Button type="primary" disabled={!isChanged || !isSound} pending={isSaving} onPress={save}>
            {texts.action.save}
          </Button>
        ) : null}
        <Note>{verdict}</Note>
        {isChanged ? <Badge type="info">{of.unsaved}</Badge> : null}
      </Row>
    </Stack>
  );
}
