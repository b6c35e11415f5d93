// What a row says of a Stripe object.

import { formatAmount, formatDay } from "./format.js";

export const KINDS = {
  customer: "顧客",
  subscription: "契約",
  invoice: "請求",
};

const STATUSES = {
  active: ["有効", "good"],
  trialing: ["試用中", "good"],
  past_due: ["支払い遅延", "warn"],
  unpaid: ["未払い", "warn"],
  canceled: ["解約済み", ""],
  incomplete: ["手続き中", ""],
  incomplete_expired: ["期限切れ", ""],
  paused: ["休止中", ""],
  draft: ["下書き", ""],
  open: ["未払い", "warn"],
  paid: ["支払い済み", "good"],
  uncollectible: ["回収不能", "warn"],
  void: ["無効", ""],
};
const INTERVALS = { day: "日", week: "週", month: "月", year: "年" };

/** `{title, detail, amount, status: [text, tone]}`; `nameOf` finds a customer's name by id. */
export function present(kind, object, nameOf) {
  const shown = { customer, subscription, invoice }[kind](object, nameOf);
  const status = object.status ? STATUSES[object.status] ?? [object.status, ""] : null;
  return { status, ...shown };
}

function customer(object) {
  const place = [object.address?.country, object.address?.state, object.address?.city].filter(Boolean).join(" ");
  return {
    title: object.name || object.email || object.id,
    detail: [object.email, place].filter(Boolean).join(" · "),
    amount: "",
  };
}

function subscription(object, nameOf) {
  const item = object.items?.data?.[0];
  const price = item?.price;
  const quantity = item?.quantity > 1 ? ` × ${item.quantity}` : "";
  const interval = INTERVALS[price?.recurring?.interval] ?? "";
  const end = item?.current_period_end ?? object.current_period_end;
  const ending = object.cancel_at_period_end ? "で解約" : "まで";
  return {
    title: nameOf(object.customer) || object.id,
    detail: [price?.nickname, end ? formatDay(end) + ending : ""].filter(Boolean).join(" · "),
    amount: price ? `${formatAmount(price.unit_amount, price.currency)}${interval ? `/${interval}` : ""}${quantity}` : "",
  };
}

function invoice(object, nameOf) {
  return {
    title: object.customer_name || nameOf(object.customer) || object.id,
    detail: [object.number, object.due_date ? `期限 ${formatDay(object.due_date)}` : ""].filter(Boolean).join(" · "),
    amount: formatAmount(object.total, object.currency),
  };
}
