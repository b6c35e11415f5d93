/** A view as it stands before a person: what it shows, pressing and typing. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { render } from "@stripe/ui-extension-sdk/testing/render";
import { type ComponentType, createElement, useState } from "react";
import { outline, type RemoteNode } from "./outline.ts";

export interface Screen {
  /** All that stands there. */
  readonly text: () => string;
  /** Waits until nothing that was begun is under way. */
  readonly settle: () => Promise<void>;
  /** The person goes elsewhere in the Dashboard, and the view stays open. */
  readonly move: (context: ExtensionContextValue) => Promise<void>;
  readonly press: (button: string, which?: number) => Promise<void>;
  /** Goes to a step by its name in the list of steps. */
  readonly visit: (step: string) => Promise<void>;
  readonly type: (label: string, text: string, which?: number) => Promise<void>;
}

/** A step of an onboarding. */
interface Task {
  readonly title: string;
  readonly onPress: () => void;
}

/** So many turns of the event loop: a call is a handful of promises, and what it changes is drawn in one. */
const TURNS = 12;

export async function open(
  View: ComponentType<ExtensionContextValue>,
  context: ExtensionContextValue,
): Promise<Screen> {
  let move: (context: ExtensionContextValue) => void = () => undefined;
  const Dashboard = () => {
    const [at, setAt] = useState(context);
    move = setAt;
    return createElement(View, at);
  };
  const { wrapper, update } = render(createElement(Dashboard));
  const root = () => (wrapper as unknown as { instance: RemoteNode }).instance;
  const settle = async () => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      await update();
    }
  };
  const all = () => nodesOf(root());
  const act = async (found: RemoteNode | undefined, what: string, handler: string, event: unknown) => {
    const run = found?.props?.[handler];
    if (typeof run !== "function") {
      throw new Error(`there is no ${what} in\n${outline(root())}`);
    }
    run(event);
    await settle();
  };
  await settle();
  return {
    text: () => outline(root()),
    settle,
    move: (context) => {
      move(context);
      return settle();
    },
    press: (button, which = 0) => {
      const found = all().filter(({ type, ...node }) => type === "Button" && textOf(node) === button);
      const pressed = found[which];
      return act(pressed?.props?.disabled ? undefined : pressed, `button “${button}”`, "onPress", {});
    },
    visit: async (step) => {
      const tasks = all().flatMap(({ props }) => (props?.tasks ?? []) as Task[]);
      const task = tasks.find(({ title }) => title === step);
      if (!task) {
        throw new Error(`there is no step “${step}” in\n${outline(root())}`);
      }
      task.onPress();
      await settle();
    },
    type: (label, text, which = 0) => {
      const found = all().filter(({ props }) => props?.onChange && props.label === label);
      return act(found[which], `field “${label}”`, "onChange", { target: { value: text } });
    },
  };
}

/** Every component, also those in the properties of others. */
function nodesOf(node: RemoteNode): RemoteNode[] {
  const inProps = Object.values(node.props ?? {}).filter(
    (value): value is RemoteNode => typeof value === "object" && value !== null && "children" in value,
  );
  return [node, ...[...inProps, ...(node.children ?? [])].flatMap(nodesOf)];
}

function textOf(node: RemoteNode): string {
  return node.text ?? (node.children ?? []).map(textOf).join("");
}
