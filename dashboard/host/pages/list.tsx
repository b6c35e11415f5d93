import { useState } from "react";
import type { Go, Locale, Mode } from "../session.ts";
import { type Word, words } from "../texts.ts";
import { COLUMNS, type Kind } from "./columns.tsx";
import { ask, type StripeObject, useStripe } from "./stripe.ts";

/** Stripe gives at most so many at once. */
const PAGE = 100;

export interface PageProps {
  readonly mode: Mode;
  readonly locale: Locale;
  readonly go: Go;
}

interface List {
  readonly data: readonly StripeObject[];
  readonly has_more: boolean;
}

/** All objects of a kind, the newest first. */
export function ListPage({ kind, ...page }: PageProps & { kind: Kind }) {
  const word = words(page.locale);
  return (
    <>
      <h1>{word(kind)}</h1>
      <Objects kind={kind} {...page} />
    </>
  );
}

interface ObjectsProps extends PageProps {
  readonly kind: Kind;
  readonly filter?: string;
  readonly count?: number;
}

/** A table of objects that leads to each one's page. */
export function Objects({ kind, filter = "", count = PAGE, mode, locale, go }: ObjectsProps) {
  const word = words(locale);
  const status = kind === "subscriptions" ? "&status=all" : "";
  const path = `/v1/${kind}?limit=${count}${status}${filter}`;
  const read = useStripe<List>(mode, path);
  const [more, setMore] = useState<readonly StripeObject[]>([]);
  const [ended, setEnded] = useState(false);
  if (read === "loading" || read === "failed") {
    return <p className="quiet">{word(read === "failed" ? "unreadable" : "loading")}</p>;
  }
  const objects = [...read.data, ...more];
  if (objects.length === 0) {
    return <p className="quiet">{word("nothing")}</p>;
  }
  const next = async () => {
    const after = objects[objects.length - 1]?.id;
    const list = await ask<List>(mode, `${path}&starting_after=${after}`);
    setMore([...more, ...list.data]);
    setEnded(!list.has_more);
  };
  return (
    <>
      <Rows kind={kind} objects={objects} locale={locale} go={go} />
      {count === PAGE && read.has_more && !ended && (
        <button type="button" className="button secondary medium" onClick={() => void next()}>
          {word("more")}
        </button>
      )}
    </>
  );
}

interface RowsProps {
  readonly kind: Kind;
  readonly objects: readonly StripeObject[];
  readonly locale: Locale;
  readonly go: Go;
}

function Rows({ kind, objects, locale, go }: RowsProps) {
  const word = words(locale);
  const columns = Object.entries(COLUMNS[kind]) as [Word, (typeof COLUMNS)[Kind][string]][];
  return (
    <table className="table objects">
      <thead>
        <tr>
          {columns.map(([name]) => (
            <th key={name} scope="col">
              {word(name)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {objects.map((object) => (
          <tr key={object.id}>
            {columns.map(([name, show], index) => (
              <td key={name}>
                {index === 0 ? (
                  <button
                    type="button"
                    className="link primary"
                    onClick={() => go({ page: kind, id: object.id })}
                  >
                    {show?.(object, locale) ?? object.id}
                  </button>
                ) : (
                  show?.(object, locale)
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
