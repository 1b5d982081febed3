/**
 * A device whose network is nim's: three bare ports behind routers with DHCP servers, a controller beyond, and the
 * executable `nim` that applies what the bus says. Its clock runs faster than life (decisions.md 24).
 */
import { makeDeviceRoot } from "../../../scripts/controller/mod.ts";
import { executable } from "../../../scripts/build/compile.ts";
import { hostArch } from "../../../scripts/build/arch.ts";
import type { Program } from "../../../scripts/permissions.ts";
import { readControllerPki } from "../../../scripts/pki/mod.ts";
import { type Bus, openBus, type Publication } from "../../../services/pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  type DevicePortConfig,
  type DevicePortConfigList,
  DPCState,
  topics,
} from "../../../services/topics/mod.ts";
import { type Child, startChild } from "../../site/child.ts";
import { patience, pause } from "../../site/until.ts";
import { CONTROLLER_NAME } from "../address_plan.ts";
import { DevController } from "../dev_controller.ts";
import { DhcpDevice } from "../dhcp_client.ts";
import { type DhcpOptions, DhcpServer } from "../dhcp_server.ts";
import { Lab } from "../lab.ts";
import type { UplinkSpec } from "../uplink.ts";
import { labItems } from "./lab_items.ts";

const statusFile = "/run/nim/DeviceNetworkStatus/global.json";

/** Given for all scenarios: `LAB_CLOCK_SCALE=1` takes the time of life. */
const givenScale = Deno.env.get("LAB_CLOCK_SCALE");

/** See {@linkcode NimLab.open}. */
export interface NimLabOptions {
  readonly uplinks: readonly (Omit<UplinkSpec, "bare"> & { readonly dhcp?: DhcpOptions | "none" })[];
  /** Config items that differ from the lab's; `"zedagent"` leaves them to the real one. */
  readonly items?: Readonly<Record<string, number | boolean | string>> | "zedagent";
  /** How much faster than life nim's clock runs; DHCP and requests keep their pace. 10 by default. */
  readonly scale?: number;
}

/** Everything ends with its block. */
export class NimLab implements AsyncDisposable {
  readonly dhcp: (DhcpServer | undefined)[] = [];
  /** Words of a command that becomes each program, e.g. with another clock. */
  readonly before: string[] = [];
  #nim: Child | undefined;
  readonly #others: Child[] = [];
  #configs: Publication<DevicePortConfig> | undefined;

  private constructor(
    readonly lab: Lab,
    readonly controller: DevController,
    readonly device: DhcpDevice,
    readonly bus: Bus,
    /** How much faster than life nim's clock runs. */
    readonly scale: number,
    private readonly end: AbortController,
  ) {}

