/** Says of each port of a configuration where it comes from (`spec/nim.md §5.1`). Pure. */
import type { DevicePortConfig, PortConfigSource } from "../../topics/mod.ts";

/** The same with this source on every port, whatever they said themselves. */
export function withConfigSource(dpc: DevicePortConfig, ConfigSource: PortConfigSource): DevicePortConfig {
  return { ...dpc, Ports: dpc.Ports?.map((port) => ({ ...port, ConfigSource })) ?? null };
}
