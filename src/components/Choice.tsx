/** One of several, shown by its name for the reader. */

import { Select } from "./inputs.tsx";

interface Props<Name extends string> {
  readonly label: string;
  readonly value: Name;
  /** Each with its text, in this order. */
  readonly choices: readonly (readonly [Name, string])[];
  readonly change: (name: Name) => void;
  readonly description?: string;
  /** Whether the label is only for those who hear the page. */
  readonly isBare?: boolean;
}

export function Choice<Name extends string>(props: Props<Name>) {
  const { label, value, choices, change, description, isBare } = props;
  return (
    <Select
      label={label}
      {...(isBare ? { hiddenElements: ["label" as const] } : {})}
      {...(description ? { description } : {})}
      defaultValue={value}
      onChange={(event) => change(event.target.value as Name)}
    >
      {choices.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </Select>
  );
}

/** Names with their texts as choices; of `names` alone where they are given. */
export function choicesOf<Name extends string>(
  texts: Readonly<Record<Name, string>>,
  names = Object.keys(texts) as Name[],
): (readonly [Name, string])[] {
  return names.map((name) => [name, texts[name] ?? name] as const);
}
