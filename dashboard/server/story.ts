/**
 * The story that a demo opens on: somebody renames an option of the app's form, a customer's record fails
 * for it, the option is added again, the record is sent again. What other people do in it really happens
 * in the local Stripe and kintone.
 */

/** What somebody else does. */
export type Deed = "rename" | "change" | "restore";

export interface Story {
  /** The customer that it is about. */
  readonly customer: string;
  /** The field, what its option was, and what it becomes. */
  readonly option: { readonly field: string; readonly before: string; readonly after: string };
  /** Does it, and returns once the Worker has heard of it. */
  readonly does: (deed: Deed) => Promise<void>;
}

/** The app of the demo that customers go to. */
const APP = "顧客管理";
/** An option that no other customer of the demo has. */
const OPTION = { field: "業種", before: "美容", after: "美容・理容" };
const CUSTOMER = {
  name: "有限会社みほん美容室",
  email: "salon@example.com",
  "metadata[industry]": OPTION.before,
};
const CHANGED = { name: "有限会社みほん美容室 駅前店" };

/** How long the Worker may take to hear of something, in milliseconds; in all but no time it has. */
const HEARD_MS = 10_000;

interface Option {
  readonly label: string;
  readonly index: string;
}

interface Properties {
  readonly [code: string]: { readonly options?: Readonly<Record<string, Option>> };
}

/** Makes the customer. The key is the local Stripe's. */
export async function tell(sandbox: string, key: string): Promise<Story> {
  const ask = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    const response = await fetch(`${sandbox}${path}`, init);
    if (!response.ok) {
      throw new Error(`${path} was answered with ${response.status}: ${await response.text()}`);
    }
    return response.json();
  };
  const stripe = (path: string, form: Record<string, string>) =>
    ask(path, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams(form),
    });
  const { id: customer } = (await stripe("/v1/customers", CUSTOMER)) as { id: string };
  const deeds: Record<Deed, () => Promise<unknown>> = {
    rename: () => edit(ask, renamed),
    restore: () => edit(ask, restored),
    change: () => stripe(`/v1/customers/${customer}`, CHANGED),
  };
  return {
    customer,
    option: OPTION,
    does: async (deed) => {
      await deeds[deed]();
      await heard(ask);
    },
  };
}

type Ask = (path: string, init?: RequestInit) => Promise<unknown>;

type Options = Readonly<Record<string, Option>>;

function renamed({ [OPTION.before]: option, ...others }: Options): Options {
  return option === undefined ? others : { ...others, [OPTION.after]: { ...option, label: OPTION.after } };
}

/** The old option stands beside the new one. */
function restored(options: Options): Options {
  return {
    ...options,
    [OPTION.before]: { label: OPTION.before, index: String(Object.keys(options).length) },
  };
}

/** Somebody edits the options in the app's form. */
async function edit(ask: Ask, change: (options: Options) => Options): Promise<void> {
  const { kintone } = (await ask("/_sandbox/state")) as {
    kintone: { apps: Record<string, { name: string; properties: Properties }> };
  };
  const [id, app] = Object.entries(kintone.apps).find(([, { name }]) => name === APP) ?? [];
  if (id === undefined || app === undefined) {
    throw new Error(`the local kintone has no app ${APP}`);
  }
  const field = app.properties[OPTION.field];
  const properties = {
    ...app.properties,
    [OPTION.field]: { ...field, options: change(field?.options ?? {}) },
  };
  await ask(`/_sandbox/kintone/apps/${id}/properties`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ properties }),
  });
}

/** Waits until no webhook is outstanding. */
async function heard(ask: Ask): Promise<void> {
  const begun = Date.now();
  while (Date.now() - begun < HEARD_MS) {
    const { outstanding } = (await ask("/_sandbox/stripe/deliveries")) as { outstanding: number };
    if (outstanding === 0) {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
