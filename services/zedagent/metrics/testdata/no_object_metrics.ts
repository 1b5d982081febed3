/** Other agents that have nothing to tell. */
import type { ObjectMetricsInputs } from "../object_metrics.ts";

/** Nobody publishes anything. */
export const noObjectMetrics: ObjectMetricsInputs = {
  apps: [],
  volumes: [],
  networkInstances: [],
  cipher: new Map(),
  wwan: undefined,
  patchUsages: [],
  domain: () => undefined,
  containers: () => undefined,
  disk: () => undefined,
};
