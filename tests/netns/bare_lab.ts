/**
 * A device that nobody has configured yet: `eth0`, `eth1`, … are links and nothing more, each with a router behind it as
 * in `Lab`, and beyond them the internet. For what nim does by itself: DHCP, rules, resolver.
 */
import { CONTROLLER, type Families, uplinkAddresses } from "./address_plan.ts";
import { DhcpDevice } from "./dhcp_client.ts";
import { type DhcpOptions, DhcpServer } from "./dhcp_server.ts";
import { openLabGround } from "./lab_ground.ts";
import type { Namespace } from "./namespaces.ts";
import { Router } from "./router.ts";

export class BareLab implements AsyncDisposable {
  private constructor(
    readonly device: DhcpDevice,
    readonly internet: Namespace,
    readonly routers: readonly Router[],
    /** For files of parts and of tests. */
    readonly folder: string,
    private readonly stack: AsyncDisposableStack,
  ) {}

  /** @param uplinks one for each port, `eth0` first. @throws {Error} that says what is missing on this machine */
  static async open(...uplinks: readonly Families[]): Promise<BareLab> {
    await using stack = new AsyncDisposableStack();
    const { folder, namespaces, device, internet } = await openLabGround(stack, CONTROLLER);
    const routers: Router[] = [];
    for (const [index, families] of uplinks.entries()) {
      routers.push(await Router.open(namespaces, device, internet, index, uplinkAddresses(index, families)));
    }
    await Deno.mkdir(`${folder}/root`);
    const prepared = await DhcpDevice.prepare(device, `${folder}/root`);
    return new BareLab(prepared, internet, routers, folder, stack.move());
  }

  /** The router behind `ethN`. */
  router(index: number): Router {
    const found = this.routers[index];
    if (found === undefined) throw new Error(`this lab has no eth${index}`);
    return found;
  }

  /** A DHCP server on the router behind `ethN`, until the end of the lab or of its own block. */
  async startDhcp(index: number, options: DhcpOptions = {}): Promise<DhcpServer> {
    return this.use(await DhcpServer.start(this.router(index), this.folder, options));
  }

  /** Ends a part with the lab, before its namespaces. */
  use<Part extends AsyncDisposable>(part: Part): Part {
    return this.stack.use(part);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack.disposeAsync();
  }
}
