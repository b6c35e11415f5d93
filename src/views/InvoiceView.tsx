/** Beside a page of this kind: `stripe.dashboard.invoice.detail`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { ObjectView } from "../components/ObjectView.tsx";

export default function InvoiceView(context: ExtensionContextValue) {
  return <ObjectView context={context} kind="invoice" />;
}
