import type { ReactNode } from "react";
import { Badge } from "../components/notices.tsx";
import type { Locale } from "../session.ts";
import type { Word } from "../texts.ts";
import type { StripeObject } from "./stripe.ts";

export type Kind = "customers" | "subscriptions" | "invoices";

type Show = (object: StripeObject, locale: Locale) => ReactNode;

const GOOD = new Set(["active", "paid", "trialing"]);
const BAD = new Set(["past_due", "unpaid", "uncollectible"]);

function status({ status }: StripeObject): ReactNode {
  const name = String(status ?? "");
  return <Badge type={GOOD.has(name) ? "positive" : BAD.has(name) ? "negative" : "neutral"}>{name}</Badge>;
}

const created: Show = ({ created }, locale) =>
  new Date(Number(created) * 1000).toLocaleString(locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "Asia/Tokyo",
  });

/** An amount in the smallest unit of its currency. */
function money(amount: unknown, currency: unknown, locale: Locale): string {
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: String(currency ?? "jpy") });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  return format.format(Number(amount ?? 0) / 10 ** digits);
}

const text =
  (name: string): Show =>
  (object) =>
    (object[name] as string | null) ?? "";

/** What each list and each page shows, by the word that heads it. */
export const COLUMNS: Readonly<Record<Kind, Partial<Record<Word, Show>> & Record<string, Show>>> = {
  customers: {
    name: (object) => (object.name as string | null) ?? (object.email as string | null) ?? object.id,
    email: text("email"),
    phone: text("phone"),
    created,
  },
  subscriptions: {
    number: ({ id }) => id,
    status,
    customer: text("customer"),
    created,
  },
  invoices: {
    number: (object) => (object.number as string | null) ?? object.id,
    amount: ({ total, currency }, locale) => money(total, currency, locale),
    status,
    created,
  },
};
