import { type FormEvent, type ReactNode, useState } from "react";
import { createPortal } from "react-dom";
import { useLocale } from "../surroundings.ts";
import { words } from "../texts.ts";
import { type Task, TaskList, TaskListItem } from "./tasks.tsx";

interface ViewProps {
  readonly title?: string;
  readonly description?: string;
  readonly actions?: ReactNode;
  readonly banner?: ReactNode;
  readonly externalLink?: { readonly label: string; readonly href: string };
  readonly footerContent?: ReactNode;
  readonly primaryAction?: ReactNode;
  readonly secondaryAction?: ReactNode;
  readonly children?: ReactNode;
}

function Footer({ footerContent, primaryAction, secondaryAction }: ViewProps) {
  if (!footerContent && !primaryAction && !secondaryAction) {
    return null;
  }
  return (
    <footer className="view-footer">
      {footerContent && <div className="view-footer-content">{footerContent}</div>}
      <div className="view-footer-actions">
        {secondaryAction}
        {primaryAction}
      </div>
    </footer>
  );
}

/** What an app shows in the drawer. */
export function ContextView(props: ViewProps) {
  const { title, description, actions, banner, externalLink, children } = props;
  return (
    <section className="context-view">
      {banner}
      <div className="context-body">
        <header className="view-head">
          <h2>{title}</h2>
          {actions && <div className="view-actions">{actions}</div>}
        </header>
        {description && <p className="quiet">{description}</p>}
        {externalLink && (
          <a className="link primary" href={externalLink.href} target="_blank" rel="noreferrer">
            {externalLink.label} ↗
          </a>
        )}
        {children}
      </div>
      <Footer {...props} />
    </section>
  );
}

interface FocusProps extends ViewProps {
  readonly shown?: boolean;
  readonly setShown?: (shown: boolean) => void;
  readonly size?: "small" | "large";
  readonly confirmCloseMessages?: {
    readonly title: string;
    readonly description: string;
    readonly cancelAction: string;
    readonly exitAction: string;
  };
}

/** A drawer over everything else, for one task. */
export function FocusView(props: FocusProps) {
  const { title, shown, setShown, size = "small", confirmCloseMessages: confirm, children } = props;
  const [asked, setAsked] = useState(false);
  const word = words(useLocale());
  if (!shown) {
    return null;
  }
  const close = () => {
    setAsked(false);
    setShown?.(false);
  };
  return createPortal(
    <div className="focus-ground">
      <section className={`focus-view ${size}`} role="dialog" aria-label={title}>
        <header className="view-head focus-head">
          <h2>{title}</h2>
          <button
            type="button"
            className="close"
            aria-label={word("close")}
            onClick={confirm ? () => setAsked(true) : close}
          >
            ×
          </button>
        </header>
        <div className="focus-body">{children}</div>
        <Footer {...props} />
        {asked && confirm && (
          <div className="confirm" role="alertdialog" aria-label={confirm.title}>
            <h3>{confirm.title}</h3>
            <p>{confirm.description}</p>
            <div className="view-footer-actions">
              <button type="button" className="button secondary medium" onClick={() => setAsked(false)}>
                {confirm.cancelAction}
              </button>
              <button type="button" className="button destructive medium" onClick={close}>
                {confirm.exitAction}
              </button>
            </div>
          </div>
        )}
      </section>
    </div>,
    document.body,
  );
}

interface SettingsProps {
  readonly onSave?: (values: Record<string, string>) => void;
  readonly statusMessage?: string;
  readonly children?: ReactNode;
}

/** The app's page of settings. Its named fields are given to `onSave`. */
export function SettingsView({ onSave, statusMessage, children }: SettingsProps) {
  const word = words(useLocale());
  if (onSave === undefined) {
    return <section className="settings-view">{children}</section>;
  }
  const save = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = [...new FormData(event.currentTarget).entries()];
    onSave(Object.fromEntries(values.map(([name, value]) => [name, String(value)])));
  };
  return (
    <form className="settings-view" onSubmit={save}>
      {children}
      <div className="view-footer-actions">
        {statusMessage && <span className="quiet">{statusMessage}</span>}
        <button type="submit" className="button primary medium">
          {word("save")}
        </button>
      </div>
    </form>
  );
}

interface OnboardingProps {
  readonly title: string;
  readonly description?: string;
  readonly tasks: readonly Task[];
  readonly completed: boolean;
  readonly pending?: boolean;
  readonly error?: ReactNode;
  readonly children?: ReactNode;
}

/** The app's first steps: what is to be done on the left, the step on the right. */
export function OnboardingView({ title, description, tasks, pending, error, children }: OnboardingProps) {
  return (
    <section className="onboarding-view" aria-busy={pending}>
      <div className="onboarding-tasks">
        <h2>{title}</h2>
        {description && <p className="quiet">{description}</p>}
        <TaskList>
          {tasks.map((task) => (
            <TaskListItem key={task.title} {...task} />
          ))}
        </TaskList>
      </div>
      <div className="onboarding-step">
        {error}
        {children}
      </div>
    </section>
  );
}
