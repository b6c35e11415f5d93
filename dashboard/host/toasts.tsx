/** Short notices at the foot of the page. */

import { useEffect, useState } from "react";

export interface ToastOptions {
  readonly type?: "success" | "caution" | "pending";
  readonly action?: string;
  readonly onAction?: () => void;
}

export interface Toast {
  readonly number: number;
}

interface Shown extends Toast {
  readonly message: string;
  readonly options: ToastOptions;
}

/** How long a notice without an action stays, in milliseconds. */
const STAY_MS = 5_000;

let shown: readonly Shown[] = [];
let next = 1;

function put(list: readonly Shown[]): void {
  shown = list;
  dispatchEvent(new Event("toasts"));
}

export const toasts = {
  show(message: string, options: ToastOptions): Toast {
    const toast = { number: next, message, options };
    next += 1;
    put([...shown, toast]);
    if (options.type !== "pending" && options.action === undefined) {
      setTimeout(() => this.dismiss(toast), STAY_MS);
    }
    return toast;
  },
  update({ number }: Toast, message: string, options: ToastOptions): void {
    put(shown.map((toast) => (toast.number === number ? { number, message, options } : toast)));
    if (options.type !== "pending") {
      setTimeout(() => this.dismiss({ number }), STAY_MS);
    }
  },
  dismiss({ number }: Toast): void {
    put(shown.filter((toast) => toast.number !== number));
  },
};

export function Toasts() {
  const [list, setList] = useState(shown);
  useEffect(() => {
    const follow = () => setList(shown);
    addEventListener("toasts", follow);
    return () => removeEventListener("toasts", follow);
  }, []);
  return (
    <div className="toasts" role="status">
      {list.map(({ number, message, options }) => (
        <div key={number} className={`toast ${options.type ?? ""}`}>
          {message}
          {options.action && (
            <button type="button" onClick={() => options.onAction?.()}>
              {options.action}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}
