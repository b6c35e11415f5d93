/** The demo's story as steps: what happens next, and why. */

import { useState } from "react";
import type { Go, Locale } from "./session.ts";
import type { StoryOfSetup } from "./setup.ts";
import { type Word, words } from "./texts.ts";

interface Step {
  readonly name: Word;
  readonly text: Word;
  /** What somebody else does when it is pressed. */
  readonly deed?: "rename" | "change" | "restore";
}

const STEPS: readonly Step[] = [
  { name: "storySynced", text: "storySyncedText" },
  { name: "storyRename", text: "storyRenameText", deed: "rename" },
  { name: "storyChange", text: "storyChangeText", deed: "change" },
  { name: "storyMend", text: "storyMendText", deed: "restore" },
  { name: "storyReplay", text: "storyReplayText" },
];

interface Props {
  readonly story: StoryOfSetup;
  readonly locale: Locale;
  readonly go: Go;
}

/** Asks the views to begin anew, since they cannot know what happened elsewhere. */
function renew(): void {
  dispatchEvent(new Event("renew"));
}

export function Story({ story, locale, go }: Props) {
  const word = words(locale);
  const [at, setAt] = useState(0);
  const [isBusy, setIsBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const told = (text: string) =>
    text
      .replaceAll("{field}", story.option.field)
      .replaceAll("{before}", story.option.before)
      .replaceAll("{after}", story.option.after);
  const take = async ({ deed }: Step, index: number) => {
    setIsBusy(true);
    setFailure(deed && (await did(deed)));
    setIsBusy(false);
    setAt(index);
    go({ page: "customers", id: story.customer, mode: "test", drawer: true });
    renew();
  };
  return (
    <section className="story" aria-label={word("story")}>
      <ol className="story-steps">
        {STEPS.map((step, index) => (
          <li key={step.name}>
            <button
              type="button"
              className={`story-step ${index < at ? "past" : ""} ${index === at + 1 ? "next" : ""}`}
              aria-current={index === at ? "step" : undefined}
              disabled={isBusy || index > at + 1}
              onClick={() => void take(step, index)}
            >
              <span className="story-number">{index < at ? "✓" : index + 1}</span>
              {word(step.name)}
            </button>
          </li>
        ))}
      </ol>
      <p className="story-text" aria-live="polite">
        {failure ?? told(word(STEPS[at]?.text ?? "storySyncedText"))}
      </p>
    </section>
  );
}

/** Has it done; says what went wrong, if anything did. */
async function did(deed: string): Promise<string | undefined> {
  const response = await fetch(`/dashboard/story/${deed}`, { method: "POST" });
  return response.ok ? undefined : await response.text();
}
