// The Stripe App's own views in the stand-in, over the real Worker and the local Stripe and kintone.
// SCREENSHOTS=folder keeps a picture of the story where it is read why.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { SANDBOX } from "../../dashboard/server/server.ts";
import { tell } from "../../dashboard/server/story.ts";
import { standIn } from "./stand_in.mjs";
import { configure, createApp, createEndpoint, records, services, stripe, until } from "./world.mjs";

const AXE = await readFile(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

let stand;
let customer;
let subscription;
let invoice;

before(async () => {
  stand = await standIn(services);
});

after(() => stand?.close());

let setting;

/** An app for customers, connected and mapped, with Stripe's events on their way: once, by whichever needs it first. */
function setUp() {
  setting ??= (async () => {
    const app = await createApp();
    await configure(app);
    await createEndpoint();
    return app;
  })();
  return setting;
}

/** Every view by its place, in an order that nothing depends on. */
const places = () => [
  "home",
  `customers/${customer}`,
  `subscriptions/${subscription}`,
  `invoices/${invoice}`,
  "settings",
  "onboarding",
];

/** The view once it has settled: no sign of loading is left. */
async function settled(address) {
  const { page, complaints } = await stand.open(address);
  await page.locator(".extension .spinner").first().waitFor({ state: "detached" });
  return { page, complaints };
}

/** What axe-core finds serious on a page. The policy of the page refuses scripts from elsewhere. */
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}

async function eachIsWell() {
  for (const place of places()) {
    for (const locale of ["ja", "en"]) {
      const address = `${place}?locale=${locale}`;
      const { page, complaints } = await settled(address);
      assert.deepEqual(complaints, [], address);
      assert.deepEqual(await findings(page), [], address);
      const view = await page.locator(".extension").innerText();
      assert.doesNotMatch(view, /undefined|\[object|NaN|null/, address);
      assert.match(view, locale === "ja" ? /テスト/ : /Test/, address);
      await page.close();
    }
  }
}

test("before anything is set up, each view says so without a complaint, in both languages", async () => {
  ({ id: customer } = await stripe("customers", { name: "株式会社さくら 営業部 山田 花子" }));
  const { id: product } = await stripe("products", { name: "台帳プラン" });
  const { id: price } = await stripe("prices", {
    product,
    currency: "jpy",
    unit_amount: "3300",
    "recurring[interval]": "month",
  });
  ({ id: subscription, latest_invoice: invoice } = await stripe("subscriptions", {
    customer,
    "items[0][price]": price,
    collection_method: "send_invoice",
    days_until_due: "30",
  }));
  await eachIsWell();
});

test("once customers are in sync, each view shows it without a complaint, in both languages", async () => {
  const app = await setUp();
  await stripe(`customers/${customer}`, { email: "hanako@example.com" });
  await until("the record", async () => (await records(app.app)).length === 1);
  await eachIsWell();
  const { page } = await settled(`customers/${customer}`);
  await page.locator(".extension").getByText("同期済み").first().waitFor();
  await page.close();
});

test("the demo's story leads from green over 要対応 to green, and its steps really happen", async () => {
  await setUp();
  const story = await tell(services.stripe, SANDBOX.keys.test);
  const told = await standIn({ ...services, story });
  const { page, complaints } = await told.open("");
  const standing = (word) => page.locator(".extension .badge", { hasText: word }).first().waitFor();
  const step = (name) => page.getByRole("button", { name }).click();
  await until("the story's record", async () => {
    await page.reload();
    await page.locator(".extension .badge").first().waitFor();
    await page.locator(".extension .spinner").first().waitFor({ state: "detached" });
    return page.locator(".extension .badge", { hasText: "同期済み" }).first().isVisible();
  });
  await step("kintoneで選択肢の名前を変える");
  await step("Stripeで顧客を変更する");
  await standing("要対応");
  await page.locator(".extension").getByText("「業種」の値を受け付けませんでした").first().waitFor();
  if (process.env.SCREENSHOTS) {
    await page.screenshot({ path: `${process.env.SCREENSHOTS}/story.ja.png` });
  }
  await step("kintoneで選択肢を追加する");
  await page.getByText("追加し直しました").waitFor();
  await page.locator(".extension").getByRole("button", { name: "再送" }).click();
  await standing("同期済み");
  assert.deepEqual(complaints, []);
  await told.close();
});

test("a person who may only look is told so and is offered no change", async () => {
  await setUp();
  const { page, complaints } = await settled("settings?role=view_only");
  await page.locator(".extension").getByText("閲覧のみできます").waitFor();
  assert.equal(await page.getByRole("button", { name: "アプリを接続する" }).count(), 0);
  const inputs = page.locator(".extension :is(input, select, textarea)");
  await inputs.first().waitFor();
  assert.equal(await inputs.and(page.locator(":enabled")).count(), 0);
  assert.deepEqual(complaints, []);
  await page.close();
});
