/** The Dashboard's own pages, as far as the stand-in has them. */

import type { Go, PageName } from "./session.ts";

/** A route of the SDK: `{name: "customerDetails", params: {customerId}}`. */
export interface Route {
  readonly name: string;
  readonly params?: Readonly<Record<string, string>>;
}

const PAGES: Readonly<Record<string, readonly [PageName, string?]>> = {
  dashboard: ["home"],
  customers: ["customers"],
  customerDetails: ["customers", "customerId"],
  subscriptions: ["subscriptions"],
  subscriptionDetails: ["subscriptions", "subscriptionId"],
  invoices: ["invoices"],
  invoiceDetails: ["invoices", "invoiceId"],
  onboarding: ["onboarding"],
};

/** Goes there; says on the console where there is no such page. */
export function openRoute(route: Route, go: Go): void {
  const [page, parameter] = PAGES[route.name] ?? [];
  if (page === undefined) {
    console.error(`the stand-in has no page for the route ${route.name}`);
    return;
  }
  go({ page, id: (parameter && route.params?.[parameter]) ?? "" });
}
