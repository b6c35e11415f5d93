/**
 * The mapping and validation logic: the same Rust code that the Worker runs, as WebAssembly where the
 * frame allows it and lowered to JavaScript where it does not. Both answer with the same bytes.
 */

import type { Calls } from "./types.ts";
import { type Zones, zones } from "./zones.ts";

/** The name of a call. */
export type CallName = keyof Calls;
/** What a call takes. */
export type InputOf<Name extends CallName> = Calls[Name]["input"];
/** What a call answers: `{ ok }` or `{ error }`, never an exception. */
export type AnswerOf<Name extends CallName> = Calls[Name]["answer"];

/** What a running module exports, as the glue uses it. */
export interface Instance {
  readonly memory: { readonly buffer: ArrayBuffer };
}

/** wasm-bindgen's glue around one running module: JSON text in and out. */
export type Glue = { readonly __wbg_set_wasm: (instance: Instance) => void } & {
  readonly [name in CallName]: (input: string) => string;
};

/** What `cargo xtask build ui-logic` makes. */
export interface Build {
  /** Names the WebAssembly, and holds it to what was built. */
  readonly wasmSha256: string;
  readonly createGlue: (zones: Zones) => Glue;
  readonly createLowered: (glue: Glue) => Instance;
}

/** The logic, ready to be called. */
export interface Logic {
  /** What runs it: `wasm`, or `js` where WebAssembly is refused or did not arrive. */
  readonly engine: "wasm" | "js";
  /** Calls it. */
  call<Name extends CallName>(name: Name, input: InputOf<Name>): AnswerOf<Name>;
  /** Calls it with JSON text and gives the answer's text as it comes. */
  callText(name: CallName, input: string): string;
}

/** How the logic is loaded. */
export interface Options {
  /** The folder that holds the WebAssembly, with its last slash: `https://…/api/ui/`. */
  readonly wasmFolder: string;
  /** How long a slow network may keep a view from its logic, in milliseconds. */
  readonly patienceMs?: number;
}

/** Longer than a fetch from the next Cloudflare location, shorter than a person's patience. */
const PATIENCE_MS = 3_000;

/** `\0asm`, version 1: the smallest module there is. */
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** What is answered when the logic itself fails. It says nothing of the input, which may be personal. */
const CRASHED = JSON.stringify({
  error: {
    code: "crashed",
    path: ".",
    reason: "the logic failed and was started afresh; report which call it was",
  },
});

/**
 * When an instance is replaced by a fresh one instead of having its memory wiped, in bytes: wiping so much
 * takes a third of a millisecond. A mapping of a thousand rules needs less.
 */
const LARGE = 4 * 1024 * 1024;

/** A running instance with its glue. */
interface Running {
  readonly glue: Glue;
  readonly memory: Instance["memory"];
  /** What its memory held before the first call. */
  readonly untouched: Uint8Array;
}

/** Makes a fresh instance with its glue. */
type Start = () => Running;

/** Loads the logic. Never fails: without WebAssembly it runs as JavaScript. */
export async function load(build: Build, options: Options): Promise<Logic> {
  const lowered: Start = () => started(build.createGlue(zones), build.createLowered);
  const module = await compiled(build, options).catch(() => undefined);
  if (module === undefined) {
    return logic("js", lowered, lowered);
  }
  const native: Start = () =>
    started(build.createGlue(zones), (glue) => {
      // The namespace under which wasm-bindgen's module imports its glue.
      const { exports } = new WebAssembly.Instance(module, { "./logic_bg.js": { ...glue } });
      return exports as unknown as Instance;
    });
  return logic("wasm", native, lowered);
}

function started(glue: Glue, run: (glue: Glue) => Instance): Running {
  const instance = run(glue);
  glue.__wbg_set_wasm(instance);
  const { memory } = instance;
  return { glue, memory, untouched: new Uint8Array(memory.buffer).slice() };
}

/**
 * Makes an instance's memory what it was before the first call. The logic frees none, which spares the code
 * for it, and keeps nothing from call to call. Lowered memory is copied whenever it grows, and a fresh
 * instance's code is compiled anew: both would be felt at a key stroke. What grew stays, and is zeros, as
 * its allocator takes for granted.
 */
function wipe({ memory, untouched }: Running): void {
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(untouched);
  bytes.fill(0, untouched.length);
}

/** Fetches and compiles the WebAssembly; fails where any of it is refused. */
async function compiled(build: Build, options: Options): Promise<WebAssembly.Module> {
  // Policies that refuse it leave `WebAssembly` and its `validate` in place, so only trying tells; and
  // what will not run is not fetched.
  await WebAssembly.instantiate(EMPTY_MODULE);
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), options.patienceMs ?? PATIENCE_MS);
  try {
    const response = await fetch(`${options.wasmFolder}${build.wasmSha256}.wasm`, {
      credentials: "omit",
      integrity: `sha256-${base64(build.wasmSha256)}`,
      signal: patience.signal,
    });
    if (response.status !== 200) {
      throw new Error(`the WebAssembly was answered with status ${response.status}`);
    }
    return await WebAssembly.compile(await response.arrayBuffer());
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes in hex as base64, which is how a fetch is told what it must get. */
function base64(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 16))));
}

/** Starts it, and starts it afresh after a call that failed. */
function logic(wished: "wasm" | "js", wish: Start, lowered: Start): Logic {
  let engine = wished;
  let running: Running | undefined;
  const start = (): Running => {
    try {
      return (engine === "wasm" ? wish : lowered)();
    } catch {
      engine = "js";
      return lowered();
    }
  };
  const callText = (name: CallName, input: string): string => {
    try {
      running ??= start();
      const answer = running.glue[name](input);
      if (running.memory.buffer.byteLength > LARGE) {
        running = undefined;
      } else {
        wipe(running);
      }
      return answer;
    } catch {
      // After a panic the instance's memory is in no state to be used.
      running = undefined;
      return CRASHED;
    }
  };
  running = start();
  return {
    get engine() {
      return engine;
    },
    call: (name, input) => JSON.parse(callText(name, JSON.stringify(input))),
    callText,
  };
}
