/** What a real object would become, before anything is stored or written. */

import {
  Banner,
  Button,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeaderCell,
  TableRow,
  TextField,
} from "@stripe/ui-extension-sdk/ui";
import { useEffect, useMemo, useState } from "react";
import type { AppState, ObjectKind, Sample } from "../api/types.ts";
import { useApp } from "../app.tsx";
import { useChange } from "../hooks/useChange.ts";
import { useLogic } from "../hooks/useLogic.ts";
import type { InputOf, Issue } from "../logic/index.ts";
import { type TargetDraft, targetOf } from "../mapping/draft.ts";
import { appOf, type FormField } from "../mapping/form.ts";
import { shown } from "../texts/value.ts";
import { Note, Row, Section } from "./layout.tsx";
import { CallFailure } from "./states.tsx";

const IDS: Record<ObjectKind, RegExp> = {
  customer: /^cus_\w+$/,
  subscription: /^sub_\w+$/,
  invoice: /^in_\w+$/,
};
const EXAMPLES: Record<ObjectKind, string> = { customer: "cus_…", subscription: "sub_…", invoice: "in_…" };

interface Props {
  readonly draft: TargetDraft;
  readonly app: AppState | undefined;
  readonly fields: Map<string, FormField>;
}

/** A sample, and the draft for which it was taken. */
interface Seen {
  /** The id that was typed, if one was. */
  readonly id: string;
  readonly sample: Sample;
  readonly draft: TargetDraft;
}

export function Preview({ draft, app, fields }: Props) {
  const { source } = draft.target;
  return source in IDS ? (
    <Sampled kind={source as ObjectKind} draft={draft} app={app} fields={fields} />
  ) : null;
}

function Sampled({ kind, draft, app, fields }: Props & { kind: ObjectKind }) {
  const { texts, mayChange } = useApp();
  const of = texts.preview;
  const sample = useChange("sample");
  const [id, setId] = useState("");
  const [found, setFound] = useState<Seen>();
  const isWrong = id !== "" && !IDS[kind].test(id);
  const show = async () => {
    const mapping = mappingOf(draft);
    const answer = await sample.run(id === "" ? { kind, mapping } : { kind, id, mapping });
    setFound(answer && { id, sample: answer, draft });
  };
  if (!mayChange) {
    return null;
  }
  return (
    <Section title={of.title}>
      <Note>{of.text}</Note>
      <Row align="bottom">
        <TextField
          label={of.id}
          defaultValue=""
          placeholder={EXAMPLES[kind]}
          invalid={isWrong}
          {...(isWrong ? { error: of.idWrong(EXAMPLES[kind]) } : {})}
          onChange={(event) => setId(event.target.value.trim())}
        />
        <Button disabled={isWrong} pending={sample.isPending} onPress={show}>
          {of.show}
        </Button>
      </Row>
      {sample.error ? <CallFailure error={sample.error} retry={show} /> : null}
      {found && !found.sample.object ? (
        <Note>{found.id === "" ? of.none : of.notFound(found.id)}</Note>
      ) : null}
      {found?.sample.object ? <Projected seen={found} draft={draft} app={app} fields={fields} /> : null}
    </Section>
  );
}

/** How long nothing must be typed until the preview is made anew, in milliseconds. */
const PAUSE_MS = 150;

/** The draft as it stood when typing last paused: what is wrong with a key stroke comes first. */
function usePaused(draft: TargetDraft): TargetDraft {
  const [paused, setPaused] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  return paused;
}

/** Made anew while the mapping is edited, without the network. */
function Projected({ seen, draft: newest, app, fields }: Props & { seen: Seen }) {
  const { sample } = seen;
  const { texts } = useApp();
  const draft = usePaused(newest);
  const logic = useLogic();
  const form = useMemo(() => appOf(app), [app]);
  const answer = useMemo(() => {
    const input = {
      mapping: mappingOf(draft),
      target: draft.name,
      object: sample.object,
      app: form,
      ...(sample.context ? { context: gathered(sample.context) } : {}),
    };
    return form && logic?.call("project_and_check", input as InputOf<"project_and_check">);
  }, [logic, draft, sample, form]);
  if (answer === undefined || !("ok" in answer)) {
    return answer === undefined ? null : <Note>{texts.preview.refused}</Note>;
  }
  const { action, key, record, issues } = answer.ok;
  if (action === "keep" && issues.length === 0) {
    return <Note>{texts.preview.leftOut}</Note>;
  }
  const { id } = sample.object as { id?: string };
  const rows = [...(key ? [[draft.target.key.field, key] as const] : []), ...cells(record, draft)];
  return (
    <>
      <Note>{texts.preview.of(id ?? "")}</Note>
      {issues.map((issue) => (
        <Told
          key={`${issue.code} ${issue.field} ${issue.rule}`}
          issue={issue}
          isEdited={draft !== seen.draft}
        />
      ))}
      {rows.length === 0 ? <Note>{texts.preview.nothing}</Note> : <Values rows={rows} fields={fields} />}
    </>
  );
}

function mappingOf(draft: TargetDraft) {
  return { version: 1, targets: { [draft.name]: targetOf(draft) } };
}

/** What the rule looks at was not read. */
const UNREAD = "related_missing";

/** What a rule looks at that was edited since the sample was taken was not asked for: that is no fault. */
function Told({ issue, isEdited }: { issue: Issue; isEdited: boolean }) {
  const { texts, language } = useApp();
  if (isEdited && issue.code === UNREAD) {
    const name = issue.label ?? issue.field;
    return <Note>{`${name ? `${name}: ` : ""}${texts.preview.unread}`}</Note>;
  }
  return (
    <Banner type={issue.severity === "error" ? "critical" : "caution"} description={text(issue, language)} />
  );
}

/** What was gathered, without what the Worker left empty. */
function gathered(context: unknown): unknown {
  return JSON.parse(JSON.stringify(context, (_, value) => value ?? undefined));
}

function text({ text, field, label }: Issue, language: "ja" | "en"): string {
  const name = label ?? field;
  return name && !text[language].includes(name) ? `${name}: ${text[language]}` : text[language];
}

/** A record's values in the order of the rules that give them. */
function cells(
  record: { [code: string]: { value: unknown } },
  { rules }: TargetDraft,
): (readonly [string, unknown])[] {
  const place = (code: string) => rules.findIndex(({ rule }) => rule.field === code);
  const cells = Object.entries(record).map(([code, { value }]) => [code, value] as const);
  return cells.sort(([one], [other]) => place(one) - place(other));
}

interface ValuesProps {
  readonly rows: readonly (readonly [string, unknown])[];
  readonly fields: Map<string, FormField>;
}

function Values({ rows, fields }: ValuesProps) {
  const { texts, language } = useApp();
  return (
    <Table>
      <TableHead>
        <TableRow>
          <TableHeaderCell>{texts.mapping.field}</TableHeaderCell>
          <TableHeaderCell>{texts.preview.value}</TableHeaderCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {rows.map(([code, value]) => (
          <TableRow key={code}>
            <TableCell>{fields.get(code)?.label ?? code}</TableCell>
            <TableCell wrap>{shown(value, fields.get(code)?.type ?? "", texts, language)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}
