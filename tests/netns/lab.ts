/**
 * A laboratory of network namespaces for one test: a device with uplinks, each behind a router of its own with a
 * nameserver, and an internet with a nameserver and a controller. All is made by `Lab.open` and gone at the end of its
 * block, also when the test fails:
 *
 * ```ts
 * await using lab = await Lab.open({ cost: 0 }, { cost: 10, ipv6: true });
 * const controller = await lab.startController();
 * const sender = await lab.startSender();
 * const outcome = await sender.send("controller.lab/api/v2/edgedevice/ping");
 * ```
 *
 * Further parts are started on it and handed to `lab.use`, which ends them with it: `Squid` and `CaptivePortal` on a
 * router, `DevController` on the internet. `lab.startServer` serves anything else, e.g. a `wpad.dat` on port 80, with
 * names from `uplink.nameserver.setRecords`. Programs of the test itself run inside by `lab.device.run("curl", …)`.
 * @module
 */
import { type Certificate, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { network } from "../../controllerconn/testdata/device.ts";
import type { DeviceNetworkStatus, NetworkPortStatus } from "../../controllerconn/device_network_status.ts";
import { CONTROLLER, CONTROLLER_NAME, PUBLIC_NAMESERVER, uplinkAddresses } from "./address_plan.ts";
import { openLabGround } from "./lab_ground.ts";
import type { Namespace } from "./namespaces.ts";
import { Nameserver, type Records } from "./nameserver.ts";
import { Router } from "./router.ts";
import { Sender, type SenderOptions } from "./sender.ts";
import { LabServer, type ServerOptions } from "./server.ts";
import { Uplink, type UplinkSpec } from "./uplink.ts";

const RECORDS: Records = { [CONTROLLER_NAME]: CONTROLLER };

export class Lab implements AsyncDisposable {
  /** Issuer of the controller's certificate; its PEM is the device's `root-certificate.pem`. */
  readonly root: Certificate = makeCertificate({ name: "lab root", ca: true });
  readonly uplinks: Uplink[] = [];
  readonly #stack: AsyncDisposableStack;

  private constructor(
    readonly device: Namespace,
    readonly internet: Namespace,
    /** On the internet: for proxies, and for names that a device's own nameserver does not know. */
    readonly publicNameserver: Nameserver,
    /** For files of parts and of tests. */
    readonly folder: string,
    stack: AsyncDisposableStack,
  ) {
    this.#stack = stack;
  }

  /** @param uplinks one or more; `eth0` is the first. @throws {Error} that says what is missing on this machine */
  static async open(...uplinks: readonly UplinkSpec[]): Promise<Lab> {
    await using stack = new AsyncDisposableStack();
    const servers = [...CONTROLLER, ...PUBLIC_NAMESERVER];
    const { folder, namespaces, device, internet } = await openLabGround(stack, servers);
    // As nim does (spec/nim.md §14.5): local addresses first, but after what others put in front.
    for (const family of uplinks.some(({ bare }) => bare) ? [] : [4, 6] as const) {
      await device.ipOf(family, "rule add pref 12000 lookup local", "rule del pref 0");
    }
    const routers: Router[] = [];
    for (const [index, spec] of uplinks.entries()) {
      const addresses = uplinkAddresses(index, spec);
      routers.push(await Router.open(namespaces, device, internet, index, addresses));
    }
    const started = await Promise.allSettled([
      Nameserver.start(internet, PUBLIC_NAMESERVER, RECORDS),
      ...routers.map(({ namespace, addresses }) => Nameserver.start(namespace, addresses.router, RECORDS)),
    ]);
    for (const each of started) if (each.status === "fulfilled") stack.use(each.value);
    const [publicNameserver, ...nameservers] = started.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
    if (publicNameserver === undefined) throw new Error("no nameserver");
    const lab = new Lab(device, internet, publicNameserver, folder, stack.move());
    try {
      await lab.#configure(uplinks, routers, nameservers);
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** The uplink `ethN`. */
  uplink(index: number): Uplink {
    const found = this.uplinks[index];
    if (found === undefined) throw new Error(`this lab has no eth${index}`);
    return found;
  }

  /** What nim would publish now: all ports as they are, with `changes` (proxies, proxy certificates, …) in each. */
  status(changes: Partial<NetworkPortStatus> = {}): DeviceNetworkStatus {
    return network(...this.uplinks.map((uplink) => uplink.status(changes)));
  }

  /** A TLS server at `controller.lab`, 198.51.100.10 and 2001:db8:100::10. */
  async startController(options: Partial<ServerOptions> = {}): Promise<LabServer> {
    const certificate = makeCertificate({
      name: CONTROLLER_NAME,
      issuer: this.root,
      hosts: [CONTROLLER_NAME, CONTROLLER[0]],
    });
    return await this.startServer({ addresses: CONTROLLER, certificate, ...options });
  }

  /** Any server on addresses of the internet. */
  async startServer(options: ServerOptions): Promise<LabServer> {
    return this.use(await LabServer.start(this.internet, options));
  }

  /** A program on the device; it trusts `root` and has all ports. */
  async startSender(options: Partial<SenderOptions> = {}): Promise<Sender> {
    const { root } = this;
    return this.use(
      await Sender.start(this.device, { rootCertificatePem: root.pem, network: this.status(), ...options }),
    );
  }

  /** Ends a part with the lab, before its namespaces. */
  use<Part extends AsyncDisposable>(part: Part): Part {
    return this.#stack.use(part);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  async #configure(
    specs: readonly UplinkSpec[],
    routers: readonly Router[],
    nameservers: readonly Nameserver[],
  ): Promise<void> {
    for (const [index, spec] of specs.entries()) {
      const [router, nameserver] = [routers[index], nameservers[index]];
      if (router === undefined || nameserver === undefined) throw new Error(`eth${index} has no router`);
      const uplink = new Uplink(this.device, index, spec, router, nameserver);
      if (!spec.bare) await uplink.configure();
      this.uplinks.push(uplink);
    }
    if (specs.some(({ bare }) => bare)) return;
    const byCost = this.uplinks.toSorted((left, right) => (left.spec.cost ?? 0) - (right.spec.cost ?? 0));
    await this.device.setNameservers(byCost.flatMap(({ router }) => router.addresses.router));
  }
}
