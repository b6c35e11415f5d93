/** A value of a field: one of its options where it has some, else as typed. */

import { Choice } from "./Choice.tsx";
import { TextField } from "./inputs.tsx";

interface Props {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly change: (value: string) => void;
  readonly isBare?: boolean;
}

export function OptionInput({ label, value, options, change, isBare = false }: Props) {
  if (options.length === 0) {
    return (
      <TextField
        label={label}
        {...(isBare ? { hiddenElements: ["label" as const] } : {})}
        defaultValue={value}
        onChange={({ target }) => change(target.value)}
      />
    );
  }
  const isKnown = value === "" || options.includes(value);
  // An option that is gone is shown until another is chosen.
  const all = [...(isKnown ? [] : [value]), ...(value === "" ? [""] : []), ...options];
  return (
    <Choice
      label={label}
      isBare={isBare}
      value={value}
      choices={all.map((option) => [option, option === "" ? "—" : option] as const)}
      change={change}
    />
  );
}
