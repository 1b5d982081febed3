/** Pings the controller over single ports (`spec/device-api.md §6.1`). */
import { type AttemptTracer, type Client, urlPathString } from "../../controllerconn/mod.ts";
import {
  type ConfigItems,
  type Device,
  openControllerClient,
  readServer,
  readSoftSerial,
} from "../agent/mod.ts";
import type { AgentMetrics } from "../../controllerconn/mod.ts";
import type { DeviceNetworkStatus } from "../topics/mod.ts";
import { type PingResult, pingResult } from "./ping_result.ts";

/** Opens the client with the first ping that can be sent, and keeps it. */
export class Pinger {
  #client: Client | undefined;

  constructor(
    private readonly device: Device,
    private readonly items: ConfigItems,
    private readonly metrics: AgentMetrics,
    private readonly status: () => DeviceNetworkStatus,
  ) {}

  /** To be called when the status has changed. */
  networkChanged(): void {
    this.#client?.networkChanged();
  }

  /**
   * One GET of `ping` over each port, all at once.
   * @throws {AgentError} when there is no server name or no identity yet
   */
  async ping(ports: readonly string[], tracer?: AttemptTracer): Promise<Map<string, PingResult>> {
    const url = urlPathString(readServer(this.device.paths), "", "ping");
    const client = this.#client ??= openControllerClient(this.device, {
      deviceNetworkStatus: this.status,
      configItems: this.items,
      devUUID: () => "",
      devSoftSerial: readSoftSerial(this.device.paths),
      metrics: this.metrics,
    });
    const { clock, signal } = this.device;
    return new Map(
      await Promise.all(ports.map(async (ifName): Promise<[string, PingResult]> => {
        const result = await client.sendOnIntf(url, ifName, undefined, {
          signal,
          ...(tracer === undefined ? {} : { tracer }),
        });
        return [ifName, pingResult(result, clock.now())];
      })),
    );
  }
}
