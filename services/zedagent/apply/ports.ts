/** Applies everything that ports come from: I/O adapters, networks, L2 and system adapters (`spec/zedagent.md §8`). */
import { config as proto, type EdgeDevConfig } from "../../../proto/device.ts";
import { errorText } from "../../agent/mod.ts";
import {
  goTime,
  NetworkConfigOrigin,
  type NetworkXObjectConfig,
  type PhysicalIOAdapter,
} from "../../topics/mod.ts";
import type { CipherContexts } from "../sections/cipher.ts";
import { devicePortConfig } from "../sections/device_port_config.ts";
import { networkObjects } from "../sections/networks.ts";
import { physicalIOAdapterList, physicalIOAdapters } from "../sections/physical_io.ts";
import type { Applier, ConfigSource } from "./applier.ts";
import { publishSection } from "./publish_entries.ts";
import { messages } from "./section_hashes.ts";

const key = "zedagent";
/** A saved config came from the controller once: the origin tells nim that it is the same port config (W5). */
const origins = {
  controller: NetworkConfigOrigin.NetworkConfigOriginController,
  loc: NetworkConfigOrigin.NetworkConfigOriginLOC,
  saved: NetworkConfigOrigin.NetworkConfigOriginController,
  bootstrap: NetworkConfigOrigin.NetworkConfigOriginBootstrap,
} as const;

/** Times of the configuration, as Go has them. */
export interface PortTimes {
  /** `config_timestamp`, or when it came. */
  readonly timePriority: string;
  readonly submittedAt: string;
}

/** Keeps the parsed parts between configurations. */
export function portsApplier(applier: Applier) {
  const { device, publications, hashes, reports } = applier;
  let adapters: ReadonlyMap<string, PhysicalIOAdapter> = new Map();
  let networks: ReadonlyMap<string, NetworkXObjectConfig> = new Map();

  const applyAdapters = (config: EdgeDevConfig) => {
    if (!hashes.changed("deviceIoList", messages(proto.PhysicalIO, config.deviceIoList))) return;
    const parsed = physicalIOAdapters(config.deviceIoList);
    adapters = parsed.entries;
    publishSection(applier, "deviceIoList", publications.PhysicalIOAdapterList, {
      entries: new Map([[key, physicalIOAdapterList(adapters)]]),
      reports: parsed.reports,
    });
  };
  const applyNetworks = (config: EdgeDevConfig, contexts: CipherContexts) => {
    if (!hashes.changed("networks", messages(proto.NetworkConfig, config.networks))) return;
    const parsed = networkObjects(config.networks, contexts, goTime(device.clock.now()));
    networks = parsed.entries;
    publishSection(applier, "networks", publications.NetworkXObjectConfig, parsed);
    hashes.forget("systemAdapterList");
  };
  const applyPorts = (config: EdgeDevConfig, source: ConfigSource, times: PortTimes) => {
    const { systemAdapterList, bonds, vlans, pnacs, scep_profiles: scepProfiles } = config;
    if (systemAdapterList.length === 0) {
      device.log.info("the config has no systemAdapterList; the ports in force stay");
      hashes.forget("systemAdapterList");
      return;
    }
    const isNew = hashes.changed(
      "systemAdapterList",
      messages(proto.SystemAdapter, systemAdapterList),
      messages(proto.PhysicalIO, config.deviceIoList),
      messages(proto.BondAdapter, bonds),
      messages(proto.VlanAdapter, vlans),
      messages(proto.PNAC, pnacs),
      messages(proto.SCEPProfile, scepProfiles),
    );
    if (!isNew) return;
    const value = devicePortConfig(
      { systemAdapters: systemAdapterList, adapters, networks, bonds, vlans, pnacs, scepProfiles },
      {
        ...times,
        key: source === "bootstrap" ? "bootstrap" : "",
        origin: origins[source],
        now: goTime(device.clock.now()),
      },
    );
    try {
      publications.DevicePortConfig.publish(key, value);
      reports.set("systemAdapterList", value.LastError === "" ? [] : [value.LastError]);
    } catch (error) {
      reports.set("systemAdapterList", [`the port config can't be published: ${errorText(error)}`]);
      hashes.failed("systemAdapterList");
    }
  };
  return {
    /** In the order in which they depend on each other. */
    apply(config: EdgeDevConfig, source: ConfigSource, contexts: CipherContexts, times: PortTimes): void {
      applyAdapters(config);
      applyNetworks(config, contexts);
      applyPorts(config, source, times);
    },
  };
}