  /** @throws {Error} that says what is missing on this machine */
  static async open({ uplinks, items = {}, scale = 10 }: NimLabOptions): Promise<NimLab> {
    const lab = await Lab.open(...uplinks.map((spec) => ({ ...spec, bare: true as const })));
    try {
      const controller = lab.use(await DevController.start(lab));
      const pki = await readControllerPki(`${lab.folder}/dev-controller/pki`);
      if (pki === undefined) throw new Error("the controller has no certificates");
      const { root } = await makeDeviceRoot(`${lab.folder}/device`, {
        controller: { server: CONTROLLER_NAME, pki },
      });
      const device = await DhcpDevice.prepare(lab.device, root);
      const end = new AbortController();
      const bus = openBus({ root, signal: end.signal, report: () => {} });
      const made = new NimLab(lab, controller, device, bus, Number(givenScale ?? scale), end);
      if (items !== "zedagent") {
        bus.publication(topics.zedagent.ConfigItemValueMap).publish("global", labItems(items));
      }
      for (const [index, { dhcp }] of uplinks.entries()) {
        made.dhcp.push(undefined);
        if (dhcp !== "none") await made.startDhcp(index, dhcp);
      }
      return made;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Starts nim, also again after {@linkcode kill}. */
  start(...args: readonly string[]): void {
    const words = ["--root", this.device.root, "--network", "apply", "--clock-scale", String(this.scale)];
    this.#nim = this.#started("nim", [...words, ...args]);
  }

  /** Starts another program of the device; it ends with the lab. */
  startProgram(program: Exclude<Program, "nim">, ...args: readonly string[]): Child {
    const child = this.#started(program, ["--root", this.device.root, ...args]);
    this.#others.push(child);
    return child;
  }

  /** Of the nim that was started last. */
  get pid(): number {
    if (this.#nim === undefined) throw new Error("nim has not been started");
    return this.#nim.pid;
  }

  /** SIGKILL: what nim has made of the network stays. */
  async kill(): Promise<void> {
    await this.#nim?.kill();
  }

  /** A DHCP server on the router of `ethN`; takes the place of the one that runs. */
  async startDhcp(index: number, options: DhcpOptions = {}): Promise<void> {
    await this.stopDhcp(index);
    this.dhcp[index] = await DhcpServer.start(this.lab.uplink(index).router, this.lab.folder, options);
  }

  async stopDhcp(index: number): Promise<void> {
    await this.dhcp[index]?.[Symbol.asyncDispose]();
    this.dhcp[index] = undefined;
  }

  /** As the controller's configuration, through zedagent's topic. */
  configure(dpc: DevicePortConfig): void {
    this.#configs ??= this.bus.publication(topics.zedagent.DevicePortConfig);
    this.#configs.publish("zedagent", dpc);
  }

  get status(): DeviceNetworkStatus | undefined {
    return this.#read(
      "/run/nim/DeviceNetworkStatus/global.json",
      topics.nim.DeviceNetworkStatus.codec.decode,
    );
  }

  /** When the status was last written, milliseconds since 1970. */
  get statusWritten(): number {
    return Deno.statSync(`${this.device.root}${statusFile}`).mtime?.getTime() ?? 0;
  }

  get list(): DevicePortConfigList | undefined {
    const path = "/persist/status/nim/DevicePortConfigList/global.json";
    return this.#read(path, topics.nim.DevicePortConfigList.codec.decode);
  }

  /** Milliseconds of life until the status is so. @throws {Error} with the last status after `limitMs` of the scaled clock */
  async until(
    what: string,
    isSo: (status: DeviceNetworkStatus) => boolean,
    limitMs = 400_000,
  ): Promise<number> {
    const started = performance.now();
    const deadline = started + 20_000 * patience + limitMs / this.scale;
    for (;;) {
      const { status } = this;
      if (status !== undefined && isSo(status)) return performance.now() - started;
      if (performance.now() > deadline) {
        throw new Error(`waited in vain for: ${what}; the status is ${summary(status)}`);
      }
      await pause(10 * patience);
    }
  }

  /** Until the controller answers over one of these ports, with nothing under test. */
  untilConnected(...ifNames: readonly string[]): Promise<number> {
    return this.until(`connected over ${ifNames.join(" or ")}`, (status) => isConnected(status, ifNames));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#nim, ...this.#others].map((child) => child?.stop()));
    this.end.abort();
    for (const index of this.dhcp.keys()) await this.stopDhcp(index);
    await this.lab[Symbol.asyncDispose]();
  }

  #started(program: Program, args: readonly string[]): Child {
    const [first = "env", ...words] = [...this.before, executable(hostArch, program), ...args];
    return startChild(...this.device.command(first, words), Deno.env.get("LAB_LOUD") === undefined);
  }

  #read<T>(path: string, decode: (text: string) => T): T | undefined {
    try {
      return decode(Deno.readTextFileSync(`${this.device.root}${path}`));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}

/** `State` is DPC_SUCCESS, and one of these ports has succeeded last. */
export function isConnected(status: DeviceNetworkStatus, ifNames: readonly string[]): boolean {
  return !status.Testing && status.State === DPCState.DPC_SUCCESS &&
    (status.Ports ?? []).some((port) =>
      ifNames.includes(port.IfName) && port.LastError === "" && port.LastSucceeded > "0002" &&
      (port.AddrInfoList ?? []).length > 0
    );
}

/** For people who read why a test failed. */
export function summary(status: DeviceNetworkStatus | undefined): string {
  if (status === undefined) return "not published";
  const ports = (status.Ports ?? []).map(({ IfName, Up, AddrInfoList, LastError, LastSucceeded }) =>
    `${IfName} ${Up ? "up" : "down"} [${(AddrInfoList ?? []).map(({ Addr }) => Addr).join(" ")}] ` +
    (LastError === "" ? `ok ${LastSucceeded}` : LastError)
  );
  const { DPCKey, State, Testing, CurrentIndex } = status;
  return `${DPCKey}, index ${CurrentIndex}, state ${State}${Testing ? ", testing" : ""}: ${ports.join("; ")}`;
}
