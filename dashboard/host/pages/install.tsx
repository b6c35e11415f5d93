import type { Go } from "../session.ts";
import type { Setup } from "../setup.ts";
import { words } from "../texts.ts";
import type { PageProps } from "./list.tsx";

/** What an administrator is asked before the app is installed, and where the manifest leads afterwards. */
export function InstallPage({ setup, locale, go }: PageProps & { setup: Setup; go: Go }) {
  const word = words(locale);
  const { manifest } = setup;
  const { content_security_policy: policy } = manifest.ui_extension;
  const next = manifest.post_install_action?.type === "settings" ? "settings" : "onboarding";
  return (
    <div className="install">
      <header className="install-head">
        <img src="/dashboard/icon.png" alt="" width={56} height={56} />
        <div>
          <h1>{manifest.name}</h1>
          <p className="quiet mono">
            {manifest.id} {manifest.version}
          </p>
        </div>
        <button type="button" className="button primary medium" onClick={() => go({ page: next, id: "" })}>
          {word("install")}
        </button>
      </header>
      <h2>{word("permissions")}</h2>
      <dl className="properties horizontal">
        {manifest.permissions.map(({ permission, purpose }) => (
          <div key={permission} className="property">
            <dt className="mono">{permission}</dt>
            <dd>{purpose}</dd>
          </div>
        ))}
      </dl>
      <h2>{word("connections")}</h2>
      <dl className="properties horizontal">
        {(policy["connect-src"] ?? []).map((source) => (
          <div key={source} className="property">
            <dt className="mono">{source}</dt>
            <dd>{policy.purpose}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
