/** What the scenarios of bonds do and look at. */
import { assert, assertEquals } from "@std/assert";
import type { DeviceNetworkStatus } from "../../../services/topics/mod.ts";
import type { Namespace } from "../../netns/namespaces.ts";
import { portConfig } from "../../netns/nim/lab_config.ts";
import { measured } from "../../netns/nim/measured.ts";
import type { NimLab } from "../../netns/nim/nim_lab.ts";
import { bondPort, lowerPort } from "./layers.ts";
import { linkOf, reaches } from "./linux.ts";

/** `Bond.Mode`. */
export const bondModes = { activeBackup: 2, lacp: 5, tlb: 6 } as const;

/** One bond, `agg`, as the only management port. */
export const oneBond = (mode: number) =>
  portConfig(lowerPort("eth0"), lowerPort("eth1"), bondPort("agg", mode));

/** Of the port `agg`. */
export function bondOf(status: DeviceNetworkStatus | undefined) {
  return status?.Ports?.find(({ IfName }) => IfName === "agg")?.BondStatus;
}

/** Members that have a carrier, by label, with a comma between. */
export function membersUp(status: DeviceNetworkStatus): string {
  const up = (bondOf(status)?.Members ?? []).filter(({ MIIUp }) => MIIUp);
  return up.map(({ Logicallabel }) => Logicallabel).toSorted().join();
}

/** Connected over the bond, with both members; then the cable of the one in use is pulled and put back. */
export async function losesAndRegainsMember(site: NimLab, peer: Namespace, what: string): Promise<void> {
  const { scale } = site;
  const both = await site.until("both members are up", (status) => membersUp(status) === "eth0,eth1");
  measured({ scale, scenario: `${what}, both members shown`, detected: both });
  const bond = bondOf(site.status);
  const before = await linkOf(site, "agg");
  assertEquals([bond?.Mode, bond?.MIIMonitor.PollingInterval], [bondModes.activeBackup, 100]);
  const active = bond?.ActiveMember ?? "";
  assert(["eth0", "eth1"].includes(active), active);
  const other = active === "eth0" ? "eth1" : "eth0";
  const cable = active === "eth0" ? "port0" : "port1";
  await peer.ip(`link set ${cable} down`);
  const moved = await site.until(
    "the other member is active",
    (status) => bondOf(status)?.ActiveMember === other && membersUp(status) === other,
  );
  await reaches(site);
  await site.untilConnected("agg");
  assertEquals(site.status?.CurrentIndex, 0);
  measured({ scale, scenario: `${what}, the member in use unplugged`, detected: moved });
  await peer.ip(`link set ${cable} up`);
  const back = await site.until("both members again", (status) => membersUp(status) === "eth0,eth1");
  measured({ scale, scenario: `${what}, replugged`, detected: back });
  assertEquals(await linkOf(site, "agg"), before, "the same link, the same address");
  assertEquals(site.list?.PortConfigList?.[0]?.LastError, "");
}
