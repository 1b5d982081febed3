/** `DeviceNetworkStatus` from all that is known (`spec/nim.md §12`). Pure; equal inputs but for the time give equal bytes. */
import { type DeviceNetworkStatus, goDeviceNetworkStatus } from "../../topics/mod.ts";
import type { StatusFacts } from "./facts.ts";
import { portStatus } from "./port_status.ts";
import { withUntrustedResults } from "./untrusted_results.ts";

/** Without a configuration it is the zero value: `CurrentIndex` 0, `Ports` null (`spec/nim.md §12.1`). */
export function assembleStatus(facts: StatusFacts): DeviceNetworkStatus {
  if (facts.config === undefined) return goDeviceNetworkStatus.zero();
  const { dpc, errors } = facts.config;
  const Ports = (dpc.Ports ?? []).map((port) => portStatus(facts, port, errors.get(port.Logicallabel) ?? ""));
  return {
    DPCKey: dpc.Key,
    Version: dpc.Version,
    Testing: facts.testing,
    State: dpc.State,
    CurrentIndex: facts.currentIndex,
    RadioSilence: facts.radioSilence,
    Ports: facts.isObserving ? withUntrustedResults(Ports) : Ports,
  };
}
