import { type Word, words } from "../texts.ts";
import { COLUMNS, type Kind } from "./columns.tsx";
import { Objects, type PageProps } from "./list.tsx";
import { type StripeObject, useStripe } from "./stripe.ts";

/** One object's page: what it is, and what belongs to it. */
export function ObjectPage({ kind, id, ...page }: PageProps & { kind: Kind; id: string }) {
  const { mode, locale, go } = page;
  const word = words(locale);
  const read = useStripe<StripeObject>(mode, `/v1/${kind}/${encodeURIComponent(id)}`);
  if (read === "loading" || read === "failed") {
    return <p className="quiet">{word(read === "failed" ? "unreadable" : "loading")}</p>;
  }
  const columns = Object.entries(COLUMNS[kind]);
  const title = columns[0]?.[1](read, locale);
  const customer = typeof read.customer === "string" ? read.customer : undefined;
  return (
    <>
      <button type="button" className="link secondary" onClick={() => go({ page: kind, id: "" })}>
        ‹ {word(kind)}
      </button>
      <h1>{title}</h1>
      <p className="quiet mono">{id}</p>
      <h2>{word("details")}</h2>
      <dl className="properties horizontal page-properties">
        {columns.slice(1).map(([name, show]) => (
          <div key={name} className="property">
            <dt>{word(name as Word)}</dt>
            <dd>
              {name === "customer" && customer ? (
                <button
                  type="button"
                  className="link primary"
                  onClick={() => go({ page: "customers", id: customer })}
                >
                  {customer}
                </button>
              ) : (
                show(read, locale)
              )}
            </dd>
          </div>
        ))}
        {typeof read.description === "string" && (
          <div className="property">
            <dt>{word("description")}</dt>
            <dd>{read.description}</dd>
          </div>
        )}
      </dl>
      {kind === "customers" && <OfCustomer id={id} {...page} />}
    </>
  );
}

function OfCustomer({ id, ...page }: PageProps & { id: string }) {
  const word = words(page.locale);
  const filter = `&customer=${encodeURIComponent(id)}`;
  return (
    <>
      <h2>{word("subscriptions")}</h2>
      <Objects kind="subscriptions" filter={filter} {...page} />
      <h2>{word("invoices")}</h2>
      <Objects kind="invoices" filter={filter} {...page} />
    </>
  );
}
