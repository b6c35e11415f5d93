/** One field rule: the field, where its value comes from, and what is wrong with it. */

import { Badge, Button } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import { useApp } from "../app.tsx";
import type { FieldRule, Source } from "../logic/index.ts";
import type { RuleDraft } from "../mapping/draft.ts";
import type { FormField } from "../mapping/form.ts";
import { asKind, jsonOf, kindOf, kindsFor, ruleFrom, type ValueKind } from "../mapping/rule.ts";
import { nameOf } from "../mapping/transform.ts";
import { named } from "../texts/index.ts";
import { Choice, choicesOf } from "./Choice.tsx";
import { TextArea } from "./inputs.tsx";
import { Card, Note, Row, Strong } from "./layout.tsx";
import { Remove } from "./Remove.tsx";
import { RowsInput } from "./RowsInput.tsx";
import { RuleDetails } from "./RuleDetails.tsx";
import { ValueInput } from "./ValueInput.tsx";

interface Props {
  readonly draft: RuleDraft;
  readonly field: FormField | undefined;
  readonly source: Source;
  /** What is wrong, in the reader's language. Texts, so that a row that did not change is not drawn anew. */
  readonly error: string | undefined;
  readonly warning: string | undefined;
  /** Where it was suggested: how sure, and why. */
  readonly confidence: string | undefined;
  readonly reason: string | undefined;
  readonly change: (id: number, rule: FieldRule | undefined) => void;
  readonly remove: (id: number) => void;
}

/** Drawn anew only where it changed: a hundred of them stand below each other, and people type fast. */
export const RuleRow = memo(function RuleRow(props: Props) {
  const { draft, field, source, error, warning, confidence, reason, change, remove } = props;
  const { texts } = useApp();
  const { id, rule } = draft;
  const [kind, setKind] = useState<ValueKind>(() => kindOf(rule.value));
  const [isOpen, setIsOpen] = useState(false);
  const of = texts.mapping;
  const set = (rule: FieldRule | undefined) => change(id, rule);
  const choose = (kind: ValueKind) => {
    setKind(kind);
    if (kind !== "other") {
      set({ ...rule, value: asKind(rule.value, kind, field, source) });
    }
  };
  // What a text says is told where it is typed; the rest stands below.
  const isTold = kind === "path" || kind === "first" || kind === "template" || kind === "constant";
  return (
    <Card>
      <Row>
        <Strong>{field?.label ?? rule.field}</Strong>
        {field?.required ? <Badge type="info">{of.required}</Badge> : null}
        {rule.hidden ? <Badge type="neutral">{of.isHidden}</Badge> : null}
        {confidence ? (
          <Badge type={confidence === "low" ? "warning" : "neutral"}>
            {named(of.confidence, confidence)}
          </Badge>
        ) : null}
      </Row>
      {field && field.label === rule.field ? null : <Note>{rule.field}</Note>}
      {reason ? <Note>{reason}</Note> : null}
      <Row align="top">
        <Choice
          isBare
          label={of.from}
          value={kind}
          choices={choicesOf(of.kinds, kindsFor(field, source, kind))}
          change={choose}
        />
        {kind === "other" || kind === "rows" ? null : (
          <ValueInput
            key={kind}
            kind={kind}
            value={rule.value}
            error={error}
            change={(value) => set({ ...rule, value })}
          />
        )}
        {kind === "other" ? null : (
          <Button size="small" onPress={() => setIsOpen(!isOpen)}>
            {isOpen ? of.closeDetails : of.openDetails}
          </Button>
        )}
        <Remove remove={() => remove(id)} />
      </Row>
      {kind === "other" ? <Json draft={draft} error={error} change={set} /> : null}
      {kind === "rows" && "rows" in rule.value ? (
        <RowsInput
          rows={rule.value.rows}
          field={field}
          source={source}
          change={(rows) => set({ ...rule, value: { rows } })}
        />
      ) : null}
      {isOpen || kind === "other" ? null : <Summary rule={rule} />}
      {error && !isTold && kind !== "other" ? <Wrong text={error} /> : null}
      {warning ? <Note>{warning}</Note> : null}
      {isOpen && kind !== "other" ? <RuleDetails rule={rule} field={field} change={set} /> : null}
    </Card>
  );
});

/** What is done to the value, as long as nobody looks closer. */
function Summary({ rule }: { rule: FieldRule }) {
  const { texts } = useApp();
  const of = texts.mapping;
  const steps = (rule.transform ?? []).map((step) => named(of.steps, nameOf(step)));
  const policy = rule.write_policy ?? "always";
  const said = [
    ...(steps.length > 0 ? [of.transform(steps.join(" → "))] : []),
    ...(policy === "always" ? [] : [of.writePolicies[policy]]),
  ];
  return said.length === 0 ? null : <Note>{said.join(" · ")}</Note>;
}

function Wrong({ text }: { text: string }) {
  return (
    <Row>
      <Badge type="negative">!</Badge>
      <Note>{text}</Note>
    </Row>
  );
}

interface JsonProps {
  readonly draft: RuleDraft;
  readonly error: string | undefined;
  readonly change: (rule: FieldRule | undefined) => void;
}

/** All that the inputs do not know. */
function Json({ draft: { rule, isUnreadable }, error, change }: JsonProps) {
  const { texts } = useApp();
  const [initial] = useState(() => jsonOf(rule));
  const wrong = isUnreadable ? texts.mapping.unreadableRule : error;
  return (
    <TextArea
      label={texts.mapping.valueLabel.other}
      hiddenElements={["label"]}
      defaultValue={initial}
      rows={6}
      invalid={wrong !== undefined}
      {...(wrong === undefined ? {} : { error: wrong })}
      spellCheck={false}
      onChange={({ target }) => change(ruleFrom(rule.field, target.value))}
    />
  );
}
