/** Changing something through the Worker. */

import { useCallback, useEffect, useRef, useState } from "react";
import type { CallError } from "../api/error.ts";
import type { AnswerOf, Operation, RequestOf } from "../api/operation.ts";
import { operationId } from "../api/sign.ts";
import { useApp } from "../app.tsx";

/** A change, and how it stands. */
export interface Change<Name extends Operation> {
  /** Carries it out. Nothing comes of a failure but `error`. */
  readonly run: (request: RequestOf<Name>) => Promise<AnswerOf<Name> | undefined>;
  readonly isPending: boolean;
  readonly error: CallError | undefined;
}

/** A change that a person asks for. Asked for again after a lost answer, it is still the same one. */
export function useChange<Name extends Operation>(op: Name): Change<Name> {
  const { client } = useApp();
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<CallError>();
  const isOpen = useRef(true);
  const lost = useRef<{ text: string; operation: string }>();
  useEffect(() => {
    isOpen.current = true;
    return () => {
      isOpen.current = false;
    };
  }, []);
  const run = useCallback(
    async (request: RequestOf<Name>) => {
      setIsPending(true);
      setError(undefined);
      const text = JSON.stringify(request);
      const operation = lost.current?.text === text ? lost.current.operation : operationId();
      try {
        const answer = await client.call(op, request, operation);
        lost.current = undefined;
        return answer;
      } catch (caught) {
        const failure = caught as CallError;
        lost.current = failure.phase === "network" ? { text, operation } : undefined;
        if (isOpen.current) {
          setError(failure);
        }
        return undefined;
      } finally {
        if (isOpen.current) {
          setIsPending(false);
        }
      }
    },
    [client, op],
  );
  return { run, isPending, error };
}
