/** Stacks of V8 with the paths of our source tree, as they are in the repository. Pure. */

/** Shortens `file:///…/services/agent/start.ts` to `services/agent/start.ts`, wherever the executable unpacks its source. */
export function withSourcePaths(stack: string): string {
  return stack.replace(/(\(|at |async )\S*?\/(?=(?:services|controllerconn|proto)\/)/g, "$1");
}
