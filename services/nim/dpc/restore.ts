/** The stored list at the start of nim (`spec/nim.md §6.4`). Pure. */
import {
  type DevicePortConfig,
  type DevicePortConfigList,
  goTestResults,
  type NetworkPortConfig,
} from "../../topics/mod.ts";
import { pemBlocks } from "../../../controllerconn/pem.ts";
import { managementPortCount } from "./predicates.ts";
import { sanitizePorts } from "./sanitize.ts";

/** See {@linkcode restore}. */
export interface Restored {
  readonly list: DevicePortConfigList;
  /** Entries that were left out, each with the reason, for the log. */
  readonly refused: readonly { readonly dpc: DevicePortConfig; readonly reason: string }[];
}

/** Nothing is selected; results of whole entries survive, those of ports only if they tell of an invalid configuration. */
export function restore(stored: DevicePortConfigList): Restored {
  const entries: DevicePortConfig[] = [];
  const refused: { dpc: DevicePortConfig; reason: string }[] = [];
  for (const dpc of stored.PortConfigList ?? []) {
    const reason = defect(dpc);
    if (reason === undefined) entries.push(forgetPortResults(sanitizePorts(dpc)));
    else refused.push({ dpc, reason });
  }
  return { list: { CurrentIndex: -1, PortConfigList: entries }, refused };
}

function defect(dpc: DevicePortConfig): string | undefined {
  const name = `stored DevicePortConfig ${JSON.stringify(dpc.Key)} of ${dpc.TimePriority}`;
  if (managementPortCount(dpc, false) === 0) {
    return `${name}: expected a management port, got none; it is dropped`;
  }
  const port = dpc.Ports?.find((each) =>
    (each["pubsub-large-ProxyCertPEM"] ?? []).some((cert) => pemBlocks(cert).length === 0)
  );
  return port &&
    `${name}: expected PEM in each ProxyCertPEM of port ${JSON.stringify(port.Logicallabel)}; it is dropped`;
}

function forgetPortResults(dpc: DevicePortConfig): DevicePortConfig {
  const forget = (port: NetworkPortConfig) =>
    port.InvalidConfig ? port : { ...port, ...goTestResults.zero() };
  return { ...dpc, Ports: dpc.Ports?.map(forget) ?? null };
}
