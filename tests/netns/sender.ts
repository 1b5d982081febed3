/** A program on the device that sends through controllerconn, in a process of its own inside the device's namespace. */
import type { DeviceNetworkStatus } from "../../controllerconn/device_network_status.ts";
import { JsonChild } from "./json_child.ts";
import type { Namespace } from "./namespaces.ts";
import {
  type FoundProxy,
  networkToLine,
  type Outcome,
  type SendCommand,
  type SenderCommand,
  type SenderSettings,
} from "./sender_lines.ts";

/** Knobs of the client; the defaults are short enough for tests. */
export interface SenderOptions extends Partial<Omit<SenderSettings, "network" | "rootCertificatePem">> {
  /** PEM of `/config/root-certificate.pem`. */
  readonly rootCertificatePem: string;
  readonly network: DeviceNetworkStatus;
}

export class Sender implements AsyncDisposable {
  #child: JsonChild;

  private constructor(child: JsonChild) {
    this.#child = child;
  }

  static async start(device: Namespace, options: SenderOptions): Promise<Sender> {
    const settings: SenderSettings = {
      systemRootsPem: "",
      sendTimeoutMs: 10_000,
      dialTimeoutMs: 5_000,
      ...options,
      network: networkToLine(options.network),
    };
    return new Sender(await JsonChild.start(device, "sender.ts", settings));
  }

  /** GET without `bodyBytes`, POST of `bodyOf(bodyBytes)` with it. Never throws for a failed send. */
  send(url: string, more: Omit<SendCommand, "do" | "url"> = {}): Promise<Outcome> {
    const command: SendCommand = { do: "send", url, ...more };
    return this.#child.ask<Outcome>(command);
  }

  /** What `deviceNetworkStatus` gives from now on; the client is told that it has changed, as a program does. */
  async setNetwork(network: DeviceNetworkStatus): Promise<void> {
    await this.#child.ask({ do: "network", network: networkToLine(network) });
  }

  /** The PAC file of a port's network. */
  findProxy(ifName: string): Promise<FoundProxy> {
    const command: SenderCommand = { do: "find proxy", ifName };
    return this.#child.ask<FoundProxy>(command);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#child[Symbol.asyncDispose]();
  }
}
