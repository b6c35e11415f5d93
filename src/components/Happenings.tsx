/** What happened lately. */

import { List, ListItem } from "@stripe/ui-extension-sdk/ui";
import type { Happening } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { moment } from "../texts/format.ts";
import { Note, Section } from "./layout.tsx";

export function Happenings({ happened }: { happened: Happening[] }) {
  const { texts, language } = useApp();
  return (
    <Section title={texts.object.happened}>
      {happened.length === 0 ? (
        <Note>{texts.object.nothingHappened}</Note>
      ) : (
        <List>
          {happened.map(({ at, text }, index) => (
            <ListItem key={index} title={text[language]} secondaryTitle={moment(at, language)} />
          ))}
        </List>
      )}
    </Section>
  );
}
