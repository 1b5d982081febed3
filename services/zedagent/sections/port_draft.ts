/** A port while it is being put together: its configuration and what is wrong with it so far. */
import { goNetworkPortConfig, type NetworkPortConfig, type PhysicalIOAdapter } from "../../topics/mod.ts";

/** Changed in place by the steps of `device_port_config.ts`, and nowhere else. */
export interface PortDraft {
  port: NetworkPortConfig;
  readonly errors: string[];
}

/** A new draft. */
export function draft(some: Partial<NetworkPortConfig>, errors: readonly string[] = []): PortDraft {
  return { port: goNetworkPortConfig.make(some), errors: [...errors] };
}

/** What a system adapter can stand on: a network adapter, a bond or a VLAN, by label. */
export interface LowerLayer {
  readonly label: string;
  readonly kind: "adapter" | "bond" | "vlan";
  /** Names, addresses, L2 and PNAC settings of the port. */
  readonly settings: Partial<NetworkPortConfig>;
  readonly errors: readonly string[];
  /** Labels of the layers right below, in order. */
  readonly below: readonly string[];
  /** The adapter itself; `undefined` for bonds and VLANs. */
  readonly adapter: PhysicalIOAdapter | undefined;
}

/** All layers; a label that is used twice has several. */
export type LowerLayers = ReadonlyMap<string, readonly LowerLayer[]>;
