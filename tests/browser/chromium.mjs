// A Chromium for tests, found where one is: the one that CHROMIUM names, Debian's, or the one that the
// npm package carries. CHROMIUM=npm asks for the last.

import { access, constants } from "node:fs/promises";
import packaged from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const DEBIAN = "/usr/bin/chromium";

// Our own: the package's default arguments switch web security off, and CORS would go untested.
const ARGUMENTS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

async function executable() {
  const wished = process.env.CHROMIUM;
  if (wished && wished !== "npm") {
    return wished;
  }
  const hasDebians = await access(DEBIAN, constants.X_OK).then(
    () => true,
    () => false,
  );
  return hasDebians && wished !== "npm" ? DEBIAN : packaged.executablePath();
}

export async function launch() {
  return chromium.launch({ executablePath: await executable(), args: ARGUMENTS });
}
