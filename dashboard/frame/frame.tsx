/**
 * What stands in the sandboxed frame before the extension does: it gives the bundle React and remote-ui,
 * as the Dashboard does, and renders the view that the host asks for.
 *
 * Of Stripe's own handshake only the name `init_extension` and the transferred port are known from the
 * SDK; the rest is ours.
 */

import { createRemoteRoot, type RemoteChannel, type RemoteRoot } from "@remote-ui/core";
import * as remoteReact from "@remote-ui/react";
import { createEndpoint, type Endpoint, fromMessagePort, retain } from "@remote-ui/rpc";
import * as React from "react";
import * as jsxRuntime from "react/jsx-runtime";

/** What the bundle leaves behind. */
type Extension = Record<string, unknown> & { endpoint?: Endpoint<HostCalls> };

/** What the frame tells the host beside the SDK's own calls. */
interface HostCalls {
  frameFailed(reason: string): void;
}

declare global {
  var __StripeExtExports: Extension | undefined;
  // eslint-disable-next-line no-var
  var require: (name: string) => unknown;
}

const MODULES: Record<string, unknown> = {
  react: React,
  "react/jsx-runtime": jsxRuntime,
  "@remote-ui/react": remoteReact,
};

globalThis.require = ((name: string) => {
  const module = MODULES[name];
  if (module === undefined) {
    throw new Error(`the Dashboard gives extensions no module "${name}"`);
  }
  return module;
}) as typeof globalThis.require;

let host: Endpoint<HostCalls> | undefined;

function failed(reason: unknown): void {
  void host?.call.frameFailed(reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason));
}

addEventListener("error", ({ error, message }) => failed(error ?? message));
addEventListener("unhandledrejection", ({ reason }) => failed(reason));

/** Tells the host when a view throws, instead of an empty drawer. */
class Boundary extends React.Component<{ children: React.ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override componentDidCatch(error: unknown): void {
    failed(error);
  }

  override render(): React.ReactNode {
    return this.state.failed ? null : this.props.children;
  }
}

function render(view: string, context: object, channel: RemoteChannel): void {
  retain(channel);
  const View = globalThis.__StripeExtExports?.[view] as React.ComponentType | undefined;
  if (View === undefined) {
    throw new Error(`the bundle exports no view "${view}"`);
  }
  const remote = createRemoteRoot(channel, { strict: false }) as RemoteRoot;
  remoteReact.createRoot(remote as never).render(
    <Boundary>
      <View {...context} />
    </Boundary>,
  );
  remote.mount();
}

addEventListener("message", ({ data, ports }) => {
  const [port] = ports;
  if (data?.type !== "init_extension" || port === undefined || host !== undefined) {
    return;
  }
  host = createEndpoint<HostCalls>(fromMessagePort(port));
  host.expose({ render });
  port.start();
  if (globalThis.__StripeExtExports === undefined) {
    failed("the bundle left no __StripeExtExports: is it built? `cargo xtask build app`");
    return;
  }
  globalThis.__StripeExtExports.endpoint = host;
});
