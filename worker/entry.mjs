// What Cloudflare runs: worker-build's output, with a trap kept where it happened.
import Entrypoint, * as objects from "./build/index.js";
import { containedObject, containedWorker } from "./containment.mjs";

export const Tenant = containedObject("Tenant", objects.Tenant);
export const Directory = containedObject("Directory", objects.Directory);
export default containedWorker(Entrypoint);
