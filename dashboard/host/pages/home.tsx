import { words } from "../texts.ts";
import { Objects, type PageProps } from "./list.tsx";

/** So many of each. */
const FEW = 8;

/** What came last. */
export function HomePage(page: PageProps) {
  const word = words(page.locale);
  return (
    <>
      <h1>{word("home")}</h1>
      <h2>{word("newest")}</h2>
      <Objects kind="customers" count={FEW} {...page} />
      <h2>{word("newestInvoices")}</h2>
      <Objects kind="invoices" count={FEW} {...page} />
    </>
  );
}
