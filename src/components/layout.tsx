/** Where things stand on a view. */

import { Box, Inline } from "@stripe/ui-extension-sdk/ui";
import type { ReactNode } from "react";

/** One below the other. */
export function Stack({
  gap = "medium",
  children,
}: {
  gap?: "small" | "medium" | "large";
  children: ReactNode;
}) {
  return <Box css={{ stack: "y", gap }}>{children}</Box>;
}

interface RowProps {
  /** `bottom` where a button stands beside a field with its label, `top` where an error may stand below one. */
  readonly align?: "top" | "center" | "bottom";
  readonly children: ReactNode;
}

/** One beside the other. */
export function Row({ align = "center", children }: RowProps) {
  return <Box css={{ stack: "x", gap: "small", alignY: align, wrap: "wrap" }}>{children}</Box>;
}

/** A part of a view with its heading. */
export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Box css={{ stack: "y", gap: "small" }}>
      <Box css={{ font: "heading" }}>{title}</Box>
      {children}
    </Box>
  );
}

/** A part of a section that stands by itself. */
export function Card({ children }: { children: ReactNode }) {
  const css = { backgroundColor: "container", borderRadius: "medium", padding: "medium" } as const;
  return <Box css={{ stack: "y", gap: "small", ...css }}>{children}</Box>;
}

/** What matters less. */
export function Note({ children }: { children: ReactNode }) {
  return <Box css={{ font: "caption", color: "secondary" }}>{children}</Box>;
}

/** What matters more. */
export function Strong({ children }: { children: ReactNode }) {
  return <Inline css={{ font: "bodyEmphasized" }}>{children}</Inline>;
}
