import type { CSSProperties, ReactNode } from "react";

interface Children {
  readonly children?: ReactNode;
}

export function Table({ children }: Children) {
  return (
    // Wide tables scroll by themselves, and by the keyboard.
    <div className="table-frame">
      <table className="table">{children}</table>
    </div>
  );
}

export const TableHead = ({ children }: Children) => <thead>{children}</thead>;
export const TableBody = ({ children }: Children) => <tbody>{children}</tbody>;
export const TableFooter = ({ children }: Children) => <tfoot>{children}</tfoot>;
export const TableRow = ({ children }: Children) => <tr>{children}</tr>;

interface CellProps extends Children {
  readonly align?: "left" | "center" | "right";
  readonly vAlign?: CSSProperties["verticalAlign"];
  readonly colSpan?: number;
  readonly rowSpan?: number;
  readonly wrap?: boolean;
  readonly width?: string | number;
  readonly minWidth?: string | number;
  readonly maxWidth?: string | number;
}

function cell({ align, vAlign, colSpan, rowSpan, wrap, width, minWidth, maxWidth }: CellProps) {
  const size = (given: string | number | undefined) =>
    given === "maximized" ? "100%" : given === "minimized" ? "1px" : given;
  const style: CSSProperties = {
    textAlign: align,
    verticalAlign: vAlign,
    width: size(width),
    minWidth: size(minWidth),
    maxWidth: size(maxWidth),
    whiteSpace: wrap === false ? "nowrap" : undefined,
  };
  return { colSpan, rowSpan, style };
}

export const TableCell = (props: CellProps) => <td {...cell(props)}>{props.children}</td>;
export const TableHeaderCell = (props: CellProps) => (
  <th scope="col" {...cell(props)}>
    {props.children}
  </th>
);
