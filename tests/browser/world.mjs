// The local Stripe and kintone and the Worker between them, as a person would set them up. SANDBOX_URL,
// WORKER_URL, ADMIN_TOKEN and WEBHOOK_SECRETS name them.

import { readFile } from "node:fs/promises";

const ROOT = new URL("../../", import.meta.url);
const { SANDBOX_URL: sandbox, WORKER_URL: worker, ADMIN_TOKEN: token } = process.env;
const [webhookSecret] = JSON.parse(process.env.WEBHOOK_SECRETS ?? "[]");

export const services = { stripe: sandbox, worker, secrets: (process.env.APP_SECRETS ?? "").split(",") };
export const ACCOUNT = "acct_1Daicho000Sandbox";

/** Longer than anything takes that still happens, in milliseconds. */
const PATIENCE = 60_000;

async function ask(url, method, headers, body) {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
  }
  return text === "" ? null : JSON.parse(text);
}

const JSON_BODY = { "content-type": "application/json" };

/** The sandbox's own routes. */
export const play = (method, path, value) =>
  ask(`${sandbox}/_sandbox${path}`, method, JSON_BODY, value && JSON.stringify(value));

/** Stripe's API. */
export const stripe = (path, form, mode = "test") =>
  ask(
    `${sandbox}/v1/${path}`,
    form ? "POST" : "GET",
    { authorization: `Bearer sk_${mode}_sandbox` },
    form && new URLSearchParams(form),
  );

/** The Worker's admin routes for the account in a mode. */
const admin = (mode, method, path, body, headers = {}) =>
  ask(
    `${worker}/admin/tenants/${ACCOUNT}/${mode}/${path}`,
    method,
    { authorization: `Bearer ${token}`, ...headers },
    body,
  );

const first = { ...JSON_BODY, "if-none-match": "*" };

/** An app for customers with the fields of the demo's: its number and its token. */
export async function createApp(name = "顧客管理", change = (properties) => properties) {
  const properties = JSON.parse(await readFile(new URL("demo/forms/customers.json", ROOT), "utf8"));
  const tokenOfApp = `token-${Math.random().toString(36).slice(2)}`;
  const { app } = await play("POST", "/kintone/apps", {
    name,
    properties: change(properties),
    tokens: [{ token: tokenOfApp }],
  });
  return { app: Number(app), token: tokenOfApp, properties };
}

/** The key that reads Stripe. */
export const putStripeKey = (mode = "test") => admin(mode, "PUT", "secrets/stripe_key", `rk_${mode}_sandbox`);

/** Connects one app and stores the demo's mapping of customers, without the views. */
export async function configure({ app, token: tokenOfApp }) {
  await putStripeKey();
  await admin("test", "PUT", "secrets/kintone", tokenOfApp);
  const domain = sandbox.replace("http://", "");
  const connections = {
    stripe_key_ref: "stripe_key",
    apps: { 顧客管理: { domain, app, token_refs: ["kintone"] } },
  };
  await admin("test", "PUT", "connections", JSON.stringify(connections), first);
  const mapping = JSON.parse(await readFile(new URL("demo/mapping.json", ROOT), "utf8"));
  mapping.targets = { customers: mapping.targets.customers };
  await admin("test", "PUT", "mapping", JSON.stringify(mapping), first);
}

/** Has Stripe deliver what happens to customers to the Worker. */
export async function createEndpoint(mode = "test") {
  const types = ["customer.created", "customer.updated", "customer.deleted"];
  const wanted = {
    url: `${worker}/webhooks/stripe`,
    api_version: "2026-10-28.endive",
    ...Object.fromEntries(types.map((type, index) => [`enabled_events[${index}]`, type])),
  };
  const { id } = await stripe("webhook_endpoints", wanted, mode);
  await play("PUT", `/stripe/endpoints/${id}/secret`, { secret: webhookSecret });
}

/** The records of an app now. */
export async function records(app) {
  const { kintone } = await play("GET", "/state");
  return kintone.apps[app].records;
}

/** Looks until `seen` gives something, and says at the end what was seen last. */
export async function until(what, seen) {
  const begun = Date.now();
  for (;;) {
    const found = await seen();
    if (found) {
      return found;
    }
    if (Date.now() - begun > PATIENCE) {
      throw new Error(`${what} did not happen within ${PATIENCE / 1000} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
