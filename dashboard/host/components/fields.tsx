import type { RemoteReceiver, RemoteReceiverAttachableText } from "@remote-ui/core";
import {
  type ChangeEvent,
  Children,
  createContext,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useState,
} from "react";
import { changed, keyed, type OnChange } from "./press.ts";
import { type Css, styleOf } from "./tokens.ts";

let fields = 0;

function useId(): string {
  const [id] = useState(() => {
    fields += 1;
    return `field-${fields}`;
  });
  return id;
}

interface Common {
  readonly label?: ReactNode;
  readonly description?: string;
  readonly error?: string;
  readonly invalid?: boolean;
  readonly disabled?: boolean;
  readonly required?: boolean;
  readonly name?: string;
  readonly autoFocus?: boolean;
  readonly hiddenElements?: readonly string[];
  readonly css?: Css;
  readonly onChange?: OnChange;
}

/** Whether the group that a field stands in is disabled. */
const GroupContext = createContext(false);

interface FrameProps extends Common {
  readonly id: string;
  readonly children: ReactNode;
}

/** A field with its label above and its error below. */
function Field({ id, label, description, error, hiddenElements = [], css, children }: FrameProps) {
  // In a row it takes what its neighbours leave.
  const fills = css?.width === "fill";
  const classOf = (part: string) => `field-${part}${hiddenElements.includes(part) ? " only-heard" : ""}`;
  return (
    <div className={`field ${fills ? "fill" : ""}`} style={fills ? {} : styleOf(css)}>
      {label && (
        <label className={classOf("label")} htmlFor={id}>
          {label}
        </label>
      )}
      {description && (
        <div id={`${id}-description`} className={classOf("description")}>
          {description}
        </div>
      )}
      {children}
      {error && (
        <div id={`${id}-error`} className={classOf("error")}>
          {error}
        </div>
      )}
    </div>
  );
}

/** The attributes that all inputs share. */
function shared(id: string, group: boolean, props: Common) {
  const { name, disabled, required, autoFocus, description, error, invalid } = props;
  const told = [description && `${id}-description`, error && `${id}-error`].filter(Boolean).join(" ");
  return {
    id,
    name,
    required,
    autoFocus,
    disabled: disabled ?? group,
    "aria-invalid": (invalid ?? Boolean(error)) || undefined,
    "aria-describedby": told || undefined,
  };
}

/**
 * What a field shows. A controlled value arrives late, after the frame has answered; until then what was
 * typed stands, or keystrokes would be lost.
 */
function useValue(value: string | undefined, initial: string | undefined): [string, (value: string) => void] {
  const [shown, setShown] = useState(value ?? initial ?? "");
  useEffect(() => {
    if (value !== undefined) {
      setShown(value);
    }
  }, [value]);
  return [shown, setShown];
}

interface TextProps extends Common {
  readonly type?: string;
  readonly value?: string;
  readonly defaultValue?: string;
  readonly placeholder?: string;
  readonly readOnly?: boolean;
  readonly size?: string;
  readonly rows?: number;
  readonly maxLength?: number;
  readonly spellCheck?: boolean | "true" | "false";
  readonly autoComplete?: string;
  readonly onKeyDown?: OnChange;
  readonly onKeyUp?: OnChange;
}

type TextElement = HTMLInputElement | HTMLTextAreaElement;

function useText(props: TextProps) {
  const id = useId();
  const group = useContext(GroupContext);
  const [shown, setShown] = useValue(props.value, props.defaultValue);
  const { placeholder, readOnly, maxLength, spellCheck, autoComplete, onChange, onKeyDown, onKeyUp } = props;
  return {
    ...shared(id, group, props),
    value: shown,
    placeholder,
    readOnly,
    maxLength,
    spellCheck,
    autoComplete: autoComplete ?? "off",
    onChange: ({ currentTarget }: ChangeEvent<TextElement>) => {
      setShown(currentTarget.value);
      onChange?.(changed(currentTarget));
    },
    onKeyDown: ({ key, currentTarget }: KeyboardEvent<TextElement>) =>
      onKeyDown?.(keyed("keydown", key, currentTarget)),
    onKeyUp: ({ key, currentTarget }: KeyboardEvent<TextElement>) =>
      onKeyUp?.(keyed("keyup", key, currentTarget)),
  };
}

export function TextField(props: TextProps) {
  const input = useText(props);
  return (
    <Field {...props} id={input.id}>
      <input {...input} type={props.type ?? "text"} className={`input ${props.size ?? "medium"}`} />
    </Field>
  );
}

export function SearchField(props: TextProps) {
  return <TextField {...props} type="search" />;
}

export function TextArea(props: TextProps) {
  const input = useText(props);
  return (
    <Field {...props} id={input.id}>
      <textarea {...input} rows={props.rows ?? 3} className={`input ${props.size ?? "medium"}`} />
    </Field>
  );
}

