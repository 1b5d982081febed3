/** nim's applier at work on the device of a `BareLab`, in the test's own process; commands run in the namespace. */
import { type Clock, systemClock } from "../../services/agent/mod.ts";
import { type TestDevice, testDevice } from "../../services/agent/test_device.ts";
import { openApplier } from "../../services/nim/apply/applier.ts";
import { planNow } from "../../services/nim/apply/plan_now.ts";
import type { AdapterKind } from "../../services/nim/apply/targets.ts";
import { readNetwork } from "../../services/nim/observe/network.ts";
import type { Applied, Applier, Network, Wanted } from "../../services/nim/parts.ts";
import type { NetworkPortConfig } from "../../services/topics/mod.ts";
import { until } from "../site/until.ts";
import type { BareLab } from "./bare_lab.ts";

/** One life of nim's applier; dispose of it and open another one to see what a new nim learns. */
export class AppliedPorts implements AsyncDisposable {
  readonly #device: TestDevice<Clock>;
  readonly #applier: Applier;
  /** How often it asked to be called again. */
  settled = 0;

  constructor(readonly lab: BareLab, readonly adapters: AdapterKind, public wanted: Wanted) {
    this.#device = testDevice({
      root: lab.device.root,
      clock: systemClock,
      runCommands: lab.device.commands,
    });
    const settled = () => void this.settled++;
    this.#applier = openApplier(this.#device, { adapters, settled });
  }

  /** As configured, without anything beside the ports. */
  static wanted(...ports: readonly NetworkPortConfig[]): Wanted {
    return { ports, sendVendorClass: true, logQueries: false, radioOff: false, resolverGeneration: 0 };
  }

  /** What Linux says now. */
  network(): Promise<Network> {
    return readNetwork(this.#device, this.wanted.ports.map(({ IfName }) => IfName));
  }

  /** What would be done now, as text. */
  async plan(): Promise<string> {
    return await planNow(this.#device, this.wanted, await this.network(), this.adapters);
  }

  async apply(changes: Partial<Wanted> = {}): Promise<Applied> {
    this.wanted = { ...this.wanted, ...changes };
    return await this.#applier.apply(this.wanted, await this.network());
  }

  /** Applies again and again, as nim does with each event, until `holds`. */
  async until(what: string, holds: (network: Network, applied: Applied) => boolean): Promise<void> {
    const last: unknown[] = [];
    await until(
      what,
      async () => {
        const applied = await this.apply();
        const network = await this.network();
        last.splice(0, last.length, applied, network);
        return holds(network, applied);
      },
      20_000,
      () => Deno.inspect(last, { depth: 6 }),
    );
  }

  /** Applies until `holds` and nothing is left to do. */
  async settle(what: string, holds: (network: Network, applied: Applied) => boolean): Promise<void> {
    await this.until(what, holds);
    await until(`${what}, and nothing is left to do`, async () => {
      return (await this.changes()).length === 0 && holds(await this.network(), await this.apply());
    });
  }

  /** Applies once. @returns the commands that change something, and what was logged */
  async changes(): Promise<readonly string[]> {
    this.#device.commandLines.length = 0;
    await this.apply();
    return this.#device.commandLines.filter((line) => !isRead(line));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#device[Symbol.asyncDispose]();
  }
}

/** `ip` with `-json` only lists; dhcpcd with `-U` or `-P` only tells. */
function isRead(line: string): boolean {
  return /^ip (-\w+ )*-json /.test(line) || /^dhcpcd -[UP] /.test(line) || line === "rfkill list wlan";
}
