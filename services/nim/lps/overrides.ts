/** What a Local Profile Server wants of single ports, and what is made of it (`spec/nim.md §9`). Pure. */
import {
  type DevicePortConfig,
  goDhcpConfig,
  goNetworkPortConfig,
  goProxyConfig,
  goStruct,
  goTestResults,
  type NetworkPortConfig,
} from "../../topics/mod.ts";
import type { EffectiveConfig } from "../parts.ts";

/** Logical label → the port as the server wants it, with the results of tests of it. */
export type Overrides = ReadonlyMap<string, NetworkPortConfig>;

/** Before the server said something, and after its word was deleted. */
export const noOverrides: Overrides = new Map();

/** Of a DPC with the key `lps`; one without ports takes all overrides back. */
export function overridesOf(lps: DevicePortConfig): Overrides {
  const named = (lps.Ports ?? []).filter(({ Logicallabel }) => Logicallabel !== "");
  return new Map(named.map((port) => [port.Logicallabel, port]));
}

const own = goNetworkPortConfig.fields;

/** All that the server may say; addresses of the device, usage, cost, layer 2, labels and 802.1X are the controller's. */
const goOverridable = goStruct({
  MTU: own.MTU,
  ...goDhcpConfig.fields,
  ...goProxyConfig.fields,
  WirelessCfg: own.WirelessCfg,
  IgnoreDhcpNtpServers: own.IgnoreDhcpNtpServers,
  IgnoreDhcpIPAddresses: own.IgnoreDhcpIPAddresses,
  IgnoreDhcpGateways: own.IgnoreDhcpGateways,
  IgnoreDhcpDNSConfig: own.IgnoreDhcpDNSConfig,
  ConfigSource: own.ConfigSource,
  InvalidConfig: own.InvalidConfig,
  ...goTestResults.fields,
});

/** A port of the server's that the configuration does not have is no error. */
export function effectiveConfig(dpc: DevicePortConfig, overrides: Overrides): EffectiveConfig {
  const overridden = new Set<string>();
  const errors = new Map<string, string>();
  const merge = (port: NetworkPortConfig): NetworkPortConfig => {
    const { Logicallabel } = port;
    const override = overrides.get(Logicallabel);
    if (override === undefined) return port;
    const refusal = whyNot(port, override);
    if (refusal !== undefined) {
      errors.set(Logicallabel, refusal);
      return port;
    }
    overridden.add(Logicallabel);
    return { ...port, ...goOverridable.make(override) };
  };
  const Ports = overrides.size === 0 ? dpc.Ports : dpc.Ports?.map(merge) ?? null;
  return { dpc: { ...dpc, Ports }, overridden, errors };
}

function whyNot(port: NetworkPortConfig, override: NetworkPortConfig): string | undefined {
  if (!port.AllowLocalModifications) {
    return `local modifications not permitted for port ${JSON.stringify(port.Logicallabel)}`;
  }
  const [own, other] = [port.WirelessCfg.WType, override.WirelessCfg.WType];
  return own === other
    ? undefined
    : `wireless type of port ${JSON.stringify(port.Logicallabel)} is ${own}, the local profile has ${other}`;
}

/**
 * There are management ports, and each uses an override: falling back to another configuration would not change what the
 * operator on site has decided (`spec/nim.md §7.3` step 4, `§19 W9`).
 */
export function isUpToLocalProfile({ dpc, overridden }: EffectiveConfig): boolean {
  const management = (dpc.Ports ?? []).filter(({ IsMgmt }) => IsMgmt);
  return management.length > 0 && management.every(({ Logicallabel }) => overridden.has(Logicallabel));
}
