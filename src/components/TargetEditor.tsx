/** One target of the mapping: its key, its rules, the fields that have none, and a preview. */

import { Banner, Button, Select } from "@stripe/ui-extension-sdk/ui";
import { useCallback, useMemo, useState } from "react";
import type { AppState } from "../api/types.ts";
import { useApp } from "../app.tsx";
import type { FieldRule, Issue, Suggestion } from "../logic/index.ts";
import type { Checked } from "../mapping/check.ts";
import { type TargetDraft, withField, withoutRule, withRule } from "../mapping/draft.ts";
import { appOf, type FormField, fieldsOf, writable } from "../mapping/form.ts";
import { Note, Row, Section, Stack } from "./layout.tsx";
import { Preview } from "./Preview.tsx";
import { RuleRow } from "./RuleRow.tsx";
import { Behaviour, KeyField } from "./TargetSettings.tsx";

interface Props {
  readonly draft: TargetDraft;
  readonly app: AppState | undefined;
  readonly checked: Checked | undefined;
  readonly suggestion: Suggestion | undefined;
  readonly change: (name: string, change: (target: TargetDraft) => TargetDraft) => void;
  readonly remove: (name: string) => void;
}

export function TargetEditor({ draft, app, checked, suggestion, change, remove }: Props) {
  const { texts } = useApp();
  const { name, target } = draft;
  const fields = useMemo(() => fieldsOf(appOf(app)), [app]);
  const ruled = JSON.stringify(draft.rules.map(({ rule }) => rule.field));
  // As one object for as long as it holds the same: a key stroke in a value does not draw anew what takes it.
  const written = useMemo<readonly string[]>(() => JSON.parse(ruled), [ruled]);
  const set = useCallback(
    (target: TargetDraft["target"]) => change(name, (old) => ({ ...old, target })),
    [change, name],
  );
  return (
    <Stack>
      {fields.size === 0 ? <Banner type="caution" description={texts.mapping.noForm} /> : null}
      <KeyField target={target} fields={fields} change={set} />
      <WholeIssues checked={checked} />
      <Rules draft={draft} fields={fields} checked={checked} suggestion={suggestion} change={change} />
      <AddField draft={draft} fields={fields} suggestion={suggestion} change={change} />
      <Behaviour target={target} fields={fields} written={written} change={set} />
      <Preview draft={draft} app={app} fields={fields} />
      <Remove remove={() => remove(name)} />
    </Stack>
  );
}

/** Takes the whole target out of the draft. */
function Remove({ remove }: { remove: () => void }) {
  const { texts, mayChange } = useApp();
  if (!mayChange) {
    return null;
  }
  return (
    <Section title={texts.mapping.removeTarget}>
      <Note>{texts.mapping.removeTargetText}</Note>
      <Row>
        <Button type="destructive" onPress={remove}>
          {texts.mapping.removeTarget}
        </Button>
      </Row>
    </Section>
  );
}

/** What is wrong with the target as a whole. */
function WholeIssues({ checked }: { checked: Checked | undefined }) {
  const { texts, language } = useApp();
  const whole = (checked?.issues ?? []).filter(({ rule }) => typeof rule !== "number");
  return (
    <>
      {whole.map((issue) => (
        <Banner
          key={`${issue.code} ${issue.field}`}
          type={issue.severity === "error" ? "critical" : "caution"}
          description={issue.text[language]}
        />
      ))}
      {checked?.unreadable === -1 ? <Banner type="critical" description={texts.mapping.unreadable} /> : null}
    </>
  );
}

interface RulesProps {
  readonly draft: TargetDraft;
  readonly fields: Map<string, FormField>;
  readonly checked: Checked | undefined;
  readonly suggestion: Suggestion | undefined;
  readonly change: Props["change"];
}

function Rules({ draft, fields, checked, suggestion, change }: RulesProps) {
  const { texts, language } = useApp();
  const { name, rules } = draft;
  const set = useCallback(
    (id: number, rule: FieldRule | undefined) => change(name, (target) => withRule(target, id, rule)),
    [change, name],
  );
  const remove = useCallback(
    (id: number) => change(name, (target) => withoutRule(target, id)),
    [change, name],
  );
  const said = (index: number, severity: Issue["severity"]) =>
    checked?.issues.find((issue) => issue.rule === index && issue.severity === severity)?.text[language];
  return (
    <Stack gap="small">
      {rules.map((rule, index) => {
        const why = suggestion?.rules.find(({ field }) => field === rule.rule.field);
        const unreadable = checked?.unreadable === index ? texts.mapping.unreadable : undefined;
        return (
          <RuleRow
            key={rule.id}
            draft={rule}
            field={fields.get(rule.rule.field)}
            source={draft.target.source}
            error={unreadable ?? said(index, "error")}
            warning={said(index, "warning")}
            confidence={why?.confidence}
            reason={why?.reason[language]}
            change={set}
            remove={remove}
          />
        );
      })}
    </Stack>
  );
}

/** Fields of the form that no rule names, with a way to add one. */
function AddField({ draft, fields, suggestion, change }: Omit<RulesProps, "checked">) {
  const { texts, language, mayChange } = useApp();
  const { name, target, rules } = draft;
  const [chosen, setChosen] = useState("");
  const named = new Set([target.key.field, ...rules.map(({ rule }) => rule.field)]);
  const left = writable(fields).filter(({ code }) => !named.has(code));
  const of = texts.mapping;
  if (!mayChange) {
    return null;
  }
  if (fields.size === 0 || left.length === 0) {
    return fields.size === 0 ? null : <Note>{of.allMapped}</Note>;
  }
  const field = left.find(({ code }) => code === chosen);
  const why = suggestion?.unmatched.find(({ field }) => field === chosen);
  const add = () => {
    change(name, (target) => withField(target, chosen));
    setChosen("");
  };
  return (
    <Section title={of.unmatched}>
      <Row align="bottom">
        <Select
          key={rules.length}
          label={of.addFieldChoose}
          defaultValue=""
          onChange={(event) => setChosen(event.target.value)}
        >
          <option value="">—</option>
          {left.map(({ code, label, required }) => (
            <option key={code} value={code}>
              {required ? `${label}（${of.required}）` : label}
            </option>
          ))}
        </Select>
        <Button disabled={field === undefined} onPress={add}>
          {of.addField}
        </Button>
      </Row>
      {why ? <Note>{why.reason[language]}</Note> : null}
    </Section>
  );
}
