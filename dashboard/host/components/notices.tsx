import type { ReactNode } from "react";
import { useLocale } from "../surroundings.ts";
import { words } from "../texts.ts";
import { GLYPHS } from "./glyphs.ts";
import { type Css, styleOf } from "./tokens.ts";

export function Badge({ type = "neutral", children }: { type?: string; children?: ReactNode }) {
  return <span className={`badge ${type}`}>{children}</span>;
}

interface BannerProps {
  readonly type?: "default" | "caution" | "critical";
  readonly title?: ReactNode;
  readonly description?: ReactNode;
  readonly actions?: ReactNode;
  readonly onDismiss?: () => void;
}

export function Banner({ type = "default", title, description, actions, onDismiss }: BannerProps) {
  const word = words(useLocale());
  return (
    <div className={`banner ${type}`} role={type === "critical" ? "alert" : "note"}>
      <Icon name={type === "default" ? "info" : "warning"} />
      <div className="banner-text">
        {title && <div className="banner-title">{title}</div>}
        {description && <div>{description}</div>}
        {actions && <div className="banner-actions">{actions}</div>}
      </div>
      {onDismiss && (
        <button type="button" className="close" aria-label={word("close")} onClick={onDismiss}>
          ×
        </button>
      )}
    </div>
  );
}

const SIZES: Readonly<Record<string, number>> = { xsmall: 12, small: 14, medium: 16, large: 20, xlarge: 32 };

interface IconProps {
  readonly name: string;
  readonly size?: string;
  readonly css?: Css;
}

export function Icon({ name, size = "medium", css }: IconProps) {
  const path = GLYPHS[name];
  if (path === undefined) {
    console.error(`the stand-in does not draw the icon ${name}`);
  }
  const side = SIZES[size] ?? 16;
  return (
    <svg
      className="icon"
      width={side}
      height={side}
      viewBox="0 0 16 16"
      style={styleOf(css)}
      aria-hidden="true"
    >
      <path d={path ?? "M2 2h12v12H2z"} />
    </svg>
  );
}

export function Spinner({ size = "medium" }: { size?: string }) {
  const word = words(useLocale());
  return <span className={`spinner ${size}`} role="img" aria-label={word("loading")} />;
}
