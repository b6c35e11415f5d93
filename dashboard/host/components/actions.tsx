import { createContext, type ReactNode, useContext, useEffect, useRef, useState } from "react";
import { openRoute, type Route } from "../routes.ts";
import { useGo } from "../surroundings.ts";
import { type OnPress, pressed } from "./press.ts";
import { type Css, styleOf } from "./tokens.ts";

interface Pressable {
  readonly children?: ReactNode;
  readonly css?: Css;
  readonly disabled?: boolean;
  readonly href?: string | Route;
  readonly target?: string;
  readonly onPress?: OnPress;
}

/** Where a press leads: an address, a page of the Dashboard, or only to the app. */
function usePress({ href, target, onPress }: Pressable): {
  href?: string;
  target?: string;
  onClick: () => void;
} {
  const go = useGo();
  const route = typeof href === "object" ? href : undefined;
  return {
    ...(typeof href === "string" ? { href, target: target ?? "_blank", rel: "noreferrer" } : {}),
    onClick: () => {
      onPress?.(pressed());
      if (route) {
        openRoute(route, go);
      }
    },
  };
}

interface ButtonProps extends Pressable {
  readonly type?: "primary" | "secondary" | "destructive";
  readonly size?: string;
  readonly pending?: boolean;
}

export function Button(props: ButtonProps) {
  const { type = "secondary", size = "medium", pending, disabled, css, children } = props;
  const { href, target, onClick } = usePress(props);
  const className = `button ${type} ${size}`;
  if (href !== undefined && !disabled) {
    return (
      <a
        className={className}
        style={styleOf(css)}
        href={href}
        target={target}
        rel="noreferrer"
        onClick={onClick}
      >
        {children}
      </a>
    );
  }
  return (
    <button
      type="button"
      className={className}
      style={styleOf(css)}
      disabled={disabled || pending}
      aria-busy={pending}
      onClick={onClick}
    >
      {pending && <span className="spinner small" />}
      {children}
    </button>
  );
}

interface LinkProps extends Pressable {
  readonly type?: "primary" | "secondary";
  readonly external?: boolean;
}

export function Link(props: LinkProps) {
  const { type = "primary", external, disabled, css, children } = props;
  const { href, target, onClick } = usePress(props);
  const className = `link ${type}`;
  const mark = external ? <span aria-hidden="true"> ↗</span> : null;
  if (href !== undefined && !disabled) {
    return (
      <a
        className={className}
        style={styleOf(css)}
        href={href}
        target={target}
        rel="noreferrer"
        onClick={onClick}
      >
        {children}
        {mark}
      </a>
    );
  }
  return (
    <button type="button" className={className} style={styleOf(css)} disabled={disabled} onClick={onClick}>
      {children}
      {mark}
    </button>
  );
}

export function ButtonGroup({ direction, children }: { direction?: string; children?: ReactNode }) {
  return <div className={`button-group ${direction ?? "row"}`}>{children}</div>;
}

type OnAction = (key: string) => void;

const MenuContext = createContext<OnAction>(() => undefined);

interface MenuProps {
  readonly trigger?: ReactNode;
  readonly onAction?: OnAction;
  readonly children?: ReactNode;
}

export function Menu({ trigger, onAction, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const menu = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const away = ({ target }: Event) => {
      if (!menu.current?.contains(target as Node)) {
        setOpen(false);
      }
    };
    addEventListener("click", away);
    return () => removeEventListener("click", away);
  }, []);
  const act: OnAction = (key) => {
    setOpen(false);
    onAction?.(key);
  };
  return (
    <span className="menu" ref={menu}>
      <span className="menu-trigger" onClickCapture={() => setOpen(!open)}>
        {trigger}
      </span>
      {open && (
        <MenuContext.Provider value={act}>
          <span className="menu-items" role="menu">
            {children}
          </span>
        </MenuContext.Provider>
      )}
    </span>
  );
}

interface MenuItemProps {
  readonly id?: string;
  readonly disabled?: boolean;
  readonly onAction?: OnAction;
  readonly children?: ReactNode;
}

export function MenuItem({ id = "", disabled, onAction, children }: MenuItemProps) {
  const act = useContext(MenuContext);
  return (
    <button
      type="button"
      role="menuitem"
      className="menu-item"
      disabled={disabled}
      onClick={() => {
        onAction?.(id);
        act(id);
      }}
    >
      {children}
    </button>
  );
}

export function MenuGroup({ title, children }: { title?: ReactNode; children?: ReactNode }) {
  return (
    <span className="menu-group">
      {title && <span className="menu-title">{title}</span>}
      {children}
    </span>
  );
}
