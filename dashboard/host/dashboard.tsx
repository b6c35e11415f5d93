/** The page around the app: like the Dashboard's in shape, and plainly marked as none. */

import { type ReactNode, useEffect } from "react";
import { Extension, type Place } from "./extension.tsx";
import { HomePage } from "./pages/home.tsx";
import { InstallPage } from "./pages/install.tsx";
import { ListPage } from "./pages/list.tsx";
import { ObjectPage } from "./pages/object.tsx";
import { type Go, PAGES, type Session, useSession } from "./session.ts";
import type { Setup } from "./setup.ts";
import { Story } from "./story.tsx";
import { SurroundingsContext } from "./surroundings.ts";
import { words } from "./texts.ts";
import { Toasts } from "./toasts.tsx";

export function Dashboard({ setup }: { setup: Setup }) {
  const { story } = setup;
  const [session, go] = useSession(story ? `#/customers/${story.customer}` : "");
  const { locale } = session;
  const word = words(locale);
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
  return (
    <SurroundingsContext.Provider value={{ go, locale }}>
      <header>
        <Switches session={session} go={go} />
        {story && <Story story={story} locale={locale} go={go} />}
        {session.mode === "test" && <div className="test-band">{word("testBand")}</div>}
      </header>
      <div className="shell">
        <nav className="sidebar" aria-label={word("home")}>
          <div className="account">Example Inc.</div>
          {PAGES.map((page) => (
            <button
              key={page}
              type="button"
              className="nav"
              aria-current={session.page === page ? "page" : undefined}
              onClick={() => go({ page, id: "" })}
            >
              {word(page)}
            </button>
          ))}
        </nav>
        <PageAndApp key={session.page + session.id + session.mode} setup={setup} session={session} go={go} />
      </div>
      <Toasts />
    </SurroundingsContext.Provider>
  );
}

/** The page itself; settings and first steps fill it, everything else has the app in the drawer. */
function PageAndApp(place: Place) {
  const { session } = place;
  const word = words(session.locale);
  if (session.page === "settings" || session.page === "onboarding") {
    return (
      <main className="page wide">
        <h1>{word(session.page)}</h1>
        <Extension {...place} />
      </main>
    );
  }
  if (session.page === "install") {
    return (
      <main className="page wide">
        <InstallPage {...place} locale={session.locale} mode={session.mode} />
      </main>
    );
  }
  return (
    <>
      <main className="page">{content(place)}</main>
      <Drawer {...place} />
    </>
  );
}

function content({ session, go }: Place): ReactNode {
  const { page, id, mode, locale } = session;
  if (page === "home") {
    return <HomePage mode={mode} locale={locale} go={go} />;
  }
  const kind = page as "customers" | "subscriptions" | "invoices";
  return id ? (
    <ObjectPage kind={kind} id={id} mode={mode} locale={locale} go={go} />
  ) : (
    <ListPage kind={kind} mode={mode} locale={locale} go={go} />
  );
}

function Drawer(place: Place) {
  const { session, setup, go } = place;
  const word = words(session.locale);
  if (!session.drawer) {
    return (
      <button
        type="button"
        className="dock"
        aria-label={word("openApp")}
        onClick={() => go({ drawer: true })}
      >
        <img src="/dashboard/icon.png" alt="" width={28} height={28} />
      </button>
    );
  }
  return (
    <aside className="drawer" aria-label={setup.manifest.name}>
      <header className="drawer-head">
        <img src="/dashboard/icon.png" alt="" width={24} height={24} />
        <span>{setup.manifest.name}</span>
        <button
          type="button"
          className="close"
          aria-label={word("close")}
          onClick={() => go({ drawer: false })}
        >
          ×
        </button>
      </header>
      <Extension {...place} />
    </aside>
  );
}

/** What no Dashboard has: who looks, in which language, under which policy. */
function Switches({ session, go }: { session: Session; go: Go }) {
  const word = words(session.locale);
  return (
    <div className="switches">
      <strong className="simulated" title={word("simulatedLong")}>
        模擬環境 / Simulated
      </strong>
      <Choice
        label={word("language")}
        value={session.locale}
        choices={{ ja: "日本語", en: "English" }}
        go={(locale) => go({ locale })}
      />
      <Choice
        label={word("mode")}
        value={session.mode}
        choices={{ test: word("test"), live: word("live") }}
        go={(mode) => go({ mode, id: "" })}
      />
      <Choice
        label={word("role")}
        value={session.role}
        choices={{ admin: word("admin"), developer: word("developer"), view_only: word("view_only") }}
        go={(role) => go({ role })}
      />
      <label className="switch">
        <input
          type="checkbox"
          checked={session.wasm}
          onChange={({ currentTarget }) => go({ wasm: currentTarget.checked })}
        />
        {word("wasm")}
      </label>
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: Readonly<Record<Value, string>>;
  readonly go: (value: Value) => void;
}

function Choice<Value extends string>({ label, value, choices, go }: ChoiceProps<Value>) {
  return (
    <label className="switch">
      {label}
      <select value={value} onChange={({ currentTarget }) => go(currentTarget.value as Value)}>
        {Object.entries<string>(choices).map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
