/** Forgets the counters of apps that are gone (`spec/loguploader.md §7.2`). */
import type { AgentMetrics } from "../../controllerconn/mod.ts";

/** Drops the URLs of apps that are neither configured nor have files. */
export function pruneAppURLs(metrics: AgentMetrics, present: ReadonlySet<string>): void {
  metrics.removeURLs((url) => {
    const app = /\/apps\/instanceid\/([^/]+)\//.exec(url)?.[1];
    return app !== undefined && !present.has(app);
  });
}
