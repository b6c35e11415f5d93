/** What no longer fits since a form was changed in kintone. */

import { Banner, List, ListItem } from "@stripe/ui-extension-sdk/ui";
import type { Issue } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { Stack } from "./layout.tsx";

export function Drift({ issues }: { issues: Issue[] }) {
  const { texts, language } = useApp();
  if (issues.length === 0) {
    return null;
  }
  const isBroken = issues.some(({ severity }) => severity === "error");
  return (
    <Stack gap="small">
      <Banner
        type={isBroken ? "critical" : "caution"}
        title={texts.drift.title}
        description={texts.drift.text}
      />
      <List>
        {issues.map(({ code, target, field, label, text }) => (
          <ListItem
            key={`${target} ${field} ${code}`}
            title={label ?? field ?? target ?? code}
            secondaryTitle={text[language]}
          />
        ))}
      </List>
    </Stack>
  );
}
