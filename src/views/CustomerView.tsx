/** Beside a page of this kind: `stripe.dashboard.customer.detail`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { ObjectView } from "../components/ObjectView.tsx";

export default function CustomerView(context: ExtensionContextValue) {
  return <ObjectView context={context} kind="customer" />;
}
