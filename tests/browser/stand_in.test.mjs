// The Dashboard's stand-in itself, with an extension of a few lines in it. The real one is tried in
// views.test.mjs.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { serve, standIn } from "./stand_in.mjs";

const ROOT = new URL("../../", import.meta.url);
const ACCOUNT = "acct_1Daicho000Sandbox";

/** An extension whose view of a customer does what a test asks for by the customer's id in the address. */
const EXTENSION = `
  import { useEffect, useState } from "react";
  import { createRemoteReactComponent } from "@remote-ui/react";
  import { Badge, Button, ContextView, FocusView, Select, TextField } from "@stripe/ui-extension-sdk/ui";
  import fetchStripeSignature from "@stripe/ui-extension-sdk/signature";
  import { showToast, stripeApiFetch } from "@stripe/ui-extension-sdk/utils";
  import { loadLogic } from "../../src/logic/index.ts";

  const Hologram = createRemoteReactComponent("Hologram");

  const DO = {
    async sign({ userContext }) {
      const payload = { op: "home", nonce: "n1", stripe_roles: userContext.roles };
      const { id: user_id, account } = userContext;
      return [await fetchStripeSignature(payload), JSON.stringify({ ...payload, user_id, account_id: account.id })];
    },
    async forge() {
      await fetchStripeSignature({ stripe_roles: [{ id: "admin", name: "Administrator", type: "builtIn" }] });
    },
    async toast() { await showToast("これは三十文字をこえる知らせなので、模擬環境では誤りとして扱われます。"); },
    async stripe() { return (await stripeApiFetch("https://api.stripe.com/v1/customers?limit=1")).json; },
    async logic({ environment }) { return (await loadLogic(environment.constants.API_BASE + "ui/")).engine; },
    async elsewhere({ environment }) { await fetch(environment.constants.API_BASE.replace("/api/", "/admin/")); },
  };

  export function CustomerView(context) {
    const [done, setDone] = useState("");
    const [typed, setTyped] = useState("");
    const [shown, setShown] = useState(false);
    const what = context.environment.objectContext.id;
    if (what === "broken") {
      throw new Error("thrown by the view");
    }
    useEffect(() => {
      DO[what]?.(context).then((done) => setDone(JSON.stringify(done ?? null)), (error) => setDone("refused: " + error.message));
    }, []);
    return (
      <ContextView title={what}>
        <Badge type="positive">{context.userContext.locale} {context.environment.mode} {context.userContext.roles[0].id}</Badge>
        <TextField label="入力" defaultValue="はじめ" onChange={({ target }) => setTyped(target.value)} />
        <Select label="選択" name="choice" onChange={({ target }) => setTyped(target.name + "=" + target.value)}>
          <option value="1">一</option>
          <option value="2">二</option>
        </Select>
        <Button onPress={() => setShown(true)}>開く</Button>
        <FocusView title="詳しく" shown={shown} setShown={setShown}>中身</FocusView>
        {what === "unknown" && <Hologram>ここ</Hologram>}
        <Badge>typed:{typed}</Badge>
        {done && <Badge>done:{done}</Badge>}
      </ContextView>
    );
  }
`;

let stand;
let api;
let bundle;

before(async () => {
  const { wasmSha256: wasm } = await import(new URL("build/ui-logic/logic.js", ROOT).href);
  api = await serve(async (request, response) => {
    const isModule = request.url === `/api/ui/${wasm}.wasm`;
    const body = isModule ? await readFile(new URL(`build/ui-logic/${wasm}.wasm`, ROOT)) : '{"data":[]}';
    response.writeHead(200, {
      "access-control-allow-origin": "*",
      "content-type": isModule ? "application/wasm" : "application/json",
    });
    response.end(body);
  });
  bundle = new URL(`build/app/stand-in-test-${process.pid}.js`, ROOT);
  const { outputFiles } = await build({
    stdin: { contents: EXTENSION, resolveDir: fileURLToPath(new URL("tests/browser/", ROOT)), loader: "jsx" },
    bundle: true,
    format: "iife",
    globalName: "__StripeExtExports",
    jsx: "automatic",
    external: ["react", "react/jsx-runtime", "@remote-ui/react"],
    write: false,
  });
  await writeFile(bundle, outputFiles[0].text);
  stand = await standIn({ stripe: api.url, worker: api.url, bundle });
});

