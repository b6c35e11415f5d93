import { render } from "react-dom";
import { Dashboard } from "./dashboard.tsx";
import { readSetup } from "./setup.ts";

void readSetup().then((setup) => {
  render(<Dashboard setup={setup} />, document.querySelector("#page"));
});
