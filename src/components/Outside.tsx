/** A link to kintone. */

import { Link } from "@stripe/ui-extension-sdk/ui";

export function Outside({ href, children }: { href: string; children: string }) {
  return (
    <Link href={href} target="_blank" rel="noreferrer" external>
      {children}
    </Link>
  );
}