after(async () => {
  await stand?.close();
  api?.close();
  if (bundle) {
    await rm(bundle, { force: true });
  }
});

/** What the view says it did, and what the console said meanwhile. */
async function outcome(address) {
  const { page, complaints } = await stand.open(address);
  const said = await page.locator(".badge", { hasText: "done:" }).textContent();
  await page.close();
  return { said: said.slice("done:".length), complaints };
}

test("a view gets its context from the switches", async () => {
  const { page, complaints } = await stand.open("customers/any?locale=en&mode=live&role=view_only");
  await page.getByText("en live view_only").waitFor();
  await page.getByLabel("ロール").or(page.getByLabel("Role")).selectOption("developer");
  await page.getByText("en live developer").waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test("what is typed and chosen reaches the view and stays in the field", async () => {
  const { page, complaints } = await stand.open("customers/any");
  const field = page.getByLabel("入力");
  assert.equal(await field.inputValue(), "はじめ");
  await field.press("End");
  await field.pressSequentially("から早く");
  await page.getByText("typed:はじめから早く").waitFor();
  assert.equal(await field.inputValue(), "はじめから早く");
  assert.deepEqual(await page.getByLabel("選択").locator("option").allTextContents(), ["一", "二"]);
  await page.getByLabel("選択").selectOption("2");
  await page.getByText("typed:choice=2").waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test("a drawer over the page opens and closes", async () => {
  const { page } = await stand.open("customers/any");
  await page.getByRole("button", { name: "開く" }).click();
  const drawer = page.getByRole("dialog", { name: "詳しく" });
  await drawer.waitFor();
  await drawer.getByRole("button", { name: "閉じる" }).click();
  await drawer.waitFor({ state: "detached" });
  await page.close();
});

test("a component that is not drawn is seen on the page and on the console", async () => {
  const { page, complaints } = await stand.open("customers/unknown");
  await page.locator("[data-unknown-component=Hologram]").waitFor();
  assert.match(complaints.join(), /does not draw the component Hologram/);
  await page.close();
});

test("a view that throws is seen on the page and on the console", async () => {
  const { page, complaints } = await stand.open("customers/broken");
  await page.getByRole("alert").getByText("thrown by the view").waitFor();
  assert.match(complaints.join(), /the app failed: .*thrown by the view/);
  await page.close();
});

test("a signature is Stripe's over the payload, the user and the account", async () => {
  const { said, complaints } = await outcome("customers/sign?role=developer");
  const [header, text] = JSON.parse(said);
  const [, time, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(header);
  const wanted = createHmac("sha256", "absec_development").update(`${time}.${text}`).digest("hex");
  assert.equal(signature, wanted);
  assert.ok(text.endsWith(`"user_id":"usr_1DaichoStandin","account_id":"${ACCOUNT}"}`), text);
  assert.deepEqual(complaints, []);
});

test("roles that the user does not have are not signed", async () => {
  const { said } = await outcome("customers/forge?role=view_only");
  assert.match(said, /^refused: .*stripe_roles are not the user's/);
});

test("Stripe's API is reached through the page, without a key in it", async () => {
  const { said, complaints } = await outcome("customers/stripe");
  assert.equal(said, '{"data":[]}');
  assert.deepEqual(complaints, []);
});

test("a toast that is too long for the Dashboard is complained of", async () => {
  const { complaints } = await outcome("customers/toast");
  assert.match(complaints.join(), /more than 30 characters/);
});

test("the frame reaches its API and nothing beside it", async () => {
  const { said, complaints } = await outcome("customers/elsewhere");
  assert.match(said, /^refused: /);
  assert.match(complaints.join(), /Content Security Policy/);
});

test("the logic runs as JavaScript, and as WebAssembly where the switch allows it", async () => {
  const lowered = await outcome("customers/logic?wasm=0");
  assert.equal(lowered.said, '"js"');
  const native = await outcome("customers/logic?wasm=1");
  assert.deepEqual(native, { said: '"wasm"', complaints: [] });
});
