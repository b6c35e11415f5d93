/** The app in its sandboxed frame, drawn by the page: the frame itself is never seen. */

import { createController, createRemoteReceiver, RemoteRenderer } from "@remote-ui/react/host";
import { createEndpoint, fromMessagePort } from "@remote-ui/rpc";
import { useEffect, useMemo, useRef, useState } from "react";
import { COMPONENTS } from "./components/index.ts";
import { Unknown } from "./components/unknown.tsx";
import { type HostCalls, hostCalls } from "./host_calls.ts";
import { type Go, placeOf, ROLES, type Session, USER } from "./session.ts";
import { type Setup, viewOf } from "./setup.ts";
import { words } from "./texts.ts";

/** What the frame offers. */
interface Frame {
  render(view: string, context: object, receive: unknown): void;
}

const CONTROLLER = createController(COMPONENTS);
/** A component that is not drawn must be seen to be missing. */
const LOUD = { ...CONTROLLER, get: (type: string) => COMPONENTS[type] ?? Unknown(type) } as typeof CONTROLLER;

export interface Place {
  readonly setup: Setup;
  readonly session: Session;
  readonly go: Go;
}

/** The view of the page's viewport. It starts afresh when anything about the session changes. */
export function Extension({ setup, session, go }: Place) {
  const { viewport } = placeOf(session);
  const view = viewOf(setup.manifest, viewport);
  const renewals = useRenewals();
  const word = words(session.locale);
  if (view === undefined) {
    return <p className="quiet">{word("noView")}</p>;
  }
  const { drawer, ...rest } = session;
  return (
    <Started key={JSON.stringify([rest, renewals])} view={view} setup={setup} session={session} go={go} />
  );
}

/** How often something outside asked for the view to begin anew. */
function useRenewals(): number {
  const [renewals, setRenewals] = useState(0);
  useEffect(() => {
    const renew = () => setRenewals((renewals) => renewals + 1);
    addEventListener("renew", renew);
    return () => removeEventListener("renew", renew);
  }, []);
  return renewals;
}

function Started({ view, setup, session, go }: Place & { view: string }) {
  const frame = useRef<HTMLIFrameElement>(null);
  const receiver = useMemo(() => createRemoteReceiver(), []);
  const [failure, setFailure] = useState<string>();
  const start = () => {
    const { port1, port2 } = new MessageChannel();
    const endpoint = createEndpoint<Frame>(fromMessagePort(port1), { callable: ["render"] });
    const calls: HostCalls = hostCalls({ setup, session, go }, (reason) => {
      console.error(`the app failed: ${reason}`);
      setFailure(reason);
    });
    endpoint.expose({ ...calls });
    port1.start();
    frame.current?.contentWindow?.postMessage({ type: "init_extension" }, "*", [port2]);
    endpoint.call.render(view, context(setup, session), receiver.receive).catch((error: unknown) => {
      calls.frameFailed(String(error));
    });
  };
  return (
    <div className="extension" data-view={view}>
      {failure && (
        <p className="failure" role="alert">
          {failure}
        </p>
      )}
      <RemoteRenderer receiver={receiver} controller={LOUD} />
      <iframe
        ref={frame}
        title="app"
        className="app-frame"
        tabIndex={-1}
        aria-hidden="true"
        sandbox="allow-scripts"
        src={`/dashboard/frame?wasm=${session.wasm ? 1 : 0}`}
        onLoad={start}
      />
    </div>
  );
}

/** The props that the SDK calls the extension's context. */
function context(setup: Setup, session: Session): object {
  const { viewport, object } = placeOf(session);
  return {
    userContext: {
      id: USER,
      name: "Hanako Example",
      account: { id: setup.account, name: "Example Inc.", country: "JP", isSandbox: false },
      locale: session.locale,
      roles: [ROLES[session.role]],
    },
    environment: {
      mode: session.mode,
      viewportID: viewport,
      objectContext: object ?? null,
      constants: { ...setup.manifest.constants, API_BASE: setup.api },
      queryParams: {},
    },
    oauthContext: null,
    appContext: {
      authorizedPermissions: setup.manifest.permissions.map(({ permission }) => permission),
      authorizedContentSecurityPolicy: { connectSrc: [setup.api], imageSrc: null },
    },
  };
}
