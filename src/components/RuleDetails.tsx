/** The rest of a field rule: how its value is changed on the way, when it is written, who sees it. */

import { useApp } from "../app.tsx";
import type { FieldRule } from "../logic/index.ts";
import type { FormField } from "../mapping/form.ts";
import { emptyOf, newEmpty } from "../mapping/rule.ts";
import { Choice, choicesOf } from "./Choice.tsx";
import { Checkbox } from "./inputs.tsx";
import { Row, Stack, Strong } from "./layout.tsx";
import { OptionInput } from "./OptionInput.tsx";
import { TransformList } from "./TransformList.tsx";

interface Props {
  readonly rule: FieldRule;
  readonly field: FormField | undefined;
  readonly change: (rule: FieldRule) => void;
}

export function RuleDetails({ rule, field, change }: Props) {
  const { texts } = useApp();
  const of = texts.mapping;
  const isTable = "rows" in rule.value;
  return (
    <Stack gap="small">
      {isTable ? null : (
        <>
          <Strong>{of.transformTitle}</Strong>
          <TransformList
            steps={rule.transform ?? []}
            options={field?.options ?? []}
            change={(transform) => change({ ...rule, transform })}
          />
        </>
      )}
      <Row align="bottom">
        <Choice
          label={of.writePolicy}
          value={rule.write_policy ?? "always"}
          choices={choicesOf(of.writePolicies)}
          change={(policy) => change({ ...rule, write_policy: policy })}
        />
        {isTable ? null : <WhenEmpty rule={rule} field={field} change={change} />}
      </Row>
      <Checkbox
        label={of.hidden}
        description={of.hiddenText}
        defaultChecked={rule.hidden ?? false}
        onChange={({ target }) => change({ ...rule, hidden: target.checked })}
      />
    </Stack>
  );
}

/** What is done where Stripe has no value. */
function WhenEmpty({ rule, field, change }: Props) {
  const { texts } = useApp();
  const of = texts.mapping;
  const { empty } = rule;
  const options = field?.options ?? [];
  const choose = (choice: string) => change({ ...rule, empty: newEmpty(choice, options[0] ?? "") });
  return (
    <>
      <Choice label={of.whenEmpty} value={emptyOf(rule)} choices={choicesOf(of.empties)} change={choose} />
      {typeof empty === "object" ? (
        <OptionInput
          label={of.parameters.value}
          value={empty.default}
          options={options}
          change={(value) => change({ ...rule, empty: { default: value } })}
        />
      ) : null}
    </>
  );
}
