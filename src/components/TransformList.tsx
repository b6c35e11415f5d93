/** What is done to a value on its way, step by step. */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import { useApp } from "../app.tsx";
import type { Transform } from "../logic/index.ts";
import {
  given,
  nameOf,
  newStep,
  PARAMETERS,
  type Parameter,
  type StepName,
  withGiven,
} from "../mapping/transform.ts";
import { named } from "../texts/index.ts";
import { Choice, choicesOf } from "./Choice.tsx";
import { TextField } from "./inputs.tsx";
import { Card, Note, Row, Stack, Strong } from "./layout.tsx";
import { OptionInput } from "./OptionInput.tsx";
import { Remove } from "./Remove.tsx";
import { Replacements } from "./Replacements.tsx";

interface Props {
  readonly steps: readonly Transform[];
  /** What the field lets choose; none where anything can be written. */
  readonly options: readonly string[];
  readonly change: (steps: Transform[]) => void;
}

const STEPS = Object.keys(PARAMETERS) as StepName[];

export function TransformList({ steps, options, change }: Props) {
  const { texts, mayChange } = useApp();
  const of = texts.mapping;
  const [chosen, setChosen] = useState<StepName>("map");
  // Inputs keep what was typed in them; after a step went, those that follow stand for others.
  const [generation, setGeneration] = useState(0);
  const remove = (index: number) => {
    setGeneration(generation + 1);
    change(steps.filter((_, place) => place !== index));
  };
  const set = (index: number, step: Transform) =>
    change(steps.map((before, place) => (place === index ? step : before)));
  return (
    <Stack gap="small">
      {steps.map((step, index) => (
        <Step
          key={`${generation} ${index}`}
          step={step}
          options={options}
          change={(step) => set(index, step)}
          remove={() => remove(index)}
        />
      ))}
      {mayChange ? (
        <Row align="bottom">
          <Choice
            label={of.addStep}
            value={chosen}
            choices={choicesOf<string>(of.steps, STEPS)}
            change={(name) => setChosen(name as StepName)}
          />
          <Button size="small" onPress={() => change([...steps, newStep(chosen, options)])}>
            {texts.action.add}
          </Button>
        </Row>
      ) : null}
    </Stack>
  );
}

interface StepProps {
  readonly step: Transform;
  readonly options: readonly string[];
  readonly change: (step: Transform) => void;
  readonly remove: () => void;
}

function Step({ step, options, change, remove }: StepProps) {
  const { texts } = useApp();
  const name = nameOf(step);
  // One that is newer than this view has no inputs, and stays as it is.
  const parameters = PARAMETERS[name] ?? [];
  const help = texts.mapping.stepHelp[name];
  return (
    <Card>
      <Row>
        <Strong>{named(texts.mapping.steps, name)}</Strong>
        <Remove remove={remove} />
      </Row>
      {help ? <Note>{help}</Note> : null}
      {parameters.map((parameter) => (
        <ParameterInput
          key={parameter.name}
          parameter={parameter}
          value={given(step)[parameter.name]}
          options={options}
          change={(value) => change(withGiven(step, parameter.name, value))}
        />
      ))}
    </Card>
  );
}

interface ParameterProps {
  readonly parameter: Parameter;
  readonly value: unknown;
  readonly options: readonly string[];
  /** `undefined`: what is usual. */
  readonly change: (value: unknown) => void;
}

function ParameterInput({ parameter, value, options, change }: ParameterProps) {
  const { texts } = useApp();
  const { name, kind, choices = [], usual = "" } = parameter;
  const label = named(texts.mapping.parameters, name);
  switch (kind) {
    case "pairs":
      return <Replacements values={value as Record<string, string>} options={options} change={change} />;
    case "otherwise":
      return <Otherwise value={value} choices={choices} options={options} change={change} />;
    case "choice":
      return (
        <Choice
          label={label}
          value={typeof value === "string" ? value : usual}
          choices={choicesOf<string>(texts.mapping.parameterChoices, [...choices])}
          change={change}
        />
      );
    case "option":
      return <OptionInput label={label} value={String(value ?? "")} options={options} change={change} />;
    case "count":
      return (
        <TextField
          type="number"
          label={label}
          defaultValue={value === undefined || value === null ? "" : String(value)}
          placeholder={usual}
          onChange={({ target }) => change(/^\d+$/.test(target.value) ? Number(target.value) : undefined)}
        />
      );
    case "text":
      return (
        <TextField
          label={label}
          defaultValue={typeof value === "string" ? value : ""}
          placeholder={usual}
          spellCheck={false}
          onChange={({ target }) => change(target.value === "" && usual !== "" ? undefined : target.value)}
        />
      );
  }
}

interface OtherwiseProps {
  readonly value: unknown;
  readonly choices: readonly string[];
  readonly options: readonly string[];
  readonly change: (value: unknown) => void;
}

/** What becomes of a value that no replacement names. */
function Otherwise({ value = "error", choices, options, change }: OtherwiseProps) {
  const { texts } = useApp();
  const of = texts.mapping;
  const text = typeof value === "string" ? undefined : (value as { default: string }).default;
  const choose = (choice: string) => change(choice === "default" ? { default: options[0] ?? "" } : choice);
  return (
    <Row align="bottom">
      <Choice
        label={of.parameters.otherwise}
        value={text === undefined ? String(value) : "default"}
        choices={choicesOf<string>(of.otherwise, [...choices])}
        change={choose}
      />
      {text === undefined ? null : (
        <OptionInput
          label={of.parameters.value}
          value={text}
          options={options}
          change={(text) => change({ default: text })}
        />
      )}
    </Row>
  );
}
