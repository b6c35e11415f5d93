/** A target's key, how its records are written, and what becomes of them. */

import { Accordion, AccordionItem, Banner } from "@stripe/ui-extension-sdk/ui";
import { memo } from "react";
import { useApp } from "../app.tsx";
import type { Departure, Target, WriteMode } from "../logic/index.ts";
import { type FormField, keys, writable } from "../mapping/form.ts";
import { Checkbox, Select } from "./inputs.tsx";
import { Note, Row, Stack } from "./layout.tsx";
import { OptionInput } from "./OptionInput.tsx";

interface Props {
  readonly target: Omit<Target, "fields">;
  readonly fields: Map<string, FormField>;
  readonly change: (target: Omit<Target, "fields">) => void;
}

/** The field by which records are found again. */
export const KeyField = memo(function KeyField({ target, fields, change }: Props) {
  const { texts } = useApp();
  const choices = keys(fields);
  const isKnown = choices.some(({ code }) => code === target.key.field);
  if (choices.length === 0) {
    return <Banner type="caution" title={texts.mapping.key} description={texts.mapping.keyNone} />;
  }
  return (
    <Select
      label={texts.mapping.key}
      description={texts.mapping.keyText}
      defaultValue={target.key.field}
      onChange={(event) => change({ ...target, key: { ...target.key, field: event.target.value } })}
    >
      {isKnown ? null : <option value={target.key.field}>{target.key.field}</option>}
      {choices.map(({ code, label }) => (
        <option key={code} value={code}>
          {label}
        </option>
      ))}
    </Select>
  );
});

interface BehaviourProps extends Props {
  /** The fields that rules write. */
  readonly written: readonly string[];
}

/** The write mode, and what is done with records whose object is gone. */
export const Behaviour = memo(function Behaviour({ target, fields, written, change }: BehaviourProps) {
  const { texts } = useApp();
  // A record is found again by its key, which therefore holds no mark.
  const marks = writable(fields).filter(({ code }) => code !== target.key.field);
  // Many records are marked alike, and what a rule wrote is best left as it is.
  const free = marks.find(({ code, unique }) => !unique && !written.includes(code)) ?? marks[0];
  const of = texts.mapping;
  return (
    <Accordion>
      <AccordionItem title={of.advanced}>
        <Stack>
          <Select
            label={of.writeMode}
            defaultValue={target.write_mode ?? "upsert"}
            onChange={(event) => change({ ...target, write_mode: event.target.value as WriteMode })}
          >
            {Object.entries(of.writeModes).map(([mode, text]) => (
              <option key={mode} value={mode}>
                {text}
              </option>
            ))}
          </Select>
          <Checkbox
            label={of.singleWrites}
            description={of.singleWritesText}
            defaultChecked={target.single_writes ?? false}
            onChange={(event) => change({ ...target, single_writes: event.target.checked })}
          />
          <DepartureField
            label={of.onDelete}
            departure={target.on_delete}
            choices={marks}
            free={free?.code ?? ""}
            change={(departure) => change({ ...target, on_delete: departure })}
          />
          {target.condition ? (
            <DepartureField
              label={of.onLeave}
              departure={target.on_leave}
              choices={marks}
              free={free?.code ?? ""}
              change={(departure) => change({ ...target, on_leave: departure })}
            />
          ) : null}
        </Stack>
      </AccordionItem>
    </Accordion>
  );
});

interface DepartureProps {
  readonly label: string;
  readonly departure: Departure | undefined;
  /** The fields that may hold a mark. */
  readonly choices: readonly FormField[];
  /** The one that is proposed. */
  readonly free: string;
  readonly change: (departure: Departure) => void;
}

function DepartureField({ label, departure = "keep", choices, free, change }: DepartureProps) {
  const { texts } = useApp();
  const of = texts.mapping;
  const mark = typeof departure === "string" ? undefined : departure.mark;
  const marked = choices.find(({ code }) => code === mark?.field);
  const chosen = (choice: string) => {
    change(choice === "mark" ? { mark: { field: free, value: "" } } : (choice as "keep"));
  };
  return (
    <>
      <Select
        label={label}
        defaultValue={mark ? "mark" : String(departure)}
        onChange={(event) => chosen(event.target.value)}
      >
        {Object.entries(of.departures).map(([choice, text]) => (
          <option key={choice} value={choice}>
            {text}
          </option>
        ))}
      </Select>
      {departure === "delete" ? <Note>{of.deleteWarning}</Note> : null}
      {mark ? (
        <Row>
          <Select
            label={of.markField}
            defaultValue={mark.field}
            onChange={(event) => change({ mark: { ...mark, field: event.target.value } })}
          >
            {marked ? null : <option value={mark.field}>{mark.field}</option>}
            {choices.map(({ code, label }) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
          </Select>
          <OptionInput
            key={mark.field}
            label={of.markValue}
            value={mark.value}
            options={marked?.options ?? []}
            change={(value) => change({ mark: { ...mark, value } })}
          />
        </Row>
      ) : null}
    </>
  );
}
