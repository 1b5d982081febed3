/** Ports → `DevicePortConfig`: errors written down, sources stamped (`spec/zedagent.md §8.6, 8.8`). */
import type { config } from "../../../proto/device.ts";
import {
  type DevicePortConfig,
  goDevicePortConfig,
  type NetworkPortConfig,
  type NetworkXObjectConfig,
  type PhysicalIOAdapter,
} from "../../topics/mod.ts";
import { lowerLayers } from "./lower_layers.ts";
import type { PortDraft } from "./port_draft.ts";
import { validatePorts } from "./port_validation.ts";
import { systemAdapterPorts } from "./system_adapters.ts";

/** The parts of a configuration that ports come from. */
export interface PortConfigInput {
  readonly systemAdapters: readonly config.SystemAdapter[];
  readonly adapters: ReadonlyMap<string, PhysicalIOAdapter>;
  readonly networks: ReadonlyMap<string, NetworkXObjectConfig>;
  readonly bonds: readonly config.BondAdapter[];
  readonly vlans: readonly config.VlanAdapter[];
  readonly pnacs: readonly config.PNAC[];
  readonly scepProfiles: readonly config.SCEPProfile[];
}

/** What is stamped on it. Go times. */
export interface PortConfigStamp {
  /** `""`, or `bootstrap`. */
  readonly key: string;
  /** `NetworkConfigOrigin` */
  readonly origin: number;
  readonly timePriority: string;
  readonly submittedAt: string;
  /** When errors were found. */
  readonly now: string;
}

/** Pure: a port or list that is wrong carries its errors and is published all the same. */
export function devicePortConfig(input: PortConfigInput, stamp: PortConfigStamp): DevicePortConfig {
  const layers = lowerLayers(input);
  const list = systemAdapterPorts(input.systemAdapters, { layers, networks: input.networks });
  const drafts = validatePorts(list.drafts);
  const ports = drafts.map((each) => finished(each, stamp));
  const errors = [...list.errors, ...managementErrors(drafts)];
  return goDevicePortConfig.make({
    Version: list.version,
    Key: stamp.key,
    TimePriority: stamp.timePriority,
    ...(errors.length === 0 ? {} : { LastFailed: stamp.now, LastError: errors.join("\n") }),
    Ports: ports.length === 0 ? null : ports,
  });
}

function finished({ port, errors }: PortDraft, stamp: PortConfigStamp): NetworkPortConfig {
  const failed = errors.length === 0
    ? {}
    : { InvalidConfig: true, LastFailed: stamp.now, LastError: [...new Set(errors)].join("\n") };
  return {
    ...port,
    ...failed,
    ConfigSource: { Origin: stamp.origin, SubmittedAt: stamp.submittedAt },
  };
}

function managementErrors(drafts: readonly PortDraft[]): string[] {
  const management = drafts.filter(({ port }) => port.IsMgmt);
  if (management.length === 0) return ["No management interfaces"];
  if (management.some(({ errors }) => errors.length === 0)) return [];
  return [`All management ports failed to parse: ${management.map(({ errors }) => errors[0]).join("; ")}`];
}
