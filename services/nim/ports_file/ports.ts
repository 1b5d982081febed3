/** The ports of a ports file (`--ports`). Pure. */
import { type NetworkPortStatus, topics } from "../../topics/mod.ts";

/** @throws {TypeError} naming the member, what was expected and what arrived */
export function portsOfFile(content: string): readonly NetworkPortStatus[] {
  const status = topics.nim.DeviceNetworkStatus.codec.decode(content);
  return (status.Ports ?? []).map((port) => ({
    ...port,
    Logicallabel: port.Logicallabel || port.IfName,
    Phylabel: port.Phylabel || port.IfName,
  }));
}