interface DateProps extends Omit<TextProps, "onChange"> {
  readonly onChange?: (date: string) => void;
}

export function DateField({ onChange, ...props }: DateProps) {
  const given = (event: object) => onChange?.((event as { target: { value: string } }).target.value);
  return <TextField {...props} type="date" onChange={given} />;
}

interface SelectProps extends Common {
  readonly value?: string;
  readonly defaultValue?: string;
  readonly size?: string;
  readonly children?: ReactNode;
}

export function Select(props: SelectProps) {
  const id = useId();
  const group = useContext(GroupContext);
  const [chosen, setChosen] = useValue(props.value, props.defaultValue);
  const choose = ({ currentTarget }: ChangeEvent<HTMLSelectElement>) => {
    setChosen(currentTarget.value);
    props.onChange?.(changed({ name: currentTarget.name, value: currentTarget.value, type: "select-one" }));
  };
  return (
    <Field {...props} id={id}>
      <select
        {...shared(id, group, props)}
        className={`input select ${props.size ?? "medium"}`}
        // Nothing chosen: as a browser does it, the first one.
        {...(chosen === "" ? {} : { value: chosen })}
        onChange={choose}
      >
        {props.children}
      </select>
    </Field>
  );
}

interface OptionProps {
  readonly value?: string;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly children?: ReactNode;
}

/** The choices of a Select, under their name in HTML. React puts only plain text into one. */
function Option({ value, disabled, label, children }: OptionProps) {
  const text = useTextOf(children);
  return (
    <option value={value} disabled={disabled} label={label}>
      {text}
    </option>
  );
}

export { Option as option };

/** A piece of text as remote-ui's host hands it down. */
type RemoteText = ReactElement<{ text: RemoteReceiverAttachableText; receiver: RemoteReceiver }>;

/** What elements of text say now, as one text. */
function useTextOf(children: ReactNode): string {
  const [, draw] = useState(0);
  const texts = (Children.toArray(children) as RemoteText[]).filter(({ props }) => props?.text);
  useEffect(() => {
    const again = () => draw((count) => count + 1);
    const ends = texts.map(({ props }) => props.receiver.attached.subscribe(props.text, again));
    return () => {
      for (const end of ends) {
        end();
      }
    };
  });
  // What is attached under a text's id is that text.
  const now = ({ props }: RemoteText) =>
    props.receiver.attached.get(props.text) as RemoteReceiverAttachableText | null;
  return texts.map((text) => (now(text) ?? text.props.text).text).join("");
}

interface CheckProps extends Common {
  readonly value?: string;
  readonly checked?: boolean;
  readonly defaultChecked?: boolean;
}

function Check({ kind, role, ...props }: CheckProps & { kind: "checkbox" | "radio"; role?: string }) {
  const id = useId();
  const group = useContext(GroupContext);
  const [on, setOn] = useState(props.checked ?? props.defaultChecked ?? false);
  useEffect(() => {
    if (props.checked !== undefined) {
      setOn(props.checked);
    }
  }, [props.checked]);
  const turn = ({ currentTarget }: ChangeEvent<HTMLInputElement>) => {
    setOn(currentTarget.checked);
    props.onChange?.(changed({ ...currentTarget, ...read(currentTarget) }));
  };
  // Radios of one name turn each other off, which only the browser sees.
  const state = kind === "radio" && props.checked === undefined ? { defaultChecked: on } : { checked: on };
  const { label, description, error } = props;
  return (
    <div className="check">
      <input
        {...shared(id, group, props)}
        {...state}
        type={kind}
        role={role}
        value={props.value}
        onChange={turn}
      />
      <div>
        <label htmlFor={id}>{label}</label>
        {description && (
          <div id={`${id}-description`} className="field-description">
            {description}
          </div>
        )}
        {error && (
          <div id={`${id}-error`} className="field-error">
            {error}
          </div>
        )}
      </div>
    </div>
  );
}

function read({ name, value, type, checked }: HTMLInputElement) {
  return { name, value, type, checked };
}

export const Checkbox = (props: CheckProps) => <Check {...props} kind="checkbox" />;
export const Radio = (props: CheckProps) => <Check {...props} kind="radio" />;
export const Switch = (props: CheckProps) => <Check {...props} kind="checkbox" role="switch" />;

interface GroupProps {
  readonly legend?: string;
  readonly description?: string;
  readonly layout?: "horizontal" | "vertical";
  readonly disabled?: boolean;
  readonly children?: ReactNode;
}

export function FormFieldGroup({
  legend,
  description,
  layout = "vertical",
  disabled = false,
  children,
}: GroupProps) {
  return (
    <fieldset className="field-group">
      {legend && <legend>{legend}</legend>}
      {description && <div className="field-description">{description}</div>}
      <GroupContext.Provider value={disabled}>
        <div className={`field-group-fields ${layout}`}>{children}</div>
      </GroupContext.Provider>
    </fieldset>
  );
}
