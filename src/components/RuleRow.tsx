/** One field rule: the field, where its value comes from, and what is wrong with it. */

import { Badge, Button, Select, TextArea, TextField } from "@stripe/ui-extension-sdk/ui";
import { memo, useState } from "react";
import { useApp } from "../app.tsx";
import type { FieldRule, WritePolicy } from "../logic/index.ts";
import type { RuleDraft } from "../mapping/draft.ts";
import type { FormField } from "../mapping/form.ts";
import { KINDS, kindOf, ruleFrom, steps, textOf, type ValueKind } from "../mapping/rule.ts";
import { named } from "../texts/index.ts";
import { Card, Note, Row, Strong } from "./layout.tsx";

interface Props {
  readonly draft: RuleDraft;
  readonly field: FormField | undefined;
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
  const { draft, field, error, warning, confidence, reason, change, remove } = props;
  const { texts } = useApp();
  const { id, rule } = draft;
  const [kind, setKind] = useState<ValueKind>(() => kindOf(rule.value));
  const of = texts.mapping;
  const transform = steps(rule);
  const setPolicy = (policy: string) => change(id, { ...rule, write_policy: policy as WritePolicy });
  const choose = (kind: ValueKind) => {
    setKind(kind);
    if (kind !== "other") {
      change(id, ruleFrom(rule, kind, textOf(rule, kind)));
    }
  };
  return (
    <Card>
      <Row>
        <Strong>{field?.label ?? rule.field}</Strong>
        {field?.required ? <Badge type="info">{of.required}</Badge> : null}
        {confidence ? (
          <Badge type={confidence === "low" ? "warning" : "neutral"}>
            {named(of.confidence, confidence)}
          </Badge>
        ) : null}
      </Row>
      {field && field.label === rule.field ? null : <Note>{rule.field}</Note>}
      {reason ? <Note>{reason}</Note> : null}
      <Row>
        <Select
          label={of.from}
          hiddenElements={["label"]}
          defaultValue={kind}
          onChange={(event) => choose(event.target.value as ValueKind)}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {of.kinds[kind]}
            </option>
          ))}
        </Select>
        <ValueField key={kind} kind={kind} draft={draft} error={error} change={change} />
        {kind === "other" ? null : (
          <Select
            label={of.writePolicy}
            hiddenElements={["label"]}
            defaultValue={rule.write_policy ?? "always"}
            onChange={(event) => setPolicy(event.target.value)}
          >
            {Object.entries(of.writePolicies).map(([policy, text]) => (
              <option key={policy} value={policy}>
                {text}
              </option>
            ))}
          </Select>
        )}
        <Button size="small" onPress={() => remove(id)}>
          {texts.action.remove}
        </Button>
      </Row>
      {transform.length > 0 && kind !== "other" ? (
        <Note>{of.transform(transform.map((step) => named(of.steps, step)).join(" → "))}</Note>
      ) : null}
      {warning ? <Note>{warning}</Note> : null}
    </Card>
  );
});

interface FieldProps {
  readonly kind: ValueKind;
  readonly draft: RuleDraft;
  readonly error: string | undefined;
  readonly change: (id: number, rule: FieldRule | undefined) => void;
}

/** Uncontrolled: the Dashboard keeps what is typed, and only the answer to it comes back. */
function ValueField({ kind, draft: { id, rule, isUnreadable }, error, change }: FieldProps) {
  const { texts } = useApp();
  const [initial] = useState(() => textOf(rule, kind));
  const wrong = isUnreadable ? texts.mapping.unreadableRule : error;
  const common = {
    label: texts.mapping.valueLabel[kind],
    hiddenElements: ["label" as const],
    defaultValue: initial,
    invalid: wrong !== undefined,
    ...(wrong === undefined ? {} : { error: wrong }),
    css: { width: "fill" as const },
  };
  const typed = (text: string) => change(id, ruleFrom(rule, kind, text));
  return kind === "other" ? (
    <TextArea {...common} rows={6} spellCheck={false} onChange={(event) => typed(event.target.value)} />
  ) : (
    <TextField {...common} spellCheck={false} onChange={(event) => typed(event.target.value)} />
  );
}
