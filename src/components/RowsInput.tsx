/** A table's rows: which list they are made from, how a row is found again, and what its columns hold. */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import { useApp } from "../app.tsx";
import type { Column, Rows, Source } from "../logic/index.ts";
import { type FormField, writable } from "../mapping/form.ts";
import { asKind, COLUMN_KINDS, type KnownKind, kindOf } from "../mapping/rule.ts";
import { Choice, choicesOf } from "./Choice.tsx";
import { Checkbox, TextField } from "./inputs.tsx";
import { Card, Note, Row, Stack, Strong } from "./layout.tsx";
import { Remove } from "./Remove.tsx";
import { TransformList } from "./TransformList.tsx";
import { ValueInput } from "./ValueInput.tsx";

interface Props {
  readonly rows: Rows;
  readonly field: FormField | undefined;
  readonly source: Source;
  readonly change: (rows: Rows) => void;
}

/** kintone's types that can hold what a row is found by. */
const KEY_TYPES = ["SINGLE_LINE_TEXT", "NUMBER"];

export function RowsInput({ rows, field, source, change }: Props) {
  const { texts } = useApp();
  const of = texts.mapping;
  const all = writable(field?.columns ?? []);
  const keys = all.filter(({ type }) => KEY_TYPES.includes(type));
  const columns = rows.columns ?? [];
  const named = (code: string) => field?.columns.find((column) => column.code === code);
  const [generation, setGeneration] = useState(0);
  const put = (columns: Column[]) => change({ ...rows, columns });
  const remove = (index: number) => {
    setGeneration(generation + 1);
    put(columns.filter((_, place) => place !== index));
  };
  return (
    <Stack gap="small">
      <TextField
        label={of.rowsList}
        description={of.rowsListText}
        defaultValue={rows.list}
        spellCheck={false}
        onChange={({ target }) => change({ ...rows, list: target.value })}
      />
      <Choice
        label={of.rowsKey}
        description={of.rowsKeyText}
        value={rows.key.field}
        choices={choicesOf<string>(Object.fromEntries(keys.map(({ code, label }) => [code, label])), [
          ...new Set([rows.key.field, ...keys.map(({ code }) => code)]),
        ])}
        change={(code) => change({ ...rows, key: { ...rows.key, field: code } })}
      />
      {columns.map((column, index) => (
        <ColumnInput
          key={`${generation} ${index}`}
          column={column}
          field={named(column.field)}
          source={source}
          change={(column) => put(columns.map((before, place) => (place === index ? column : before)))}
          remove={() => remove(index)}
        />
      ))}
      <AddColumn
        columns={all.filter(
          ({ code }) => code !== rows.key.field && !columns.some((column) => column.field === code),
        )}
        add={(field) => put([...columns, { field, value: { path: "" } }])}
      />
      <Checkbox
        label={of.keepRows}
        description={of.keepRowsText}
        defaultChecked={rows.keep_others ?? false}
        onChange={({ target }) => change({ ...rows, keep_others: target.checked })}
      />
    </Stack>
  );
}

interface ColumnProps {
  readonly column: Column;
  readonly field: FormField | undefined;
  readonly source: Source;
  readonly change: (column: Column) => void;
  readonly remove: () => void;
}

function ColumnInput({ column, field, source, change, remove }: ColumnProps) {
  const { texts } = useApp();
  const of = texts.mapping;
  const kind = kindOf(column.value);
  const kinds = COLUMN_KINDS.includes(kind) ? COLUMN_KINDS : [kind, ...COLUMN_KINDS];
  const choose = (kind: string) =>
    change({ ...column, value: asKind(column.value, kind as KnownKind, field, source) });
  return (
    <Card>
      <Row>
        <Strong>{field?.label ?? column.field}</Strong>
        <Remove remove={remove} />
      </Row>
      <Row>
        <Choice
          isBare
          label={of.from}
          value={kind}
          choices={choicesOf<string>(of.kinds, [...kinds])}
          change={choose}
        />
        {kind === "other" ? null : (
          <ValueInput
            key={kind}
            kind={kind}
            value={column.value}
            error={undefined}
            change={(value) => change({ ...column, value })}
          />
        )}
      </Row>
      <TransformList
        steps={column.transform ?? []}
        options={field?.options ?? []}
        change={(transform) => change({ ...column, transform })}
      />
    </Card>
  );
}

/** A column that holds nothing yet. */
function AddColumn({ columns, add }: { columns: readonly FormField[]; add: (code: string) => void }) {
  const { texts, mayChange } = useApp();
  const of = texts.mapping;
  const [chosen, setChosen] = useState<string>();
  const [first] = columns;
  if (!mayChange) {
    return null;
  }
  if (first === undefined) {
    return <Note>{of.allColumns}</Note>;
  }
  const code = columns.some(({ code }) => code === chosen) && chosen ? chosen : first.code;
  return (
    <Row align="bottom">
      <Choice
        key={first.code}
        label={of.addColumn}
        value={first.code}
        choices={columns.map(({ code, label }) => [code, label] as const)}
        change={setChosen}
      />
      <Button size="small" onPress={() => add(code)}>
        {texts.action.add}
      </Button>
    </Row>
  );
}
