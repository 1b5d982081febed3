/** The metric of each port's routes: by cost, then by the order of the configuration, unique (`spec/nim.md §14.3`). Pure. */
import type { NetworkPortConfig } from "../../topics/mod.ts";

const managementBase = 5_000;
const otherBase = 10_000;

/** @returns logical label → metric; ports with an invalid configuration have none */
export function routeMetrics(ports: readonly NetworkPortConfig[]): ReadonlyMap<string, number> {
  const valid = ports.filter((port) => !port.InvalidConfig);
  return new Map([
    ...ranked(valid.filter((port) => port.IsMgmt), managementBase),
    ...ranked(valid.filter((port) => !port.IsMgmt), otherBase),
  ]);
}

function ranked(ports: readonly NetworkPortConfig[], base: number): [string, number][] {
  return ports.toSorted((a, b) => a.Cost - b.Cost).map((port, rank) => [port.Logicallabel, base + rank]);
}
