import { assertEquals } from "@std/assert";
import { goNetworkPortConfig, type NetworkPortConfig } from "../../topics/mod.ts";
import { routeMetrics } from "./route_metrics.ts";

const port = (Logicallabel: string, some: Partial<NetworkPortConfig>) =>
  goNetworkPortConfig.make({ Logicallabel, ...some });

Deno.test("[nim#42] route metrics are unique: management from 5000, others from 10000, by cost, then by order", () => {
  const metrics = routeMetrics([
    port("lte", { IsMgmt: true, Cost: 10 }),
    port("app", {}),
    port("eth0", { IsMgmt: true }),
    port("bad", { IsMgmt: true, InvalidConfig: true }),
    port("eth1", { IsMgmt: true }),
    port("cheap-app", { Cost: 0 }),
    port("dear-app", { Cost: 1 }),
  ]);
  assertEquals(Object.fromEntries(metrics), {
    eth0: 5_000,
    eth1: 5_001,
    lte: 5_002,
    app: 10_000,
    "cheap-app": 10_001,
    "dear-app": 10_002,
  });
});
