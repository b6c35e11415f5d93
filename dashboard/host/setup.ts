/** What the server tells the page once. */

/** The part of `stripe-app.json` that the Dashboard goes by. */
export interface Manifest {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly { readonly permission: string }[];
  readonly ui_extension: {
    readonly views: readonly { readonly viewport: string; readonly component: string }[];
  };
  readonly constants: Readonly<Record<string, string>> | null;
}

/** Where things are. */
export interface Setup {
  readonly manifest: Manifest;
  readonly account: string;
  /** The only place that the frame may reach, with its last slash. */
  readonly api: string;
}

export async function readSetup(): Promise<Setup> {
  const response = await fetch("/dashboard/setup");
  return (await response.json()) as Setup;
}

/** The component of a viewport, if the app has one there. */
export function viewOf(manifest: Manifest, viewport: string): string | undefined {
  return manifest.ui_extension.views.find((view) => view.viewport === viewport)?.component;
}
