/** Beside a page of this kind: `stripe.dashboard.subscription.detail`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { ObjectView } from "../components/ObjectView.tsx";

export default function SubscriptionView(context: ExtensionContextValue) {
  return <ObjectView context={context} kind="subscription" />;
}
