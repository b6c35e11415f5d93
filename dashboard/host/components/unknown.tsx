import type { ComponentType } from "react";

const MADE = new Map<string, ComponentType>();

/** A component that the stand-in does not draw: seen on the page, on the console, and by the tests. */
export function Unknown(type: string): ComponentType {
  const made = MADE.get(type) ?? missing(type);
  MADE.set(type, made);
  return made;
}

function missing(type: string): ComponentType {
  console.error(`the stand-in does not draw the component ${type}`);
  return ({ children }) => (
    <div className="failure" role="alert" data-unknown-component={type}>
      {type}?{children}
    </div>
  );
}
