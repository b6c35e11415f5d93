/** How something stands, in one word. */

import { Badge } from "@stripe/ui-extension-sdk/ui";
import type { Standing } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { named } from "../texts/index.ts";

const STANDING = {
  in_sync: "positive",
  left_out: "neutral",
  not_linked: "neutral",
  differs: "warning",
  waiting: "info",
  stopped: "warning",
  failed: "negative",
} as const;

/** How a record stands. */
export function StatusBadge({ standing }: { standing: Standing }) {
  const { texts } = useApp();
  return <Badge type={STANDING[standing] ?? "neutral"}>{named(texts.standing, standing)}</Badge>;
}

/** Test or live: on every view, since both have a kintone of their own. */
export function ModeBadge() {
  const { texts, mode } = useApp();
  return <Badge type={mode === "live" ? "info" : "warning"}>{texts.mode[mode]}</Badge>;
}

/** How a target stands. */
export function TargetBadge({ state }: { state: string }) {
  const { texts } = useApp();
  const type = state === "active" ? "positive" : state === "unchecked" ? "neutral" : "warning";
  return <Badge type={type}>{named(texts.target.state, state)}</Badge>;
}
