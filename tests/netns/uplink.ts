/**
 * One port of the device as nim sets it up: addresses, a default route, and for each address a rule to a table of the
 * port's own (`spec/nim.md §14.5`).
 */
import { port } from "../../controllerconn/testdata/device.ts";
import type { NetworkPortStatus } from "../../controllerconn/device_network_status.ts";
import {
  type Families,
  familyOf,
  inSubnet,
  ofFamily,
  single,
  subnetOf,
  type UplinkAddresses,
  uplinkAddresses,
} from "./address_plan.ts";
import type { Namespace } from "./namespaces.ts";
import type { Nameserver } from "./nameserver.ts";
import type { Router } from "./router.ts";

/** What an uplink shall be; IPv4 alone and cost 0 without. */
export interface UplinkSpec extends Families {
  readonly cost?: number;
  /** Left to nim: no address, route or rule on the device. */
  readonly bare?: true;
}

const RULE_PRIORITY = 15_000;
const FIRST_TABLE = 500;

export class Uplink {
  #addresses: UplinkAddresses;

  constructor(
    readonly device: Namespace,
    readonly index: number,
    readonly spec: UplinkSpec,
    readonly router: Router,
    /** On the router, the one that DHCP would give. */
    readonly nameserver: Nameserver,
  ) {
    this.#addresses = router.addresses;
  }

  /** `eth0`, `eth1`, … */
  get ifName(): string {
    return `eth${this.index}`;
  }

  /** Of the device, now. */
  get addresses(): readonly string[] {
    return this.#addresses.device;
  }

  /** The device's address of one family, by default its IPv4. */
  address(family: 4 | 6 = 4): string {
    return ofFamily(this.addresses, family);
  }

  /** The router's address on the device's side: gateway, nameserver, and where a proxy listens. */
  gateway(family: 4 | 6 = 4): string {
    return ofFamily(this.#addresses.router, family);
  }

  /** What servers see of a proxy on the router. */
  outside(family: 4 | 6 = 4): string {
    return ofFamily(this.#addresses.outside, family);
  }

  /** The port as nim would publish it now; `changes` for proxies, proxy certificates, … */
  status(changes: Partial<NetworkPortStatus> = {}): NetworkPortStatus {
    return port(this.ifName, {
      Cost: this.spec.cost ?? 0,
      AddrInfoList: this.addresses.map((Addr) => ({ Addr })),
      DNSServers: [...this.#addresses.router],
      ...changes,
    });
  }

  /** Gives the port its addresses, routes and rules. */
  async configure(): Promise<void> {
    const table = FIRST_TABLE + await this.#ifIndex();
    const dev = `dev ${this.ifName}`;
    const metric = `metric ${100 + this.index}`;
    for (const [at, address] of this.addresses.entries()) {
      const gateway = this.#addresses.router[at];
      await this.device.ipOf(
        familyOf(address),
        `addr add ${inSubnet(address)} ${dev} nodad`,
        `route replace default via ${gateway} ${dev} ${metric}`,
        `route replace ${subnetOf(address)} ${dev} table ${table}`,
        `route replace default via ${gateway} ${dev} table ${table}`,
        `rule add from ${single(address)} lookup ${table} pref ${RULE_PRIORITY}`,
      );
    }
  }

  /** As after a new lease: the old addresses are gone, the new ones end with `host`, 3 to 254. */
  async changeAddress(host: number): Promise<void> {
    for (const address of this.addresses) {
      await this.device.ipOf(
        familyOf(address),
        `rule del from ${single(address)} pref ${RULE_PRIORITY}`,
        `addr del ${inSubnet(address)} dev ${this.ifName}`,
      );
    }
    this.#addresses = uplinkAddresses(this.index, this.spec, host);
    await this.configure();
  }

  async #ifIndex(): Promise<number> {
    const [link] = JSON.parse(await this.device.run("ip", "-json", "link", "show", "dev", this.ifName)) as {
      readonly ifindex: number;
    }[];
    return link?.ifindex ?? 0;
  }
}
