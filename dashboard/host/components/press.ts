/** What crosses into the frame: plain objects, since events of the browser cannot be cloned. */

export type OnPress = (event: object) => void;
export type OnChange = (event: object) => void;

export function pressed(): object {
  return {
    type: "press",
    pointerType: "mouse",
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    shiftKey: false,
  };
}

interface Input {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly checked?: boolean;
}

/** A change of a field. */
export function changed({ name, value, type, checked }: Input): object {
  const target = { name, value, type, ...(checked === undefined ? {} : { checked }) };
  return { type: "change", target, currentTarget: target };
}

/** A key in a field. */
export function keyed(type: string, key: string, { name, value, type: kind }: Input): object {
  return { type, key, target: { name, value, type: kind } };
}
