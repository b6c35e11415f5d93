/** The SDK's inputs as a mapping's editor has them: whoever may not change it sees them disabled. */

import {
  Checkbox as BareCheckbox,
  Select as BareSelect,
  TextArea as BareTextArea,
  TextField as BareTextField,
} from "@stripe/ui-extension-sdk/ui";
import type { ComponentProps } from "react";
import { useApp } from "../app.tsx";

/** Nothing is said of an input that is not disabled. */
function useDisabled(): { disabled?: true } {
  return useApp().mayChange ? {} : { disabled: true };
}

export function TextField(props: ComponentProps<typeof BareTextField>) {
  return <BareTextField {...props} {...useDisabled()} />;
}

export function TextArea(props: ComponentProps<typeof BareTextArea>) {
  return <BareTextArea {...props} {...useDisabled()} />;
}

export function Select(props: ComponentProps<typeof BareSelect>) {
  return <BareSelect {...props} {...useDisabled()} />;
}

export function Checkbox(props: ComponentProps<typeof BareCheckbox>) {
  return <BareCheckbox {...props} {...useDisabled()} />;
}
