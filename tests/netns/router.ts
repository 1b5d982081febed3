/**
 * The router of one uplink: forwards between the device and the internet without translating addresses, so a server
 * sees the device's own. It can die, at once or after so many bytes, and redirect ports to a program of its own.
 */
import { inSubnet, subnetOf, type UplinkAddresses } from "./address_plan.ts";
import type { Namespace, Namespaces } from "./namespaces.ts";

const INSIDE = "lan";
const OUTSIDE = "wan";

/** Two chains that see all packets from and to the device, and one that changes where they go. */
const TABLES = `
table inet lab {
  chain from_device { type filter hook prerouting priority -300; }
  chain to_device { type filter hook postrouting priority 300; }
}
table inet redirects {
  chain prerouting { type nat hook prerouting priority -100; }
}
`;

export class Router {
  private constructor(readonly namespace: Namespace, readonly addresses: UplinkAddresses) {}

  /** Makes it and joins it to both sides: interface `ethN` of the device, `wanN` of the internet. */
  static async open(
    namespaces: Namespaces,
    device: Namespace,
    internet: Namespace,
    index: number,
    addresses: UplinkAddresses,
  ): Promise<Router> {
    const namespace = await namespaces.add(`router${index}`);
    await namespace.sysctl("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    await namespaces.join(device, `eth${index}`, namespace, INSIDE);
    await namespaces.join(namespace, OUTSIDE, internet, `wan${index}`);
    await namespace.ip(
      ...addresses.router.map((address) => `addr add ${inSubnet(address)} dev ${INSIDE} nodad`),
      ...addresses.outside.map((address) => `addr add ${inSubnet(address)} dev ${OUTSIDE} nodad`),
      ...addresses.inside.map((address) => `route add default via ${address}`),
    );
    await internet.ip(
      ...addresses.inside.map((address) => `addr add ${inSubnet(address)} dev wan${index} nodad`),
      ...addresses.router.map((address, at) =>
        `route add ${subnetOf(address)} via ${addresses.outside[at]} dev wan${index}`
      ),
    );
    await namespace.nft(TABLES);
    return new Router(namespace, addresses);
  }

  /** From now on every packet from and to the device is lost, silently. */
  async die(): Promise<void> {
    await this.namespace.nft(
      `add rule inet lab from_device iifname "${INSIDE}" drop\nadd rule inet lab to_device oifname "${INSIDE}" drop\n`,
    );
  }

  /** Dies as soon as the device has sent so many bytes more, packet headers included. */
  async dieAfter(bytes: number): Promise<void> {
    await this.namespace.nft(
      `add rule inet lab from_device iifname "${INSIDE}" quota over ${bytes} bytes drop\n`,
    );
  }

  /** Works again. */
  async revive(): Promise<void> {
    await this.namespace.nft("flush chain inet lab from_device\nflush chain inet lab to_device\n");
  }

  /** TCP from the device to one port, of whatever address, goes to a port of this router. */
  async redirect(port: number, to: number): Promise<void> {
    await this.namespace.nft(
      `add rule inet redirects prerouting iifname "${INSIDE}" tcp dport ${port} redirect to :${to}\n`,
    );
  }

  /** TCP from the device to one port is lost, silently. */
  async drop(port: number): Promise<void> {
    await this.namespace.nft(
      `add rule inet lab from_device iifname "${INSIDE}" tcp dport ${port} drop\n`,
    );
  }

  /** Undoes all `redirect` for new connections. */
  async stopRedirects(): Promise<void> {
    await this.namespace.nft("flush chain inet redirects prerouting\n");
  }
}
