/** The SDK's style tokens as CSS. Names and sizes are those of Stripe's page on styling apps. */

import type { CSSProperties } from "react";

export type Css = Readonly<Record<string, string | number>>;

const SPACES: Readonly<Record<string, string>> = {
  xxsmall: "2px",
  xsmall: "4px",
  small: "8px",
  medium: "16px",
  large: "24px",
  xlarge: "32px",
  xxlarge: "48px",
};

const RADII: Readonly<Record<string, string>> = {
  none: "0",
  xsmall: "2px",
  small: "4px",
  medium: "6px",
  large: "10px",
  rounded: "999em",
};

const SIZES: Readonly<Record<string, string>> = {
  auto: "auto",
  fill: "100%",
  min: "min-content",
  max: "max-content",
  fit: "fit-content",
};

const ALIGNED: Readonly<Record<string, string>> = {
  start: "flex-start",
  top: "flex-start",
  end: "flex-end",
  bottom: "flex-end",
};

/** Properties whose value is a space. */
const SPACED: Readonly<Record<string, readonly (keyof CSSProperties)[]>> = {
  padding: ["padding"],
  paddingX: ["paddingLeft", "paddingRight"],
  paddingY: ["paddingTop", "paddingBottom"],
  paddingTop: ["paddingTop"],
  paddingRight: ["paddingRight"],
  paddingBottom: ["paddingBottom"],
  paddingLeft: ["paddingLeft"],
  margin: ["margin"],
  marginX: ["marginLeft", "marginRight"],
  marginY: ["marginTop", "marginBottom"],
  marginTop: ["marginTop"],
  marginRight: ["marginRight"],
  marginBottom: ["marginBottom"],
  marginLeft: ["marginLeft"],
  gap: ["gap"],
  gapX: ["columnGap"],
  gapY: ["rowGap"],
  columnGap: ["columnGap"],
  rowGap: ["rowGap"],
  top: ["top"],
  right: ["right"],
  bottom: ["bottom"],
  left: ["left"],
  inset: ["inset"],
};

/** Properties that are CSS's own. */
const PLAIN = new Set([
  "borderStyle",
  "borderTopStyle",
  "borderRightStyle",
  "borderBottomStyle",
  "borderLeftStyle",
  "borderWidth",
  "borderTopWidth",
  "borderRightWidth",
  "borderBottomWidth",
  "borderLeftWidth",
  "overflow",
  "overflowX",
  "overflowY",
  "overflowWrap",
  "textAlign",
  "textOverflow",
  "textTransform",
  "whiteSpace",
  "wordBreak",
  "wordWrap",
]);

function space(value: string | number): string {
  return typeof value === "number" ? `${value}px` : (SPACES[value] ?? value);
}

function size(value: string | number): string {
  if (typeof value === "number") {
    return `${value}px`;
  }
  const [over, under] = value.split("/").map(Number);
  return SIZES[value] ?? (over && under ? `${(100 * over) / under}%` : value);
}

/** The style of a Box, an Inline, or whatever else takes `css`. */
export function styleOf(css: Css = {}): CSSProperties {
  const style: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(css)) {
    one(style, name, value, css);
  }
  return style as CSSProperties;
}

function one(style: Record<string, string | number>, name: string, value: string | number, css: Css): void {
  const spaced = SPACED[name];
  if (spaced !== undefined) {
    for (const property of spaced) {
      style[property] = space(value);
    }
  } else if (PLAIN.has(name)) {
    style[name] = typeof value === "number" ? `${value}px` : value;
  } else if (/^(min|max)?(width|height)$/i.test(name)) {
    style[name] = size(value);
  } else if (/Radius$/.test(name)) {
    style[name] = RADII[value] ?? value;
  } else if (/^border.*Color$/.test(name)) {
    style[name] = `var(--border-${value})`;
  } else {
    special(style, name, value, css);
  }
}

function special(
  style: Record<string, string | number>,
  name: string,
  value: string | number,
  css: Css,
): void {
  const isColumn = css.stack === "y";
  switch (name) {
    case "stack":
      style.display = value === "z" ? "grid" : "flex";
      style.flexDirection = value === "y" ? "column" : "row";
      return;
    case "display":
      style.display = "grid";
      return;
    case "gridColumns":
      style.gridTemplateColumns = `repeat(${value}, minmax(0, 1fr))`;
      return;
    case "alignX":
      style[isColumn ? "alignItems" : "justifyContent"] = ALIGNED[value] ?? value;
      return;
    case "alignY":
      style[isColumn ? "justifyContent" : "alignItems"] = ALIGNED[value] ?? value;
      return;
    case "alignSelfX":
    case "alignSelfY":
      style.alignSelf = ALIGNED[value] ?? value;
      return;
    case "distribute":
      style.justifyContent = value === "space-between" ? "space-between" : "flex-start";
      return;
    case "wrap":
      style.flexWrap = value;
      return;
    case "color":
    case "fill":
      style.color = `var(--text-${value})`;
      return;
    case "background":
    case "backgroundColor":
      style.backgroundColor = `var(--${value})`;
      return;
    case "keyline":
      style.boxShadow = `inset 0 0 0 1px var(--border-${value})`;
      return;
    case "fontFamily":
      style.fontFamily = value === "monospace" ? "var(--monospace)" : "inherit";
      return;
    case "fontWeight":
      style.fontWeight = value === "regular" ? 400 : value === "bold" ? 700 : 600;
      return;
    case "font":
      // A class, since it sets several properties: `fontOf`.
      return;
    default:
      console.error(`the stand-in does not draw the style ${name}: ${value}`);
  }
}

/** The class of a font token. */
export function fontOf(css: Css = {}): string {
  return css.font === undefined ? "" : `font-${css.font}`;
}
