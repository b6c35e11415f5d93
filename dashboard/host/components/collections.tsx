import { createContext, type ReactNode, useContext } from "react";

type OnAction = (id: string) => void;
const ListContext = createContext<OnAction | undefined>(undefined);

interface ListProps {
  readonly onAction?: OnAction;
  readonly children?: ReactNode;
}

export function List({ onAction, children }: ListProps) {
  return (
    <ListContext.Provider value={onAction}>
      <ul className="list">{children}</ul>
    </ListContext.Provider>
  );
}

interface ListItemProps {
  readonly id?: string;
  readonly icon?: ReactNode;
  readonly image?: ReactNode;
  readonly title?: ReactNode;
  readonly secondaryTitle?: ReactNode;
  readonly value?: ReactNode;
}

export function ListItem({ id = "", icon, image, title, secondaryTitle, value }: ListItemProps) {
  const act = useContext(ListContext);
  const content = (
    <>
      {icon ?? image}
      <span className="list-titles">
        <span className="list-title">{title}</span>
        {secondaryTitle && <span className="list-secondary">{secondaryTitle}</span>}
      </span>
      {value !== undefined && <span className="list-value">{value}</span>}
    </>
  );
  return (
    <li>
      {act === undefined ? (
        <div className="list-item">{content}</div>
      ) : (
        <button type="button" className="list-item" onClick={() => act(id)}>
          {content}
        </button>
      )}
    </li>
  );
}

export function PropertyList({
  orientation = "horizontal",
  children,
}: {
  orientation?: string;
  children?: ReactNode;
}) {
  return <dl className={`properties ${orientation}`}>{children}</dl>;
}

export function PropertyListItem({ label, value }: { label?: ReactNode; value?: ReactNode }) {
  return (
    <div className="property">
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

export function ChipList({ children }: { children?: ReactNode }) {
  return <div className="chips">{children}</div>;
}

interface ChipProps {
  readonly label?: string;
  readonly value?: string | readonly string[];
  readonly onAddSuggestion?: () => void;
  readonly onClose?: () => void;
  readonly onDropdown?: () => void;
}

export function Chip({ label, value, onAddSuggestion, onClose, onDropdown }: ChipProps) {
  const text = [label, [value ?? []].flat().join(", ")].filter(Boolean).join(": ");
  const press = onDropdown ?? onAddSuggestion;
  return (
    <span className="chip">
      {press ? (
        <button type="button" onClick={press}>
          {onAddSuggestion && "+ "}
          {text}
        </button>
      ) : (
        text
      )}
      {onClose && (
        <button type="button" aria-label={`× ${text}`} onClick={onClose}>
          ×
        </button>
      )}
    </span>
  );
}
