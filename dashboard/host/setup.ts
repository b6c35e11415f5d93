/** What the server tells the page once. */

/** The part of `stripe-app.json` that the Dashboard goes by. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly permissions: readonly { readonly permission: string; readonly purpose: string }[];
  readonly ui_extension: {
    readonly views: readonly { readonly viewport: string; readonly component: string }[];
    readonly content_security_policy: {
      readonly "connect-src": readonly string[] | null;
      readonly purpose: string;
    };
  };
  readonly post_install_action: { readonly type: string } | null;
  readonly constants: Readonly<Record<string, string>> | null;
}

/** What the page needs to know of a demo's story. */
export interface StoryOfSetup {
  readonly customer: string;
  readonly option: { readonly field: string; readonly before: string; readonly after: string };
}

/** Where things are. */
export interface Setup {
  readonly manifest: Manifest;
  readonly account: string;
  /** The only place that the frame may reach, with its last slash. */
  readonly api: string;
  readonly story?: StoryOfSetup;
}

export async function readSetup(): Promise<Setup> {
  const response = await fetch("/dashboard/setup");
  return (await response.json()) as Setup;
}

/** The component of a viewport, if the app has one there. */
export function viewOf(manifest: Manifest, viewport: string): string | undefined {
  return manifest.ui_extension.views.find((view) => view.viewport === viewport)?.component;
}
