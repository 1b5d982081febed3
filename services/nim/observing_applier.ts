/** Stands in for the applier while nim only observes: everything is as it is (`spec/nim.md §16`). */
import type { Applied, Applier } from "./parts.ts";

const nothingDone: Applied = { inProgress: false, failing: [], resolverServers: new Map() };

/** Changes nothing, and says so at once. */
export const observingApplier: Applier = {
  apply: () => Promise.resolve(nothingDone),
  cancelBackground: () => {},
};
