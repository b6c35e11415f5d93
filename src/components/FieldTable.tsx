/** Each mapped field with Stripe's value and kintone's. */

import {
  Badge,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
} from "@stripe/ui-extension-sdk/ui";
import type { FieldState } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { shown } from "../texts/value.ts";
import { Note, Row } from "./layout.tsx";

export function FieldTable({ fields, compared }: { fields: FieldState[]; compared: boolean }) {
  const { texts } = useApp();
  if (fields.length === 0) {
    // Without a record, or before the object is read, there may be fields that are not known yet.
    return compared ? <Note>{texts.object.noFields}</Note> : null;
  }
  return (
    <Table>
      <TableHead>
        <TableRow>
          <TableHeaderCell>{texts.object.field}</TableHeaderCell>
          <TableHeaderCell>Stripe</TableHeaderCell>
          {compared ? <TableHeaderCell>kintone</TableHeaderCell> : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {ordered(fields).map((field) => (
          <FieldRow key={field.code} field={field} compared={compared} />
        ))}
      </TableBody>
    </Table>
  );
}

/** What differs is seen first. */
function ordered(fields: readonly FieldState[]): FieldState[] {
  return [...fields].sort((one, other) => Number(other.differs) - Number(one.differs));
}

function FieldRow({ field, compared }: { field: FieldState; compared: boolean }) {
  const { texts, language } = useApp();
  return (
    <TableRow>
      <TableCell wrap>
        <Row>
          {field.label}
          {field.differs ? <Badge type="warning">{texts.object.differs}</Badge> : null}
          {field.keeps ? <Badge type="neutral">{texts.object.keeps}</Badge> : null}
        </Row>
      </TableCell>
      <TableCell wrap>{shown(field.stripe, field.type, texts, language)}</TableCell>
      {compared ? <TableCell wrap>{shown(field.kintone, field.type, texts, language)}</TableCell> : null}
    </TableRow>
  );
}
