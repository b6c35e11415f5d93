/** A customer's subscriptions and invoices, each with its record. */

import { List, ListItem } from "@stripe/ui-extension-sdk/ui";
import type { ObjectLine, ObjectState } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { named } from "../texts/index.ts";
import { StatusBadge } from "./badges.tsx";
import { Note, Row, Section } from "./layout.tsx";
import { Outside } from "./Outside.tsx";

export function Children({ state }: { state: ObjectState }) {
  const { texts } = useApp();
  const { child_kinds: kinds } = state;
  const [first] = kinds;
  if (first === undefined) {
    return null;
  }
  const of = texts.object.children;
  const title = kinds.length > 1 ? of.both : first === "invoice" ? of.invoice : of.subscription;
  return (
    <Section title={title}>
      {state.children.length === 0 ? (
        <Note>{texts.object.noChildren}</Note>
      ) : (
        <List>
          {state.children.map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </List>
      )}
      {state.more_children ? <Note>{texts.object.moreChildren}</Note> : null}
    </Section>
  );
}

function Line({ line }: { line: ObjectLine }) {
  const { texts } = useApp();
  const status = line.status ? [named(texts.status[line.kind], line.status)] : [];
  return (
    <ListItem
      id={line.id}
      title={line.name ?? line.id}
      secondaryTitle={[texts.kind[line.kind], ...status].join(" · ")}
      value={
        <Row>
          <StatusBadge standing={line.standing} />
          {line.url ? <Outside href={line.url}>{texts.action.open}</Outside> : null}
        </Row>
      }
    />
  );
}
