import type { ReactNode } from "react";
import { type Css, fontOf, styleOf } from "./tokens.ts";

interface Styled {
  readonly css?: Css;
  readonly children?: ReactNode;
}

export function Box({ css, children }: Styled) {
  const classes = [
    "box",
    ...(css?.stack === "x" ? ["row"] : []),
    ...(css?.backgroundColor === undefined ? [] : ["card"]),
    ...(css?.font === undefined ? [] : [fontOf(css)]),
  ];
  return (
    <div className={classes.join(" ")} style={styleOf(css)}>
      {children}
    </div>
  );
}

export function Inline({ css, children }: Styled) {
  return (
    <span className={fontOf(css)} style={styleOf(css)}>
      {children}
    </span>
  );
}

export function Divider() {
  return <hr className="divider" />;
}

interface Picture {
  readonly src?: string;
  readonly alt?: string;
  readonly width?: number | string;
  readonly height?: number | string;
}

export function Img({ src, alt, width, height }: Picture) {
  return <img src={src} alt={alt ?? ""} width={width} height={height} />;
}
