/** The mapping while it is edited: the draft, what is wrong with it, and saving it. */

import { useCallback, useEffect, useMemo, useState } from "react";
import type { CallError } from "../api/error.ts";
import type { AppState, Configuration } from "../api/types.ts";
import { useApp } from "../app.tsx";
import type { Mapping, Source, Suggestion } from "../logic/index.ts";
import { type Checked, checker, isRefused } from "../mapping/check.ts";
import {
  type Draft,
  draftOf,
  EMPTY,
  isUnreadable,
  mappingOf,
  type TargetDraft,
  withTarget,
  withTargets,
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
  /** Whether it differs from what is stored. */
  readonly isChanged: boolean;
  /** Whether it may be stored: the logic is there and finds nothing wrong. */
  readonly isSound: boolean;
  readonly isReady: boolean;
  readonly isSaving: boolean;
  readonly error: CallError | undefined;
  readonly changeTarget: (name: string, change: (target: TargetDraft) => TargetDraft) => void;
  readonly replace: (draft: Draft) => void;
  /** Adds a suggestion; false where the form cannot be read. */
  readonly suggest: (source: Source, app: AppState) => boolean;
  readonly save: () => Promise<boolean>;
}

export function useMapping(configuration: Configuration, saved: () => void): Editing {
  const { texts } = useApp();
  const logic = useLogic();
  const put = useChange("put_mapping");
  const [draft, setDraft] = useState(() => storedDraft(configuration));
  const [etag, setEtag] = useState(configuration.mapping_etag);
  const [isChanged, setIsChanged] = useState(false);
  const [generation, setGeneration] = useState(0);
  const [suggestions, setSuggestions] = useState<ReadonlyMap<string, Suggestion>>(new Map());

  // Somebody else stored one. What is being edited here stays, and saving it will say so.
  useEffect(() => {
    if (configuration.mapping_etag !== etag && !isChanged) {
      setDraft(storedDraft(configuration));
      setGeneration((generation) => generation + 1);
      setEtag(configuration.mapping_etag);
    }
  }, [configuration, etag, isChanged]);

  const check = useMemo(() => logic && checker(logic, configuration.apps), [logic, configuration.apps]);
  const checked = useMemo(() => check?.(draft) ?? new Map<string, Checked>(), [check, draft]);
  const isSound = check !== undefined && !isUnreadable(draft) && ![...checked.values()].some(isRefused);

  const document = useMemo(() => mappingOf(draft), [draft]);
  const replace = useCallback((draft: Draft) => {
    setDraft(draft);
    setGeneration((generation) => generation + 1);
    setIsChanged(true);
  }, []);
  const changeTarget = useCallback((name: string, change: (target: TargetDraft) => TargetDraft) => {
    setDraft((draft) => withTarget(draft, name, change));
    setIsChanged(true);
  }, []);
  const suggest = (source: Source, state: AppState): boolean => {
    const app = appOf(state);
    const suggestion = logic && app && suggested(logic, source, app, state.alias);
    if (!suggestion) {
      return false;
    }
    const more = draftOf(suggestion.mapping);
    const named = more.targets.map(({ name }) => [name, suggestion] as const);
    setSuggestions(new Map([...suggestions, ...named]));
    replace(withTargets(draft, more));
    return true;
  };
  const save = async (): Promise<boolean> => {
    const answer = await put.run(etag ? { mapping: document, etag } : { mapping: document });
    if (answer === undefined) {
      return false;
    }
    setEtag(answer.etag);
    setIsChanged(false);
    toast(texts.toast.saved);
    saved();
    return true;
  };
  return {
    draft,
    generation,
    document,
    checked,
    suggestions,
    isChanged,
    isSound,
    isReady: logic !== undefined,
    isSaving: put.isPending,
    error: put.error,
    changeTarget,
    replace,
    suggest,
    save,
  };
}

function storedDraft({ mapping }: Configuration): Draft {
  return mapping ? draftOf(mapping as Mapping) : EMPTY;
}
