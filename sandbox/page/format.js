// Numbers, amounts and times as people in Japan read them.

const count = new Intl.NumberFormat("ja-JP");
const clock = new Intl.DateTimeFormat("ja-JP", {
  timeZone: "Asia/Tokyo", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false,
});
const day = new Intl.DateTimeFormat("ja-JP", {
  timeZone: "Asia/Tokyo", year: "numeric", month: "2-digit", day: "2-digit",
});

export const formatCount = (value) => count.format(value ?? 0);
export const formatClock = (millis) => clock.format(new Date(millis));
export const formatDay = (seconds) => day.format(new Date(seconds * 1000));

/** A Stripe amount in the currency's smallest unit: 1980 jpy is ¥1,980, 1980 usd is $19.80. */
export function formatAmount(amount, currency) {
  if (typeof amount !== "number" || !currency) return "";
  const format = new Intl.NumberFormat("ja-JP", { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

/** A kintone field's value in one line. */
export function formatField(field) {
  const value = field?.value;
  if (value === null || value === undefined || value === "") return "";
  switch (field.type) {
    case "NUMBER": {
      const [whole, part] = String(value).split(".");
      return /^-?\d+$/.test(whole) ? count.format(BigInt(whole)) + (part ? `.${part}` : "") : String(value);
    }
    case "DATE": return String(value).replaceAll("-", "/");
    case "DATETIME": return clockWithDay(value);
    case "SUBTABLE": return value.length ? `${value.length}行` : "";
    default:
  }
  if (Array.isArray(value)) return value.map((item) => item?.name ?? item?.code ?? item).join("、");
  return typeof value === "object" ? value.name ?? value.code ?? "" : String(value).replaceAll("\n", " ");
}

function clockWithDay(text) {
  const at = new Date(text);
  return Number.isNaN(at.valueOf()) ? String(text) : `${day.format(at)} ${clock.format(at).slice(0, 5)}`;
}
