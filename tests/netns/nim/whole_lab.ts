/** The lab with the other programs of the device: its settings and ports come from the controller, through zedagent. */
import type { config } from "../../../proto/all.ts";
import { topics } from "../../../services/topics/mod.ts";
import { until } from "../../site/until.ts";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { NimLab, type NimLabOptions, summary } from "./nim_lab.ts";

/** As the admin API shows it. */
export interface SeenRequest {
  readonly id: number;
  /** When its headers had arrived. */
  readonly at: string;
  readonly endpoint: string;
  readonly remoteAddress: string;
  /** 0 while it has no answer. */
  readonly status: number;
}

/** What the device's info messages say of nim's list; proto3 leaves 0 and "" out. */
export interface SeenPorts {
  readonly currentIndex?: number;
  readonly status?: readonly { readonly key?: string; readonly lastError?: string }[];
}

/** `await using site = await WholeLab.open({ uplinks: [{}] })` */
export class WholeLab implements AsyncDisposable {
  #uuid = "";

  private constructor(readonly net: NimLab) {}

  /**
   * nim runs, with an override file that has all ports by DHCP; zedagent runs, and the device is registered.
   * @throws {Error} that says what did not happen
   */
  static async open(options: Omit<NimLabOptions, "items">): Promise<WholeLab> {
    const net = await NimLab.open({ ...options, items: "zedagent" });
    const site = new WholeLab(net);
    try {
      await site.#onboard(
        options.uplinks.map(({ cost = 0 }, index) => dhcpPort(`eth${index}`, { Cost: cost })),
      );
      return site;
    } catch (error) {
      await net[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #onboard(ports: readonly ReturnType<typeof dhcpPort>[]): Promise<void> {
    const { controller, device: { root } } = this.net;
    const cert = await Deno.readFile(`${root}/config/onboard.cert.pem`);
    await controller.admin("/admin/onboard", { Cert: cert.toBase64(), Serial: "*" });
    await Deno.mkdir(`${root}/config/DevicePortConfig`);
    await Deno.writeTextFile(
      `${root}/config/DevicePortConfig/override.json`,
      topics.global.DevicePortConfig.codec.encode(portConfig(...ports)),
    );
    this.net.start();
    this.net.startProgram("zedagent", "--standalone");
    const client = this.net.startProgram("client", "selfRegister", "getUuid");
    await this.until("the device is registered", async () => {
      const [uuid] = await controller.admin("/admin/device") as string[];
      this.#uuid = uuid ?? "";
      return this.#uuid !== "";
    });
    await client.ended;
  }

  /** The device's, at the controller. */
  get uuid(): string {
    return this.#uuid;
  }

  /** What the controller hands out from now on. */
  async putConfig(content: config.IEdgeDevConfig): Promise<void> {
    const path = `/admin/device/${this.#uuid}/config?config_timestamp=${Date.now()}`;
    await this.net.controller.admin(path, content, "PUT");
  }

  /** What the controller has seen, oldest first. */
  async requests(): Promise<readonly SeenRequest[]> {
    return await this.net.controller.admin("/admin/requests") as SeenRequest[];
  }

  /** Of the info messages about the device, oldest first. */
  async portStatus(): Promise<readonly SeenPorts[]> {
    const all = await this.net.controller.admin(`/admin/device/${this.#uuid}/info`) as {
      readonly message: { readonly dinfo?: { readonly systemAdapter?: SeenPorts } };
    }[];
    return all.flatMap(({ message: { dinfo } }) => dinfo?.systemAdapter ?? []);
  }

  /** Of life, not scaled. @throws {Error} with nim's last status */
  until(what: string, look: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
    return until(what, look, limitMs, () => `nim: ${summary(this.net.status)}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.net[Symbol.asyncDispose]();
  }
}
