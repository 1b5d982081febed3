/** Steps of everything that ports come from: I/O adapters, networks, L2 and system adapters (`spec/zedagent.md §8`). */
import { config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import { errorText } from "../../agent/mod.ts";
import { PubsubError } from "../../pubsub/mod.ts";
import {
  type DevicePortConfig,
  goDevicePortConfig,
  goTime,
  NetworkConfigOrigin,
  type NetworkXObjectConfig,
  type PhysicalIOAdapter,
} from "../../topics/mod.ts";
import type { CipherContexts } from "../sections/cipher.ts";
import { devicePortConfig } from "../sections/device_port_config.ts";
import { ignoredLayers } from "../sections/lower_layers.ts";
import { networkObjects } from "../sections/networks.ts";
import { physicalIOAdapterList, physicalIOAdapters } from "../sections/physical_io.ts";
import { scepProfiles } from "../sections/scep_profiles.ts";
import { mostSystemAdapters } from "../sections/system_adapters.ts";
import type { Applier, ConfigSource } from "./applier.ts";
import { publishSection, singleEntry } from "./publish_entries.ts";
import { messages, text } from "./section_hashes.ts";
import { withOldErrorTimes } from "./same_error_times.ts";
import type { SectionOutcome } from "./section_state.ts";
import type { SectionStep } from "./section_step.ts";

const key = "zedagent";
/** A saved config came from the controller once: the origin tells nim that it is the same port config (W5). */
const origins = {
  controller: NetworkConfigOrigin.NetworkConfigOriginController,
  loc: NetworkConfigOrigin.NetworkConfigOriginLOC,
  saved: NetworkConfigOrigin.NetworkConfigOriginController,
  bootstrap: NetworkConfigOrigin.NetworkConfigOriginBootstrap,
} as const;

/** Of the configuration that is being applied. */
export interface PortSource {
  readonly source: ConfigSource;
  /** `config_timestamp`, or when it came; Go times. */
  readonly timePriority: string;
  readonly submittedAt: string;
}

/** Keeps the parsed parts between configurations. */
export function portSteps(
  applier: Applier,
  contexts: () => CipherContexts,
  current: () => PortSource,
): readonly SectionStep[] {
  const { device, publications, states } = applier;
  let adapters: ReadonlyMap<string, PhysicalIOAdapter> = new Map();
  let networks: ReadonlyMap<string, NetworkXObjectConfig> = new Map();
  const now = () => goTime(device.clock.now());
  const encryption = () => text(states.desired("cipherContexts"));

  const publishPorts = (found: DevicePortConfig, reports: readonly string[]): SectionOutcome => {
    const value = sameStamps(found, publications.DevicePortConfig.get(key));
    const refused = value.LastError === "" ? reports : [value.LastError, ...reports];
    const portErrors = (value.Ports ?? []).filter((port) => port.InvalidConfig)
      .map((port) => `port ${port.Logicallabel}: ${port.LastError}`);
    try {
      publications.DevicePortConfig.publish(key, value);
      return { refused: [...refused, ...portErrors] };
    } catch (error) {
      const reason = `the port config can't be published: ${errorText(error)}; the ports in force stay`;
      return error instanceof PubsubError && error.kind !== "io"
        ? { refused: [reason], kept: true }
        : { refused: [], pending: { waits: "disk", reasons: [reason] }, kept: true };
    }
  };
  const applyPorts = (config: EdgeDevConfig): SectionOutcome => {
    const { systemAdapterList, bonds, vlans, pnacs, scep_profiles: profiles } = config;
    if (systemAdapterList.length === 0) {
      const reason = "the config has no systemAdapterList; the ports in force stay";
      device.log.info(reason);
      const inForce = publications.DevicePortConfig.get(key) !== undefined;
      return inForce ? { refused: [reason], kept: true } : { refused: [] };
    }
    if (systemAdapterList.length > mostSystemAdapters) {
      const count = systemAdapterList.length;
      return {
        refused: [
          `expected up to ${mostSystemAdapters} system adapters, got ${count}; the ports in force stay`,
        ],
        kept: true,
      };
    }
    const { source, ...times } = current();
    const layers = { adapters, bonds, vlans, pnacs, scepProfiles: profiles };
    const value = devicePortConfig({ systemAdapters: systemAdapterList, networks, ...layers }, {
      ...times,
      key: source === "bootstrap" ? "bootstrap" : "",
      origin: origins[source],
      now: now(),
    });
    return publishPorts(value, ignoredLayers(layers));
  };

  // In the order in which they depend on each other.
  return [
    {
      section: "deviceIoList",
      parts: (config) => [messages(proto.PhysicalIO, config.deviceIoList)],
      work(config) {
        const parsed = physicalIOAdapters(config.deviceIoList);
        adapters = parsed.entries;
        const value = physicalIOAdapterList(adapters);
        return publishSection(
          publications.PhysicalIOAdapterList,
          singleEntry(key, { value, reports: parsed.reports }),
        );
      },
    },
    {
      section: "scep_profiles",
      parts: (config) => [messages(proto.SCEPProfile, config.scep_profiles), encryption()],
      work: (config) =>
        publishSection(publications.SCEPProfile, scepProfiles(config.scep_profiles, contexts(), now())),
    },
    {
      section: "networks",
      parts: (config) => [messages(proto.NetworkConfig, config.networks), encryption()],
      work(config) {
        const parsed = networkObjects(config.networks, contexts(), now());
        networks = parsed.entries;
        return publishSection(publications.NetworkXObjectConfig, parsed);
      },
    },
    {
      section: "systemAdapterList",
      parts: (config) => [
        messages(proto.SystemAdapter, config.systemAdapterList),
        messages(proto.PhysicalIO, config.deviceIoList),
        messages(proto.NetworkConfig, config.networks),
        messages(proto.BondAdapter, config.bonds),
        messages(proto.VlanAdapter, config.vlans),
        messages(proto.PNAC, config.pnacs),
        messages(proto.SCEPProfile, config.scep_profiles),
        encryption(),
      ],
      work: applyPorts,
    },
  ];
}

/** A port config that says nothing new keeps its stamps: nim takes another one for another config and tests it (`§8.6`). */
function sameStamps(found: DevicePortConfig, old: DevicePortConfig | undefined): DevicePortConfig {
  if (old === undefined) return found;
  const value = withOldErrorTimes(found, old);
  const stamped = {
    ...value,
    TimePriority: old.TimePriority,
    Ports: value.Ports?.map((port, index) => ({
      ...port,
      ConfigSource: {
        ...port.ConfigSource,
        SubmittedAt: old.Ports?.[index]?.ConfigSource.SubmittedAt ?? port.ConfigSource.SubmittedAt,
      },
    })) ?? null,
  };
  return goDevicePortConfig.equal(stamped, old) ? stamped : value;
}
