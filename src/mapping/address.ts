/** The address of a kintone app, as people paste it from their browser. */

import type { AppAddress } from "../api/types.ts";

/** Where the app is; nothing where the text is not an app's address. The Worker judges the host. */
export function addressFrom(text: string): AppAddress | undefined {
  const trimmed = text.trim();
  let url: URL;
  try {
    url = new URL(trimmed.includes("://") ? trimmed : `https://${trimmed}`);
  } catch {
    return undefined;
  }
  const path = url.pathname.match(/^\/k\/(?:guest\/(\d+)\/)?(?:m\/)?(\d+)(?:\/|$)/);
  if (path?.[2]) {
    return address(url.host, path[2], path[1]);
  }
  // The pages of an app's settings name it in the query: `/k/admin/app/flow?app=12`.
  const settings = url.pathname.match(/^\/k\/(?:guest\/(\d+)\/)?admin\/app\//);
  const app = url.searchParams.get("app");
  return settings && app && /^\d+$/.test(app) ? address(url.host, app, settings[1]) : undefined;
}

function address(domain: string, app: string, space: string | undefined): AppAddress | undefined {
  const number = Number(app);
  if (number < 1) {
    return undefined;
  }
  return { domain, app: number, ...(space === undefined ? {} : { guest_space: Number(space) }) };
}

/** The address as a browser shows it. */
export function addressText({ domain, app, guest_space: space }: AppAddress): string {
  return `https://${domain}/k/${space ? `guest/${space}/` : ""}${app}/`;
}
