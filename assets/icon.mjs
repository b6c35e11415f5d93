// Draws assets/icon.png, 300 × 300 as Stripe asks for, from assets/icon.svg: `node assets/icon.mjs`.

import { readFile, writeFile } from "node:fs/promises";
import { launch } from "../tests/browser/chromium.mjs";

const HERE = new URL("./", import.meta.url);

const browser = await launch();
const page = await browser.newPage({ viewport: { width: 300, height: 300 } });
const svg = await readFile(new URL("icon.svg", HERE), "utf8");
await page.setContent(`<!doctype html><style>body { margin: 0 } svg { display: block }</style>${svg}`);
await writeFile(new URL("icon.png", HERE), await page.screenshot({ omitBackground: true }));
await browser.close();
