// The stand-in for the Dashboard with a browser before it, for tests of the views.

import { createServer } from "node:http";
import { SANDBOX, start } from "../../dashboard/server/server.ts";
import { launch } from "./chromium.mjs";

/**
 * How long anything is waited for, in milliseconds: longer than anything takes that still happens, also on a
 * machine with much else to do.
 */
const PATIENCE = 60_000;

const VIEWPORT = { width: 1360, height: 900 };

/** A picture of a whole page: cards that are out of sight are not drawn otherwise. */
export const WHOLE = { fullPage: true, style: ".box.card { content-visibility: visible; }" };

/** Starts the stand-in. `services` names the local Stripe and the Worker; see `dashboard/server/server.ts`. */
export async function standIn(services) {
  const { server, url } = await start({ ...SANDBOX, secrets: ["absec_development"], ...services }, 0);
  const browser = await launch();
  return {
    browser,
    /** Opens a page at `customers/cus_1?locale=en` and gives it once the app shows something. */
    open: (address) => open(browser, address === "" ? url : `${url}#/${address}`, services.worker),
    /** Opens a page of the Dashboard's own, where the app is not shown. */
    async openPage(address) {
      const page = await newPage(browser);
      await page.goto(`${url}#/${address}`);
      return page;
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function newPage(browser) {
  const page = await browser.newPage({ viewport: VIEWPORT });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

async function open(browser, url, worker) {
  const page = await newPage(browser);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    // Chromium remarks on every answer that is no success; what a refusal means is the view's to show.
    const isRemark = message.location().url.startsWith(`${worker}/api/`);
    if (["error", "warning"].includes(message.type()) && !isRemark) {
      complaints.push(message.text());
    }
  });
  await page.goto(url);
  await page.locator(".extension > :not(iframe)").first().waitFor();
  return { page, complaints };
}

/** A server of a few answers, for tests of the stand-in itself. */
export async function serve(answer) {
  const server = createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) {
      parts.push(part);
    }
    answer(request, response, Buffer.concat(parts).toString());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
