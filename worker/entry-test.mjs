// The same around the build for tests (features `provoke-panic` and `contract`): never deployed.
import Entrypoint, * as objects from "./build-test/index.js";
import { containedObject, containedWorker } from "./containment.mjs";

export const Tenant = containedObject("Tenant", objects.Tenant);
export const Directory = containedObject("Directory", objects.Directory);
export default containedWorker(Entrypoint);
