/** Every component of Stripe's SDK that the stand-in draws, by its name. */

import type { ComponentType } from "react";
import * as actions from "./actions.tsx";
import * as collections from "./collections.tsx";
import * as disclosure from "./disclosure.tsx";
import * as fields from "./fields.tsx";
import * as layout from "./layout.tsx";
import * as notices from "./notices.tsx";
import * as tables from "./tables.tsx";
import * as tasks from "./tasks.tsx";
import * as views from "./views.tsx";

export const COMPONENTS = {
  ...actions,
  ...collections,
  ...disclosure,
  ...fields,
  ...layout,
  ...notices,
  ...tables,
  ...tasks,
  ...views,
} as unknown as Readonly<Record<string, ComponentType>>;
