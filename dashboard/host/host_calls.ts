/** What the SDK asks of the Dashboard, answered as far as a stand-in can. */

import { release, retain } from "@remote-ui/rpc";
import type { Place } from "./extension.tsx";
import { openRoute, type Route } from "./routes.ts";
import { ROLES, USER } from "./session.ts";
import { type Toast, type ToastOptions, toasts } from "./toasts.tsx";

/** Stripe's documentation of `showToast` allows so many characters. */
const TOAST_LENGTH = 30;

interface FetchOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export interface HostCalls {
  frameFailed(reason: string): void;
  [name: string]: (...given: never[]) => unknown;
}

/** The calls for one view. `failed` is told what went wrong in the frame. */
export function hostCalls(place: Place, failed: (reason: string) => void): HostCalls {
  const { setup, session, go } = place;
  const permissions = setup.manifest.permissions.map(({ permission }) => permission);
  return {
    frameFailed: failed,
    fetchStripeSignature: (payload?: object) => signature(place, payload),
    // With true, the frame would call Stripe itself.
    supportsFetchAppEmbeddedKey: () => false,
    fetchAppEmbeddedKey: () => null,
    stripeApiFetch: (path: string, options?: FetchOptions) => askStripe(session.mode, path, options),
    showToast: (message: string, options?: ToastOptions) => showToast(message, options),
    clipboardWriteText: (text: string) => navigator.clipboard.writeText(text),
    createOAuthState: () => ({ state: crypto.randomUUID(), challenge: crypto.randomUUID() }),
    refreshDashboardData: () => dispatchEvent(new Event("refresh-data")),
    getUserAuthorizedPermissions: () => permissions,
    isPermissionAuthorized: (permission: string) => permissions.includes(permission),
    isSourceInAuthorizedCSP: (source: string) => source.startsWith(setup.api),
    navigateToDashboardRoute: (route: Route) => openRoute(route, go),
    getDashboardUserEmail: () => ({ email: "hanako@example.com" }),
  };
}

/** The secret stays on the server, as it stays with Stripe. */
async function signature({ setup, session }: Place, payload: object = {}): Promise<string> {
  const signer = { user_id: USER, account_id: setup.account, roles: [ROLES[session.role]] };
  const response = await fetch("/dashboard/sign", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ payload, signer }),
  });
  const answer = (await response.json()) as { signature?: string; error?: string };
  if (answer.signature === undefined) {
    throw new Error(answer.error ?? "not signed");
  }
  return answer.signature;
}

/** As the Dashboard answers: what can be cloned of a response. */
async function askStripe(mode: string, path: string, options: FetchOptions = {}): Promise<object> {
  const headers = { ...options.headers };
  delete headers.Authorization;
  const response = await fetch(`/dashboard/stripe/${mode}${path}`, { ...options, headers });
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return {
    json: isJson ? await response.json() : undefined,
    arrayBuffer: isJson ? undefined : await response.arrayBuffer(),
    headers: Object.fromEntries(response.headers.entries()),
    ok: response.ok,
    redirected: response.redirected,
    status: response.status,
    statusText: response.statusText,
    type: response.type,
    url: response.url,
  };
}

function showToast(message: string, options: ToastOptions = {}): object {
  const checked = (text: string) => {
    if ([...text].length > TOAST_LENGTH) {
      console.error(`a toast of more than ${TOAST_LENGTH} characters: ${text}`);
    }
    return text;
  };
  retain(options);
  const toast: Toast = toasts.show(checked(message), options);
  return {
    update: (text: string, changed: ToastOptions = {}) => {
      retain(changed);
      toasts.update(toast, checked(text), changed);
    },
    dismiss: () => {
      toasts.dismiss(toast);
      release(options);
    },
  };
}
