/** A device in a virtual machine whose power is cut again and again; its controller is here, and goes on. */
import { join } from "node:path";
import { config } from "../../proto/all.ts";
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import {
  type Controller,
  LogProducer,
  makeDeviceRoot,
  startController,
} from "../../scripts/controller/mod.ts";
import { servedConfig } from "../../scripts/controller/device_config.ts";
import { readGlobalOptions } from "../../scripts/controller/site.ts";
import type { Random } from "../../services/agent/mod.ts";
import { topics } from "../../services/topics/mod.ts";
import { portConfig, staticPort } from "../netns/nim/lab_config.ts";
import { mustOutput } from "./command.ts";
import { type DebianParts, debianParts } from "./debian.ts";
import { makeGuestDisk } from "./guest_disk.ts";
import { Machine } from "./machine.ts";
import { NbdServer } from "./nbd_server.ts";
import { type CutOutcome, VolatileDisk } from "./volatile_disk.ts";

/** Where qemu's network puts this machine, its name server, and the guest. */
const [gateway, nameserver, guest] = ["10.0.2.2", "10.0.2.3", "10.0.2.15/24"];

/** The machine has as many prepared log files. */
const logFiles = 1_000;
const logBaseMs = 1_795_000_000_000;

/** Of one life, from boot to cut. */
export class CutDevice implements AsyncDisposable {
  /** Version `n` is `device_name` `vm-n`; by the hash that the device sends back. */
  readonly #versions = new Map<string, number>();
  #version = 0;
  #machine: Machine | undefined;
  #server: NbdServer | undefined;
  #disk: VolatileDisk | undefined;
  /** Log files that were on the disk before any cut. */
  readonly written = new Set<number>();

  private constructor(
    readonly folder: string,
    readonly controller: Controller,
    private readonly debian: DebianParts,
    private readonly rootDisk: string,
  ) {}

