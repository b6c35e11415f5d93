/** Where the sync is set up and steered: the viewport `settings`. */

import type { ExtensionContextValue } from "@stripe/ui-extension-sdk/context";
import { Banner, SettingsView as Frame } from "@stripe/ui-extension-sdk/ui";
import { useCallback, useRef } from "react";
import type { Configuration } from "../api/types.ts";
import { AppProvider, useApp } from "../app.tsx";
import { AppList } from "../components/AppList.tsx";
import { ModeBadge } from "../components/badges.tsx";
import { Drift } from "../components/Drift.tsx";
import { FailureList } from "../components/FailureList.tsx";
import { JobPanel } from "../components/JobPanel.tsx";
import { Row, Section, Stack } from "../components/layout.tsx";
import { MappingEditor } from "../components/MappingEditor.tsx";
import { Found, ReadOnly } from "../components/states.tsx";
import { TargetCard } from "../components/TargetCard.tsx";
import { Transfer } from "../components/Transfer.tsx";
import { trialOf, useMapping } from "../hooks/useMapping.ts";
import { useTargets } from "../hooks/useTargets.ts";

export default function SettingsView(context: ExtensionContextValue) {
  return (
    <AppProvider context={context}>
      <Frame>
        <Panel />
      </Frame>
    </AppProvider>
  );
}

function Panel() {
  const reading = useTargets("configuration");
  return (
    <Stack gap="large">
      <Row>
        <ModeBadge />
      </Row>
      <ReadOnly />
      <Found reading={reading}>
        {(configuration) => <Sections configuration={configuration} changed={reading.reload} />}
      </Found>
    </Stack>
  );
}

function Sections({ configuration, changed }: { configuration: Configuration; changed: () => void }) {
  const { texts } = useApp();
  const editing = useMapping(configuration, changed);
  // What stands beside the editor is given the draft when it asks, so that no key stroke draws it anew.
  const newest = useRef(editing);
  newest.current = editing;
  const document = useCallback(() => newest.current.document, []);
  const isStored = configuration.mapping_etag !== undefined && configuration.mapping_etag !== null;
  return (
    <>
      <NoKey configuration={configuration} />
      <Drift configuration={configuration} isEdited={editing.isChanged} changed={changed} />
      <Section title={texts.app.title}>
        <AppList configuration={configuration} changed={changed} />
      </Section>
      <Section title={texts.mapping.title}>
        <MappingEditor editing={editing} apps={configuration.apps} />
      </Section>
      {isStored ? (
        <>
          <Section title={texts.target.title}>
            {configuration.targets.map((target) => (
              <TargetCard key={target.target} target={target} changed={changed} />
            ))}
          </Section>
          <Section title={texts.jobs.title}>
            <JobPanel job="dry_run" trial={trialOf(editing)} draft={document} />
            <JobPanel job="backfill" isEdited={editing.isChanged} />
            <JobPanel job="reconcile" isEdited={editing.isChanged} />
          </Section>
          <Section title={texts.failures.title}>
            <FailureList changed={changed} />
          </Section>
        </>
      ) : null}
      <Section title={texts.transfer.title}>
        <Transfer isThere={editing.draft.targets.length > 0} mapping={document} replace={editing.replace} />
      </Section>
    </>
  );
}

/** Without it nothing of Stripe's can be read. */
function NoKey({ configuration }: { configuration: Configuration }) {
  const { texts } = useApp();
  return configuration.stripe_key ? null : (
    <Banner type="caution" title={texts.app.stripeKey} description={texts.app.stripeKeyText} />
  );
}
