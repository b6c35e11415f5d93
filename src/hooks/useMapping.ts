/** The mapping while it is edited: the draft, what is wrong with it, and saving it. */

import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { CallError } from "../api/error.ts";
import type { AppState, Configuration } from "../api/types.ts";
import { useApp } from "../app.tsx";
import type { Mapping, Source, Suggestion } from "../logic/index.ts";
import { type Checked, checker, errorsIn } from "../mapping/check.ts";
import {
  type Draft,
  draftOf,
  EMPTY,
  mappingOf,
  type TargetDraft,
  targetFor,
  withMore,
  withoutTarget,
  withTarget,
} from "../mapping/draft.ts";
import { appOf } from "../mapping/form.ts";
import { suggested } from "../mapping/suggest.ts";
import { toast } from "../toast.ts";
import { useChange } from "./useChange.ts";
import { useLogic } from "./useLogic.ts";

export interface Editing {
  readonly draft: Draft;
  /** How often it was replaced as a whole: fields keep what was typed in them until then. */
  readonly generation: number;
  /** The document that the draft stands for. */
  readonly document: Mapping;
  readonly checked: ReadonlyMap<string, Checked>;
  readonly suggestions: ReadonlyMap<string, Suggestion>;
  /** How many things keep it from being stored. */
  readonly errors: number;
  /** Whether it differs from what is stored. */
  readonly isChanged: boolean;
  /** Whether a suggestion is in it that was not saved yet. */
  readonly isSuggested: boolean;
  /** Whether it may be stored: the logic is there and finds nothing wrong. */
  readonly isSound: boolean;
  readonly isReady: boolean;
  readonly isSaving: boolean;
  readonly error: CallError | undefined;
  readonly changeTarget: (name: string, change: (target: TargetDraft) => TargetDraft) => void;
  readonly removeTarget: (name: string) => void;
  readonly replace: (draft: Draft) => void;
  /** Adds a suggestion, or tells why not. What is there already is replaced only where that is allowed. */
  readonly suggest: (source: Source, app: AppState, mayReplace: boolean) => Suggested;
  readonly save: () => Promise<boolean>;
}

/** What came of a suggestion: it was added, the form cannot be read, or there is such a target already. */
export type Suggested = "added" | "unread" | "there";

/** The draft, and what is known of it. */
type Edit = Pick<Editing, "draft" | "isChanged" | "isSuggested" | "generation">;

/** Another draft in place of the one before; its fields show what it holds. */
function replaced(draft: Draft, isChanged: boolean, isSuggested = false): (before: Edit) => Edit {
  return ({ generation }) => ({ draft, isChanged, isSuggested, generation: generation + 1 });
}

export function useMapping(configuration: Configuration, saved: () => void): Editing {
  const { texts } = useApp();
  const logic = useLogic();
  const put = useChange("put_mapping");
  // One state, since two would be drawn one after the other: calls from the Dashboard are not batched.
  const [edit, setEdit] = useState<Edit>(() => ({
    draft: storedDraft(configuration),
    isChanged: false,
    isSuggested: false,
    generation: 0,
  }));
  const { draft, isChanged, isSuggested, generation } = edit;
  const [etag, setEtag] = useState(configuration.mapping_etag);
  const [suggestions, setSuggestions] = useState<ReadonlyMap<string, Suggestion>>(new Map());

  // Somebody else stored one. What is being edited here stays, and saving it will say so. Until it is read
  // again after saving here, what is stored is older than what is edited.
  const read = useRef(configuration.mapping_etag);
  useEffect(() => {
    const isNew = configuration.mapping_etag !== read.current;
    read.current = configuration.mapping_etag;
    if (isNew && configuration.mapping_etag !== etag && !isChanged) {
      setEdit(replaced(storedDraft(configuration), false));
      setEtag(configuration.mapping_etag);
    }
  }, [configuration, etag, isChanged]);

  const check = useMemo(() => logic && checker(logic, configuration.apps), [logic, configuration.apps]);
  const checked = useMemo(() => check?.(draft) ?? new Map<string, Checked>(), [check, draft]);
  const errors = draft.targets.reduce((sum, target) => sum + errorsIn(target, checked.get(target.name)), 0);
  const isSound = check !== undefined && errors === 0;

  const document = useMemo(() => mappingOf(draft), [draft]);
  const replace = useCallback((draft: Draft) => setEdit(replaced(draft, true)), []);
  const change = useCallback(
    (how: (draft: Draft) => Draft) =>
      setEdit((before) => ({ ...before, draft: how(before.draft), isChanged: true })),
    [],
  );
  const changeTarget = useCallback(
    (name: string, how: (target: TargetDraft) => TargetDraft) =>
      change((draft) => withTarget(draft, name, how)),
    [change],
  );
  const removeTarget = useCallback((name: string) => change((draft) => withoutTarget(draft, name)), [change]);
  const newest = useRef(draft);
  newest.current = draft;
  const suggest = useCallback(
    (source: Source, state: AppState, mayReplace: boolean): Suggested => {
      const app = appOf(state);
      const suggestion = logic && app && suggested(logic, source, app, state.alias);
      if (!suggestion) {
        return "unread";
      }
      if (!mayReplace && targetFor(newest.current, source, state.alias)) {
        return "there";
      }
      const names: string[] = [];
      const more = draftOf(suggestion.mapping).targets.reduce((draft, target) => {
        const added = withMore(draft, target);
        names.push(added.name);
        return added.draft;
      }, newest.current);
      setSuggestions((before) => new Map([...before, ...names.map((name) => [name, suggestion] as const)]));
      setEdit(replaced(more, true, true));
      return "added";
    },
    [logic],
  );
  const save = async (): Promise<boolean> => {
    const answer = await put.run(etag ? { mapping: document, etag } : { mapping: document });
    if (answer === undefined) {
      return false;
    }
    setEtag(answer.etag);
    // What was typed meanwhile is not saved yet.
    setEdit((now) => ({ ...now, isChanged: now.draft !== draft, isSuggested: false }));
    toast(texts.toast.saved);
    saved();
    return true;
  };
  return {
    draft,
    generation,
    document,
    checked,
    errors,
    suggestions,
    isChanged,
    isSuggested,
    isSound,
    isReady: logic !== undefined,
    isSaving: put.isPending,
    error: put.error,
    changeTarget,
    removeTarget,
    replace,
    suggest,
    save,
  };
}

function storedDraft({ mapping }: Configuration): Draft {
  return mapping ? draftOf(mapping as Mapping) : EMPTY;
}

/** Which mapping a dry run would try: the one that is stored, the draft, or none while that is not sound. */
export type Trial = "stored" | "draft" | "none";

export function trialOf({ isChanged, isSound }: Pick<Editing, "isChanged" | "isSound">): Trial {
  return isChanged ? (isSound ? "draft" : "none") : "stored";
}