  /** @throws {Error} that says what is missing on this machine */
  static async open(): Promise<CutDevice> {
    const debian = await debianParts();
    const folder = await Deno.makeTempDir({ prefix: "eve-comms-vm-" });
    const hosts = ["127.0.0.1", gateway];
    const controller = await startController({ dir: join(folder, "controller"), hosts });
    try {
      await makeDataDisk(folder, controller);
      const zedbox = [executable(hostArch, "zedbox")];
      const rootDisk = await makeGuestDisk(folder, debian, zedbox, (tree) => layLogs(folder, tree));
      return new CutDevice(folder, controller, debian, rootDisk);
    } catch (error) {
      await controller.stop();
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  get dataDisk(): string {
    return dataDiskOf(this.folder);
  }

  get uuid(): string | undefined {
    return this.controller.devices()[0]?.uuid;
  }

  get version(): number {
    return this.#version;
  }

  /** What the console said in this life. */
  get console(): string {
    return this.#machine?.lines.slice(-40).join("\n") ?? "";
  }

  /** @returns when the programs are about to start. */
  async boot(limitMs: number): Promise<void> {
    this.#disk = new VolatileDisk(this.dataDisk);
    const socket = join(this.folder, "disk.socket");
    await Deno.remove(socket).catch(() => {});
    this.#server = new NbdServer(socket, this.#disk);
    this.controller.clearRequests();
    const machine = await Machine.boot({
      debian: this.debian,
      rootDisk: this.rootDisk,
      job: "device",
      environment: { LOG_FROM: String(Math.max(0, ...this.written) + 1), LOG_BASE_MS: String(logBaseMs) },
      qemu: [
        ...["-drive", `if=none,id=data,format=raw,cache=writeback,file=nbd+unix:///?socket=${socket}`],
        ...["-device", "virtio-blk-pci,drive=data,logical_block_size=4096,physical_block_size=4096"],
        ...["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net,romfile="],
      ],
    });
    this.#machine = machine;
    machine.onLine = (line) => {
      const n = /vm: log (\d+) written/.exec(line)?.[1];
      if (n !== undefined) this.written.add(Number(n));
    };
    await machine.untilLine("the programs start", (line) => line.startsWith("vm: programs start"), limitMs);
  }

  /** The controller has another configuration from now on; none before the device is registered. */
  change(): void {
    const { uuid, controller } = this;
    if (uuid === undefined) return;
    this.#version++;
    controller.putConfig(uuid, {
      device_name: `vm-${this.#version}`,
      configItems: [
        { key: "timer.config.interval", value: "5" },
        { key: "timer.metric.interval", value: "5" },
        { key: "newlog.allow.fastupload", value: "true" },
      ],
    });
    const stored = Deno.readFileSync(join(controller.dir, "device", uuid, "config.json"));
    const { controllercertConfighash = "" } = readGlobalOptions(controller.dir);
    this.#versions.set(servedConfig(stored, controllercertConfighash).hash, this.#version);
  }

  /** The newest version whose hash the device has sent in this life; 0 without. */
  acknowledged(): number {
    const hashes = this.#polls().map(({ payload }) =>
      config.ConfigRequest.decode(payload ?? new Uint8Array()).configHash
    );
    return Math.max(0, ...hashes.map((hash) => this.#versions.get(hash) ?? 0));
  }

  /** Has it asked for its configuration with success in this life? */
  hasFetched(): boolean {
    return this.#polls().some(({ status }) => status === 200 || status === 304);
  }

  /** Numbers of the log files that the controller has. */
  async delivered(): Promise<ReadonlySet<number>> {
    if (this.uuid === undefined) return new Set();
    const files = await this.controller.reports(this.uuid).logs();
    return new Set(files.flatMap(({ entries }) => entries.flatMap(({ content }) => numberOf(content))));
  }

  /** Nothing in the machine goes on; the disk's cache is lost by chance. */
  async cutPower(random: Random): Promise<CutOutcome> {
    this.#server?.cut();
    await this.#machine?.cutPower();
    const outcome = this.#disk?.cut(random) ?? { kept: 0, lost: 0 };
    await this.#server?.[Symbol.asyncDispose]();
    this.#disk?.[Symbol.dispose]();
    [this.#machine, this.#server, this.#disk] = [undefined, undefined, undefined];
    return outcome;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#machine !== undefined) await this.cutPower({ next: () => 0 } as Random);
    await this.controller.stop();
    await Deno.remove(this.folder, { recursive: true });
  }

  #polls() {
    return this.controller.requests.filter(({ endpoint }) => endpoint === "config");
  }
}

/** Of a log entry that is ours, at most one. */
export function numberOf(content: string): readonly number[] {
  const n = /^vm (\d+)$/.exec(content)?.[1];
  return n === undefined ? [] : [Number(n)];
}

/** Number of a log file, by its name. */
export function numberOfFile(name: string): readonly number[] {
  const ms = /^dev\.log\.(?:keep\.)?(\d+)\.gz$/.exec(name)?.[1];
  return ms === undefined ? [] : [Number(ms) - logBaseMs];
}

function dataDiskOf(folder: string): string {
  return join(folder, "data.img");
}

/** ext4 with `/config` and `/persist` of a device that knows its controller and nothing else. */
async function makeDataDisk(folder: string, controller: Controller): Promise<void> {
  const root = join(folder, "device");
  const server = `${gateway}:${controller.port}`;
  const { onboard, config: configFolder } = await makeDeviceRoot(root, {
    controller: { server, pki: controller.pki },
  });
  if (onboard === undefined) throw new Error("the device root has no onboarding pair");
  controller.addOnboard(onboard.certPem, ["*"]);
  await Deno.mkdir(join(configFolder, "DevicePortConfig"));
  const port = staticPort("eth0", guest, gateway, { DNSServers: [nameserver] });
  const override = topics.global.DevicePortConfig.codec.encode(portConfig(port));
  await Deno.writeTextFile(join(configFolder, "DevicePortConfig/override.json"), override);
  const words = ["-q", "-t", "ext4", "-b", "4096", "-d", root, dataDiskOf(folder), "256M"];
  await mustOutput("mke2fs", words);
  await Deno.remove(root, { recursive: true });
}

/** `/logs/N.gz`, for the stand-in of newlogd. */
async function layLogs(folder: string, tree: string): Promise<void> {
  const made = join(folder, "newlog");
  const producer = new LogProducer(made);
  await Deno.mkdir(join(tree, "logs"));
  for (let n = 1; n <= logFiles; n++) {
    const noise = Array.from({ length: 20 }, () => ({ content: crypto.randomUUID() }));
    const [file] = await producer.writeDeviceLog({}, [{ content: `vm ${n}` }, ...noise]);
    if (file === undefined) throw new Error(`log file ${n} was not made`);
    await Deno.rename(file, join(tree, "logs", `${n}.gz`));
  }
}
