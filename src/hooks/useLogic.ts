/** The mapping and validation logic, loaded once for all views. */

import { useEffect, useState } from "react";
import { useApp } from "../app.tsx";
import { type Logic, loadLogic } from "../logic/index.ts";

const loading = new Map<string, Promise<Logic>>();

/** The logic; nothing while it is on its way. Without WebAssembly it runs as JavaScript, so it comes. */
export function useLogic(): Logic | undefined {
  const { client } = useApp();
  const [logic, setLogic] = useState<Logic>();
  useEffect(() => {
    let isOpen = true;
    const folder = `${client.base}ui/`;
    const load = loading.get(folder) ?? loadLogic(folder);
    loading.set(folder, load);
    void load.then((logic) => isOpen && setLogic(logic));
    return () => {
      isOpen = false;
    };
  }, [client.base]);
  return logic;
}
