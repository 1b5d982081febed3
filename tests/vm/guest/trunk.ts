/** What stands before the first router of a lab: a switch with two ports for the device's `eth0` and `eth1`, and VLANs on it. */
import { Namespace } from "../../netns/namespaces.ts";
import { mustRun } from "../../netns/command.ts";
import type { NimLab } from "../../netns/nim/nim_lab.ts";
import { DhcpServer } from "../../netns/dhcp_server.ts";

/** How the switch joins its two ports. */
export type SwitchKind = "bridge" | "802.3ad";

/** `lan` of the router becomes the switch; its ports are `port0` and `port1`. */
export async function layTrunk(site: NimLab, kind: SwitchKind = "bridge"): Promise<Namespace> {
  const { lab } = site;
  const { namespace } = lab.uplink(0).router;
  const settings = kind === "bridge" ? "type bridge" : "type bond mode 802.3ad miimon 100 lacp_rate fast";
  const pair = `link add name eth1 netns ${lab.device.name} type veth peer name port1`;
  await mustRun("ip", ["-batch", "-"], `${pair} netns ${namespace.name}\n`);
  await namespace.ip(
    "link set lan down",
    "addr flush dev lan",
    "link set lan name port0",
    `link add lan ${settings}`,
    "link set port0 master lan",
    "link set port1 master lan",
    "link set port0 up",
    "link set port1 up",
    "link set lan up",
    "addr add 10.77.0.1/24 dev lan",
  );
  return namespace;
}

/** VLAN `id` of the trunk: its router is 10.77.ID.1, with a DHCP server. */
export async function layVlan(site: NimLab, id: number): Promise<void> {
  const { router } = site.lab.uplink(0);
  const gateway = `10.77.${id}.1`;
  await router.namespace.ip(
    `link add link lan name lan.${id} type vlan id ${id}`,
    `link set lan.${id} up`,
    `addr add ${gateway}/24 dev lan.${id}`,
  );
  await site.lab.internet.ip(`route add 10.77.${id}.0/24 via 10.78.0.2 dev wan0`);
  site.lab.use(
    await DhcpServer.start(router, site.lab.folder, {
      gateway,
      nameservers: ["10.77.0.1"],
      interface: `lan.${id}`,
    }),
  );
}
