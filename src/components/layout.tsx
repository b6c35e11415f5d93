/** How things are laid out on a view. */

import { Box, Inline } from "@stripe/ui-extension-sdk/ui";
import type { ReactNode } from "react";

// Each look is one object: a new one, though alike, would be sent to the Dashboard at every drawing, and a
// key stroke draws much.
const STACKS = {
  small: { stack: "y", gap: "small" },
  medium: { stack: "y", gap: "medium" },
  large: { stack: "y", gap: "large" },
} as const;
const ROWS = {
  top: { stack: "x", gap: "small", alignY: "top", wrap: "wrap" },
  center: { stack: "x", gap: "small", alignY: "center", wrap: "wrap" },
  bottom: { stack: "x", gap: "small", alignY: "bottom", wrap: "wrap" },
} as const;
const HEADING = { font: "heading" } as const;
const CARD = {
  ...STACKS.small,
  backgroundColor: "container",
  borderRadius: "medium",
  padding: "medium",
} as const;
const NOTE = { font: "caption", color: "secondary" } as const;
const STRONG = { font: "bodyEmphasized" } as const;

interface StackProps {
  readonly gap?: keyof typeof STACKS;
  readonly children: ReactNode;
}

/** One below the other. */
export function Stack({ gap = "medium", children }: StackProps) {
  return <Box css={STACKS[gap]}>{children}</Box>;
}

interface RowProps {
  /** `bottom` where a button stands beside a field with its label, `top` where an error may stand below one. */
  readonly align?: keyof typeof ROWS;
  readonly children: ReactNode;
}

/** One beside the other. */
export function Row({ align = "center", children }: RowProps) {
  return <Box css={ROWS[align]}>{children}</Box>;
}

/** A part of a view with its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box css={STACKS.small}>
      <Box css={HEADING}>{title}</Box>
      {children}
    </Box>
  );
}

/** A part of a section that stands by itself. */
export function Card({ children }: { children: ReactNode }) {
  return <Box css={CARD}>{children}</Box>;
}

/** What matters less. */
export function Note({ children }: { children: ReactNode }) {
  return <Box css={NOTE}>{children}</Box>;
}

/** What matters more. */
export function Strong({ children }: { children: ReactNode }) {
  return <Inline css={STRONG}>{children}</Inline>;
}
