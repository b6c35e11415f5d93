/** Reading from the Worker while a view is open. */

import { useCallback, useEffect, useState } from "react";
import type { CallError } from "../api/error.ts";
import type { AnswerOf, Operation, RequestOf } from "../api/operation.ts";
import { useApp } from "../app.tsx";

/** What was read, and how reading stands. An earlier value stays while it is read again. */
export interface Reading<T> {
  readonly value: T | undefined;
  readonly error: CallError | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Reads, and reads again for as long as `again` says so of the newest value.
 *
 * @param again how long until the next reading, in milliseconds; nothing: there is none. `times` counts
 *   those that followed one another.
 */
export function useRead<Name extends Operation>(
  op: Name,
  request: RequestOf<Name>,
  again?: (value: AnswerOf<Name>, times: number) => number | undefined,
): Reading<AnswerOf<Name>> {
  const { client } = useApp();
  const [value, setValue] = useState<AnswerOf<Name>>();
  const [error, setError] = useState<CallError>();
  const [isLoading, setIsLoading] = useState(true);
  const [asked, setAsked] = useState(0);
  const text = JSON.stringify(request);

  // `asked` asks anew; `again` is a rule that stays the same.
  useEffect(() => {
    let isOpen = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isAgain = false;
    const read = async (times: number): Promise<void> => {
      try {
        const answer = await client.call(op, JSON.parse(text));
        if (!isOpen) {
          return;
        }
        setValue(answer);
        setError(undefined);
        const wait = again?.(answer, times);
        isAgain = wait !== undefined;
        if (wait !== undefined) {
          timer = setTimeout(() => read(times + 1), wait);
        }
      } catch (error) {
        if (isOpen) {
          setError(error as CallError);
          if (isAgain) {
            timer = setTimeout(() => read(times + 1), patiently(times));
          }
        }
      }
      if (isOpen) {
        setIsLoading(false);
      }
    };
    setIsLoading(true);
    void read(0);
    return () => {
      isOpen = false;
      clearTimeout(timer);
    };
  }, [client, op, text, asked]);

  const reload = useCallback(() => setAsked((asked) => asked + 1), []);
  return { value, error, isLoading, reload };
}

/** 2 s, 3 s, 4.5 s … up to half a minute: eager at first, and no burden on what takes long. */
export function patiently(times: number): number {
  return Math.min(2_000 * 1.5 ** times, 30_000);
}
