/** Asks over single ports: the controller (`spec/device-api.md §6.1`), and networks for their proxies. */
import { type AttemptTracer, type Client, urlPathString } from "../../../controllerconn/mod.ts";
import {
  type ConfigItems,
  type Device,
  openControllerClient,
  readServer,
  readSoftSerial,
} from "../../agent/mod.ts";
import type { AgentMetrics, PortVerdict, PurposeCounters } from "../../../controllerconn/mod.ts";
import type { DeviceNetworkStatus } from "../../topics/mod.ts";
import { type PingResult, pingResult } from "./ping_result.ts";
import { findProxies } from "../find_proxies.ts";
import type { SearchResult } from "../proxy_search.ts";

/** What a test of the ports came to; by interface name, each port in one of the two. */
export interface Tested {
  readonly pings: ReadonlyMap<string, PingResult>;
  /** Of local checks. */
  readonly verdicts: ReadonlyMap<string, PortVerdict>;
}

/** Opens the client with the first request that can be sent, and keeps it. */
export class Pinger {
  #client: Client | undefined;

  constructor(
    private readonly device: Device,
    private readonly items: ConfigItems,
    private readonly counters: { readonly metrics: AgentMetrics; readonly purposes: PurposeCounters },
    private readonly status: () => DeviceNetworkStatus,
  ) {}

  /** To be called when the status has changed. */
  networkChanged(): void {
    this.#client?.networkChanged();
  }

  /**
   * One GET of `ping` over each port, all at once: a dearer port's state is its own, where `verifyAllIntf` would only look
   * at its addresses once a cheaper one has worked. All other ports are looked at without sending.
   * @throws {AgentError} when there is no server name or no identity yet
   */
  async test(ports: readonly string[], tracer?: AttemptTracer): Promise<Tested> {
    const url = urlPathString(readServer(this.device.paths), "", "ping");
    const client = this.#open();
    const { clock, signal } = this.device;
    const pings = new Map(
      await Promise.all(ports.map(async (ifName): Promise<[string, PingResult]> => {
        const result = await client.sendOnIntf(url, ifName, undefined, {
          signal,
          ...(tracer === undefined ? {} : { tracer }),
        });
        return [ifName, pingResult(result, clock.now())];
      })),
    );
    const { ports: verdicts } = await client.verifyAllIntf(url, 0, { signal, dryRun: true });
    return { pings, verdicts: new Map([...verdicts].filter(([ifName]) => !pings.has(ifName))) };
  }

  /**
   * Looks for the PAC files of ports, all at once.
   * @throws {AgentError} when there is no identity yet
   */
  async findProxies(ports: readonly string[]): Promise<Map<string, SearchResult>> {
    return await findProxies(this.#open(), ports, this.device.signal);
  }

  #open(): Client {
    return this.#client ??= openControllerClient(this.device, {
      deviceNetworkStatus: this.status,
      configItems: this.items,
      devUUID: () => "",
      devSoftSerial: readSoftSerial(this.device.paths),
      ...this.counters,
    });
  }
}
