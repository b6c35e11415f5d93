/** Where a field's or a column's value comes from: its kind, and a text or choices for that. */

import { useState } from "react";
import { useApp } from "../app.tsx";
import type { Figure, Value } from "../logic/index.ts";
import {
  FIGURES,
  type FigureName,
  figureOf,
  type KnownKind,
  newFigure,
  TEXTS,
  type TextKind,
  textOf,
} from "../mapping/rule.ts";
import { Choice, choicesOf } from "./Choice.tsx";
import { TextField } from "./inputs.tsx";

/** One object, as the looks in `layout.tsx` are. */
const FILL = { width: "fill" } as const;

interface Props {
  readonly kind: KnownKind;
  readonly value: Value;
  /** What is wrong with it, to be said where it is typed. */
  readonly error: string | undefined;
  readonly change: (value: Value) => void;
}

/** The inputs of a kind, except for rows, which stand by themselves. */
export function ValueInput({ kind, value, error, change }: Props) {
  if (kind === "first" && "first" in value) {
    return <First paths={value.first} error={error} change={(first) => change({ first })} />;
  }
  if (kind === "ledger" && "ledger" in value) {
    return <FigureInput figure={value.ledger} change={(ledger) => change({ ledger })} />;
  }
  if (kind === "tax_total" && "tax_total" in value) {
    return <TaxInput value={value} change={change} />;
  }
  const text = TEXTS.find((text) => text === kind);
  return text ? <TextInput kind={text} value={value} error={error} change={change} /> : null;
}

/** Uncontrolled: the Dashboard keeps what is typed, and only the answer to it comes back. */
function TextInput({ kind, value, error, change }: Props & { kind: TextKind }) {
  const { texts } = useApp();
  const [initial] = useState(() => textOf(value, kind));
  return (
    <TextField
      label={texts.mapping.valueLabel[kind]}
      hiddenElements={["label"]}
      defaultValue={initial}
      invalid={error !== undefined}
      {...(error === undefined ? {} : { error })}
      css={FILL}
      spellCheck={false}
      onChange={(event) => change({ [kind]: event.target.value } as Value)}
    />
  );
}

interface FirstProps {
  readonly paths: readonly string[];
  readonly error: string | undefined;
  readonly change: (paths: string[]) => void;
}

/** Several properties; the first that holds something counts. */
function First({ paths, error, change }: FirstProps) {
  const { texts } = useApp();
  const [initial] = useState(() => paths.join(", "));
  const typed = (text: string) => change(text.split(/[,、]/).map((path) => path.trim()));
  return (
    <TextField
      label={texts.mapping.valueLabel.first}
      hiddenElements={["label"]}
      placeholder={texts.mapping.firstExample}
      defaultValue={initial}
      invalid={error !== undefined}
      {...(error === undefined ? {} : { error })}
      css={FILL}
      spellCheck={false}
      onChange={(event) => typed(event.target.value)}
    />
  );
}

/** One of the ledger's figures. */
function FigureInput({ figure, change }: { figure: Figure; change: (figure: Figure) => void }) {
  const { texts } = useApp();
  const of = texts.mapping;
  const { name, currency } = figureOf(figure);
  return (
    <>
      <Choice
        isBare
        label={of.valueLabel.ledger}
        value={name}
        choices={choicesOf<FigureName>(of.figures)}
        change={(name) => change(newFigure(name, currency))}
      />
      {FIGURES[name] === "currency" ? (
        <TextField
          label={of.currency}
          hiddenElements={["label"]}
          defaultValue={currency}
          placeholder="jpy"
          onChange={(event) => change(newFigure(name, event.target.value.trim().toLowerCase()))}
        />
      ) : null}
    </>
  );
}

/** An invoice's amount at one rate of tax, as a qualified invoice states it. */
function TaxInput({ value, change }: { value: Value; change: (value: Value) => void }) {
  const { texts } = useApp();
  const of = texts.mapping;
  if (!("tax_total" in value)) {
    return null;
  }
  const { tax_total: total } = value;
  const rates = ["10", "8", "all"].includes(total.rate) ? [] : [[total.rate, `${total.rate}%`] as const];
  return (
    <>
      <Choice
        isBare
        label={of.taxPart}
        value={total.part}
        choices={choicesOf(of.taxParts)}
        change={(part) => change({ tax_total: { ...total, part } })}
      />
      <Choice
        isBare
        label={of.taxRate}
        value={total.rate}
        choices={[...rates, ...choicesOf<string>(of.taxRates, ["10", "8", "all"])]}
        change={(rate) => change({ tax_total: { ...total, rate } })}
      />
    </>
  );
}
