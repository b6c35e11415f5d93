// Keeps a trap where it happened.
//
// A panic aborts the WebAssembly instance. The promises that were under way in it never settle: the
// caller gets no answer, a Durable Object's alarm handler never returns, and its later alarms never
// come, in every object of the isolate. So each call from outside races the global `error` event,
// by which the runtime reports what a microtask threw. When it comes, every pending call of the
// isolate is rejected, because the instance is dead for all of them; worker-build's shim starts
// a new one with the next call.

import { DurableObject } from "cloudflare:workers";

// How long a trapped alarm waits before it runs again, in milliseconds: doubled with each trap in a
// row, since an object that traps at once would otherwise run (and be paid for) without end.
const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 60_000;

const pending = new Set();

// Makes worker-build's shim start a new instance; `containedWorker` sets it.
let restart = () => {};

addEventListener("error", ({ error }) => {
  // Whatever a microtask throws has unwound through WebAssembly, and an exception that does leaves
  // the instance as broken as a trap: locks held, tasks lost. Only not a callback of an earlier
  // instance, which wasm-bindgen refuses with an error and which harms nobody.
  if (!isOfEarlierInstance(error)) instanceDied(error);
});

addEventListener("unhandledrejection", ({ reason }) => {
  if (reason instanceof WebAssembly.RuntimeError) instanceDied(reason);
});

function instanceDied(error) {
  // What the shim reads (`worker` 0.8 keeps it on the global object); by itself it sees traps only.
  globalThis.__worker_init_state.criticalError = true;
  // At once, and not with the next call: until then an answer that was still awaited would be
  // delivered, by pointers into the dead instance's memory, to the new one.
  restart();
  const rejections = [...pending];
  pending.clear();
  for (const reject of rejections) reject(error);
}

function isOfEarlierInstance(error) {
  return /previous .*instance/i.test(error?.message ?? "");
}

// What `call` resolves to; rejects as soon as the instance traps, whoever's call made it trap.
async function untilTrap(call) {
  const { promise: trapped, reject } = Promise.withResolvers();
  pending.add(reject);
  try {
    return await Promise.race([call(), trapped]);
  } finally {
    pending.delete(reject);
  }
}

function line(level, event, fields) {
  console[level === "error" ? "error" : "warn"](JSON.stringify({ level, event, ...fields }));
}

function failure() {
  const message = "Something failed inside Daicho and was contained. Send the request again; " +
    "if it fails again, look for the log line `trap` of this time.";
  return Response.json(
    { error: { reason: "trap", message } },
    { status: 500, headers: { "retry-after": "5" } },
  );
}

async function answer(where, call) {
  try {
    return await untilTrap(call);
  } catch (error) {
    line("error", "trap", { where, error: String(error?.message ?? error) });
    return failure();
  }
}

// A view runs in a frame without an origin and reads no answer that does not allow any; what it cannot
// read looks to people like a broken network. So every answer to one says it, of whomever it is.
function forViews(request, response) {
  if (!new URL(request.url).pathname.startsWith("/api/")) return response;
  const readable = new Response(response.body, response);
  readable.headers.set("access-control-allow-origin", "*");
  return readable;
}

// The Durable Object class that stands around `Inner`.
export function containedObject(name, Inner) {
  return class extends DurableObject {
    #inner;
    #failures = 0;

    constructor(ctx, env) {
      super(ctx, env);
      this.#inner = () => {
        const inner = new Inner(ctx, env);
        this.#inner = () => inner;
        return inner;
      };
    }

    fetch(request) {
      return answer(`${name}.fetch`, () => this.#inner().fetch(request));
    }

    // The object learns of the trap, so that it finds out what traps again and again. Whether or not it
    // does, its alarm is set.
    async #tell() {
      try {
        const told = new Request("https://object/trapped", { method: "POST" });
        await untilTrap(() => this.#inner().fetch(told));
      } catch (error) {
        line("error", "trap", { where: `${name}.trapped`, error: String(error?.message ?? error) });
      }
    }

    // Resolves whatever happens: a handler that throws is tried six times by the runtime, and then
    // its alarm is gone for good.
    async alarm() {
      try {
        await untilTrap(() => this.#inner().alarm());
        this.#failures = 0;
      } catch (error) {
        const delay = Math.min(FIRST_DELAY * 2 ** this.#failures++, LONGEST_DELAY);
        line("error", "trap", {
          where: `${name}.alarm`,
          error: String(error?.message ?? error),
          again_in_ms: delay,
        });
        await this.#tell();
        await this.ctx.storage.setAlarm(Date.now() + delay);
      }
    }
  };
}

// The handlers of the Worker itself around worker-build's entrypoint class.
export function containedWorker(Entrypoint) {
  // Constructing any of the shim's classes checks whether a new instance is due.
  restart = () => new Entrypoint({}, {});

  return {
    async fetch(request, env, ctx) {
      return forViews(request, await answer("worker.fetch", () => new Entrypoint(ctx, env).fetch(request)));
    },
    async scheduled(controller, env, ctx) {
      try {
        await untilTrap(() => new Entrypoint(ctx, env).scheduled(controller));
      } catch (error) {
        line("error", "trap", { where: "worker.scheduled", error: String(error?.message ?? error) });
      }
    },
  };
}
