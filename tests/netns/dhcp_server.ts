/** dnsmasq as the DHCP server of a router, and for IPv6 as its advertiser. It answers no names: that is the nameserver's. */
import { type Child, startChild } from "../site/child.ts";
import { until } from "../site/until.ts";
import { ofFamily } from "./address_plan.ts";
import { runProgram } from "./command.ts";
import type { Router } from "./router.ts";

/** What it gives. */
export interface DhcpOptions {
  /** Last parts of the first and the last address; 100 and 150 by default. */
  readonly hosts?: readonly [number, number];
  /** Of the router's side in place of its own IPv4 address; the router must have it. */
  readonly gateway?: string;
  readonly nameservers?: readonly string[];
  readonly domain?: string;
  readonly ntpServers?: readonly string[];
  /** dnsmasq gives no less than 120. */
  readonly leaseSeconds?: number;
  /** Of the router; `lan` by default. */
  readonly interface?: string;
  /** Also advertises the router's IPv6 subnet, for addresses that the device makes itself. */
  readonly ipv6?: boolean;
}

/** Runs until the end of its block. */
export class DhcpServer implements AsyncDisposable {
  private constructor(
    readonly router: Router,
    readonly folder: string,
    readonly options: DhcpOptions,
    private child: Child,
  ) {}

  /** @param folder for its leases */
  static async start(router: Router, folder: string, options: DhcpOptions = {}): Promise<DhcpServer> {
    const {
      gateway = ofFamily(router.addresses.router, 4),
      hosts = [100, 150],
      leaseSeconds = 120,
      interface: side = "lan",
    } = options;
    const net = gateway.replace(/\.\d+$/, "");
    const option = (name: string, values: readonly string[] | undefined) =>
      values === undefined || values.length === 0 ? [] : [`--dhcp-option=option:${name},${values.join(",")}`];
    const [program, args] = router.namespace.command("dnsmasq", [
      ...["--keep-in-foreground", "--conf-file=/dev/null", "--user=root", "--group=root", "--port=0"],
      ...[`--interface=${side}`, "--bind-interfaces", "--no-ping", "--dhcp-authoritative", "--log-dhcp"],
      `--dhcp-range=${net}.${hosts[0]},${net}.${hosts[1]},255.255.255.0,${leaseSeconds}`,
      `--dhcp-leasefile=${folder}/${router.namespace.name}-${side}.leases`,
      ...["--log-facility=-", "--pid-file="],
      ...option("router", [gateway]),
      ...option("dns-server", options.nameservers ?? [gateway]),
      ...option("ntp-server", options.ntpServers),
      ...option("domain-name", options.domain === undefined ? undefined : [options.domain]),
      ...(options.ipv6 === true
        ? [
          "--enable-ra",
          `--dhcp-option=option6:dns-server,[${ofFamily(router.addresses.router, 6)}]`,
          `--dhcp-range=${ofFamily(router.addresses.router, 6).replace(/::.*/, "::")},ra-only,64`,
        ]
        : []),
    ]);
    const child = startChild(program, args, true);
    const server = new DhcpServer(router, folder, options, child);
    try {
      await until("dnsmasq serves DHCP", async () => {
        const { stdout } = await runProgram("ip", ["netns", "exec", router.namespace.name, "ss", "-Hlun"]);
        return stdout.includes(`%${side}:67 `);
      });
    } catch (error) {
      await child.kill();
      throw error;
    }
    return server;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.child.kill();
  }
}
