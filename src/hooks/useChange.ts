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

/** A change that a person asks for. Asked for again before it was answered, it is still the same one. */
export function useChange<Name extends Operation>(op: Name): Change<Name> {
  const { client } = useApp();
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<CallError>();
  const isOpen = useRef(true);
  const unanswered = useRef<{ text: string; operation: string }>();
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
      const operation = unanswered.current?.text === text ? unanswered.current.operation : operationId();
      unanswered.current = { text, operation };
      try {
        const answer = await client.call(op, request, operation);
        unanswered.current = undefined;
        return answer;
      } catch (caught) {
        // No failure tells for certain that nothing was done: what was sent first may be under way while it is
        // sent again. The Worker forgets an operation that it refused, so that its id may be used again.
        if (isOpen.current) {
          setError(caught as CallError);
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
