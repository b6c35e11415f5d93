// A Chromium for tests, found where one is: the one that CHROMIUM names, Debian's, or the one that the
// npm package carries. CHROMIUM=npm asks for the last.

import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import packaged, { inflate } from "@sparticuz/chromium";
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
    return { executablePath: wished };
  }
  const hasDebians = await access(DEBIAN, constants.X_OK).then(
    () => true,
    () => false,
  );
  return hasDebians && wished !== "npm" ? { executablePath: DEBIAN } : fromPackage();
}

/** The package also carries the libraries that a machine without a browser lacks. */
async function fromPackage() {
  const executablePath = await packaged.executablePath();
  const archive = new URL("../bin/al2023.tar.br", import.meta.resolve("@sparticuz/chromium"));
  const libraries = join(await inflate(fileURLToPath(archive)), "lib");
  return { executablePath, env: { ...process.env, LD_LIBRARY_PATH: libraries } };
}

/** How long a browser may take to start on a machine with much else to do, in milliseconds. */
const STARTS = 60_000;

export async function launch() {
  return chromium.launch({ ...(await executable()), args: ARGUMENTS, timeout: STARTS });
}
