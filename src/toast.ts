/** Short notices of the Dashboard. */

import { showToast } from "@stripe/ui-extension-sdk/utils/toast";

/** Stripe cuts a toast off after this many characters. */
export const TOAST_CHARACTERS = 30;

/** Says that something is done. A Dashboard that shows no toast is no failure: the view shows it too. */
export function toast(message: string): void {
  showToast(message, { type: "success" }).catch(() => undefined);
}
