import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

export function Accordion({ children }: { children?: ReactNode }) {
  return <div className="accordion">{children}</div>;
}

interface AccordionItemProps {
  readonly title?: ReactNode;
  readonly subtitle?: ReactNode;
  readonly media?: ReactNode;
  readonly actions?: ReactNode;
  readonly defaultOpen?: boolean;
  readonly onChange?: (isOpen: boolean) => void;
  readonly children?: ReactNode;
}

export function AccordionItem({
  title,
  subtitle,
  media,
  actions,
  defaultOpen,
  onChange,
  children,
}: AccordionItemProps) {
  const [open, setOpen] = useState(defaultOpen ?? false);
  const toggle = () => {
    setOpen(!open);
    onChange?.(!open);
  };
  return (
    <div className="accordion-item">
      <div className="accordion-head">
        <button type="button" className="accordion-toggle" aria-expanded={open} onClick={toggle}>
          <span className={`chevron ${open ? "open" : ""}`} aria-hidden="true" />
          {media}
          <span className="list-titles">
            <span className="list-title">{title}</span>
            {subtitle && <span className="list-secondary">{subtitle}</span>}
          </span>
        </button>
        {actions && <span className="accordion-actions">{actions}</span>}
      </div>
      {open && <div className="accordion-content">{children}</div>}
    </div>
  );
}

interface Selection {
  readonly selected: string | undefined;
  readonly select: (id: string) => void;
  /** A tab that is there; the first one is selected if nothing else is. */
  readonly register: (id: string) => void;
}

const TabsContext = createContext<Selection>({
  selected: undefined,
  select: () => undefined,
  register: () => undefined,
});

interface TabsProps {
  readonly selectedKey?: string;
  readonly onSelectionChange?: (id: string) => void;
  readonly children?: ReactNode;
}

export function Tabs({ selectedKey, onSelectionChange, children }: TabsProps) {
  const [own, setOwn] = useState<string>();
  const select = (id: string) => {
    setOwn(id);
    onSelectionChange?.(id);
  };
  const register = useCallback((id: string) => setOwn((before) => before ?? id), []);
  return (
    <TabsContext.Provider value={{ selected: selectedKey ?? own, select, register }}>
      <div className="tabs">{children}</div>
    </TabsContext.Provider>
  );
}

export function TabList({ children }: { children?: ReactNode }) {
  return (
    <div className="tab-list" role="tablist">
      {children}
    </div>
  );
}

export function Tab({ id, disabled, children }: { id: string; disabled?: boolean; children?: ReactNode }) {
  const { selected, select, register } = useContext(TabsContext);
  // Only as it appears: the order of appearance is the order of the tabs.
  useEffect(() => register(id), [id, register]);
  return (
    <button
      type="button"
      role="tab"
      className="tab"
      aria-selected={selected === id}
      disabled={disabled}
      onClick={() => select(id)}
    >
      {children}
    </button>
  );
}

export function TabPanels({ children }: { children?: ReactNode }) {
  return <>{children}</>;
}

export function TabPanel({ id, children }: { id: string; children?: ReactNode }) {
  const { selected } = useContext(TabsContext);
  return selected === id ? (
    <div className="tab-panel" role="tabpanel">
      {children}
    </div>
  ) : null;
}

export function Tooltip({ trigger, children }: { trigger?: ReactNode; children?: ReactNode }) {
  return (
    <span className="tooltip">
      {trigger}
      <span className="tooltip-text" role="tooltip">
        {children}
      </span>
    </span>
  );
}
