/** Takes a part out of the mapping, for whoever may change it. */

import { Button } from "@stripe/ui-extension-sdk/ui";
import { useApp } from "../app.tsx";

export function Remove({ remove }: { remove: () => void }) {
  const { texts, mayChange } = useApp();
  return mayChange ? (
    <Button size="small" onPress={remove}>
      {texts.action.remove}
    </Button>
  ) : null;
}
