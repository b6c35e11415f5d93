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

interface PressProps extends Pressable {
  readonly className: string;
  readonly busy?: boolean;
}

/** What is pressed: it leads to an address, to a page of the Dashboard, or only to the app. */
function Press({ className, busy = false, href, target, css, disabled, onPress, children }: PressProps) {
  const go = useGo();
  const route = typeof href === "object" ? href : undefined;
  const press = () => {
    onPress?.(pressed());
    if (route) {
      openRoute(route, go);
    }
  };
  const shared = { className, style: styleOf(css), onClick: press };
  return typeof href === "string" && !disabled ? (
    <a {...shared} href={href} target={target ?? "_blank"} rel="noreferrer">
      {children}
    </a>
  ) : (
    <button {...shared} type="button" disabled={disabled || busy} aria-busy={busy || undefined}>
      {children}
    </button>
  );
}

interface ButtonProps extends Pressable {
  readonly type?: "primary" | "secondary" | "destructive";
  readonly size?: string;
  readonly pending?: boolean;
}

export function Button({ type = "secondary", size = "medium", pending, children, ...press }: ButtonProps) {
  return (
    <Press {...press} className={`button ${type} ${size}`} busy={pending ?? false}>
      {pending && <span className="spinner small" />}
      {children}
    </Press>
  );
}

interface LinkProps extends Pressable {
  readonly type?: "primary" | "secondary";
  readonly external?: boolean;
}

export function Link({ type = "primary", external, children, ...press }: LinkProps) {
  return (
    <Press {...press} className={`link ${type}`}>
      {children}
      {external && <span aria-hidden="true"> ↗</span>}
    </Press>
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
