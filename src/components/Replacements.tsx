/** Which value is replaced by which (置き換え). */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { useState } from "react";
import { useApp } from "../app.tsx";
import { TextField } from "./inputs.tsx";
import { Note, Row, Stack } from "./layout.tsx";
import { OptionInput } from "./OptionInput.tsx";
import { Remove } from "./Remove.tsx";

interface Props {
  readonly values: Readonly<Record<string, string>>;
  readonly options: readonly string[];
  readonly change: (values: Record<string, string>) => void;
}

/** One of them while it is typed: two may say the same for a moment. */
interface Pair {
  readonly id: number;
  readonly from: string;
  readonly to: string;
}

export function Replacements({ values, options, change }: Props) {
  const { texts, mayChange } = useApp();
  const of = texts.mapping;
  const [pairs, setPairs] = useState(() => pairsOf(values, options));
  const put = (pairs: readonly Pair[]) => {
    setPairs(pairs);
    change(Object.fromEntries(pairs.filter(({ from }) => from !== "").map(({ from, to }) => [from, to])));
  };
  const set = (id: number, more: Partial<Pair>) =>
    put(pairs.map((pair) => (pair.id === id ? { ...pair, ...more } : pair)));
  const next = Math.max(0, ...pairs.map(({ id }) => id)) + 1;
  return (
    <Stack gap="small">
      {pairs.map(({ id, from, to }) => (
        <Row key={id}>
          <TextField
            label={of.replaceFrom}
            hiddenElements={["label"]}
            placeholder={of.replaceFrom}
            defaultValue={from}
            onChange={({ target }) => set(id, { from: target.value })}
          />
          <Note>→</Note>
          <OptionInput
            isBare
            label={of.replaceTo}
            value={to}
            options={options}
            change={(to) => set(id, { to })}
          />
          <Remove remove={() => put(pairs.filter((pair) => pair.id !== id))} />
        </Row>
      ))}
      {mayChange ? (
        <Row>
          <Button size="small" onPress={() => put([...pairs, { id: next, from: "", to: options[0] ?? "" }])}>
            {of.addReplacement}
          </Button>
        </Row>
      ) : null}
    </Stack>
  );
}

/** Those that there are, and an empty one where there is none yet. */
function pairsOf(values: Readonly<Record<string, string>>, options: readonly string[]): readonly Pair[] {
  const pairs = Object.entries(values).map(([from, to], id) => ({ id, from, to }));
  return pairs.length > 0 ? pairs : [{ id: 0, from: "", to: options[0] ?? "" }];
}
