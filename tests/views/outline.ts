/** What a person reads and can press on a view, as lines of text. */

/** A component, a text or a fragment of the remote tree. */
export interface RemoteNode {
  readonly type?: string;
  readonly text?: string;
  readonly props?: Readonly<Record<string, unknown>>;
  readonly children?: readonly RemoteNode[];
}

/** Those that only place what they hold. */
const PLAIN = ["Box", "Inline", "TableHead", "TableBody", "List", "PropertyList", "Accordion"];
/** Properties that a person reads, in the order in which they stand. */
const READ = [
  "title",
  "label",
  "subtitle",
  "secondaryTitle",
  "description",
  "value",
  "placeholder",
  "defaultValue",
  "error",
];
/** Properties that show in how it looks. */
const SHOWN = ["type", "disabled", "pending", "invalid", "external", "defaultOpen", "completed"];

export function outline(root: RemoteNode): string {
  return `${lines(root).join("\n")}\n`;
}

function lines(node: RemoteNode): string[] {
  if (node.text !== undefined) {
    return node.text === "" ? [] : [node.text];
  }
  const { type, props = {}, children = [] } = node;
  if (type === undefined || PLAIN.includes(type)) {
    return merged(children);
  }
  if (type === "option") {
    return [`- ${merged(children).join(" ")}`];
  }
  if (type === "TableRow") {
    return [`| ${children.map((cell) => merged(cell.children ?? []).join(" ")).join(" | ")} |`];
  }
  const inner = merged(children);
  const told = READ.flatMap((name) => told_(name, props[name]));
  const tasks = Array.isArray(props.tasks)
    ? props.tasks.map((task) => `- ${task.title} (${task.status})`)
    : [];
  const parts = ["banner", "actions"].flatMap((name) => elements(props[name]));
  const head = [type, ...SHOWN.flatMap((name) => shown(name, props[name]))].join(" ");
  const href = typeof props.href === "string" ? [`→ ${props.href}`] : props.href ? ["→ onboarding"] : [];
  const body = [...told, ...tasks, ...parts];
  if (body.length === 0 && inner.length <= 1) {
    return [[`[${head}]`, ...inner, ...href].join(" ")];
  }
  return [[`[${head}]`, ...href].join(" "), ...[...body, ...inner].map((line) => `  ${line}`)];
}

/** Texts that stand side by side are one line. */
function merged(children: readonly RemoteNode[]): string[] {
  const result: string[] = [];
  let text = "";
  for (const child of children) {
    if (child.text === undefined) {
      result.push(...(text === "" ? [] : [text]), ...lines(child));
      text = "";
    } else {
      text += child.text;
    }
  }
  return text === "" ? result : [...result, text];
}

function told_(name: string, value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") {
    const text = String(value);
    return text === "" ? [] : text.split("\n").map((line) => `${name}: ${line}`);
  }
  return elements(value).map((line) => `${name}: ${line}`);
}

/** Elements in a property come as a fragment. */
function elements(value: unknown): string[] {
  if (typeof value !== "object" || value === null || !("children" in value)) {
    return [];
  }
  return merged((value as RemoteNode).children ?? []);
}

function shown(name: string, value: unknown): string[] {
  if (value === undefined || value === false || value === null) {
    return [];
  }
  return [value === true ? name : String(value)];
}
