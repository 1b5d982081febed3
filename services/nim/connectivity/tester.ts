/** Tests a network against the controller, in airgap mode first against the local one (`spec/nim.md §8`). */
import {
  type AgentMetrics,
  type AttemptTracer,
  type Client,
  type PurposeCounters,
  retryAfterOf,
  urlPathString,
} from "../../../controllerconn/mod.ts";
import {
  type ChildAbort,
  childAbort,
  type ConfigItems,
  type Device,
  openControllerClient,
  readServer,
  readSoftSerial,
} from "../../agent/mod.ts";
import { type DeviceNetworkStatus, TriState, triStateItem } from "../../topics/mod.ts";
import type { Link } from "../machine.ts";
import type { TestOutcome } from "../parts.ts";
import { findProxies } from "../find_proxies.ts";
import type { SearchResult } from "../proxy_search.ts";
import { testOutcome, untestable } from "./test_outcome.ts";

/** What the tester asks for each time anew. */
export interface TesterInputs {
  readonly items: ConfigItems;
  readonly status: () => DeviceNetworkStatus;
  /** As last seen; empty while none were. */
  readonly links: () => readonly Pick<Link, "name" | "up">[];
  /** Of a local operator console; `""` for none. */
  readonly locUrl: () => string;
  readonly metrics: AgentMetrics;
  readonly purposes: PurposeCounters;
  /** No LED state, and no file for a TPM's tools. */
  readonly withoutWrites?: boolean;
}

/**
 * Each test has a client of its own: a kept connection would hide that names, certificates or the first packets of a
 * connection have stopped to work.
 */
export class Tester {
  #client: Client | undefined;
  #life: ChildAbort | undefined;
  #server: string | undefined;
  #iteration = 0;

  constructor(private readonly device: Device, private readonly inputs: TesterInputs) {}

  /** To be called when the status has changed. */
  networkChanged(): void {
    this.#client?.networkChanged();
  }

  /**
   * One test of all ports of the status as it is now: the cheapest that work are asked, the others only looked at. Ports of
   * equal cost take turns. Never throws.
   */
  async test(signal: AbortSignal, tracer?: AttemptTracer): Promise<TestOutcome> {
    this.#iteration++;
    this.#drop();
    try {
      return await this.#local(signal, tracer) ??
        await this.#probe(this.#controller(), signal, false, tracer);
    } catch (error) {
      return untestable(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Looks for the PAC files of ports, all at once; one port's failure is its own (W4).
   * @throws {AgentError} when there is no identity yet
   */
  async findProxies(ports: readonly string[], signal: AbortSignal): Promise<Map<string, SearchResult>> {
    return await findProxies(this.#open(), ports, signal);
  }

  async #local(signal: AbortSignal, tracer?: AttemptTracer): Promise<TestOutcome | undefined> {
    const { items, locUrl } = this.inputs;
    if (locUrl() === "" || triStateItem(items.map, "airgap.mode") !== TriState.TS_ENABLED) return undefined;
    const outcome = await this.#probe(urlPathString(locUrl(), "", "ping"), signal, true, tracer);
    return outcome.kind === "ok" ? outcome : undefined;
  }

  async #probe(
    url: string,
    signal: AbortSignal,
    accept4xxErrors: boolean,
    tracer?: AttemptTracer,
  ): Promise<TestOutcome> {
    const probed = await this.#open().verifyAllIntf(url, 1, {
      signal,
      iteration: this.#iteration,
      accept4xxErrors,
      ...(tracer === undefined ? {} : { tracer }),
    });
    const [endpoint = url] = url.replace(/^https?:\/\//, "").split("/");
    return testOutcome(probed, endpoint, retryAfterOf(probed.headers, this.device.clock.now()));
  }

  #controller(): string {
    return urlPathString(this.#server ??= readServer(this.device.paths), "", "ping");
  }

  #link(ifName: string): "up" | "down" | "absent" {
    const links = this.inputs.links();
    const link = links.find(({ name }) => name === ifName);
    if (link === undefined) return links.length === 0 ? "up" : "absent";
    return link.up ? "up" : "down";
  }

  #drop(): void {
    this.#life?.abort();
    this.#client = undefined;
  }

  #open(): Client {
    if (this.#client !== undefined) return this.#client;
    const { items, status, metrics, purposes, withoutWrites = false } = this.inputs;
    const life = this.#life = childAbort(this.device.signal);
    return this.#client = openControllerClient(this.device, {
      signal: life.signal,
      deviceNetworkStatus: status,
      configItems: { int: (key) => key === "timer.send.timeout" ? items.int("timer.port.timeout") : 0 },
      devUUID: () => "",
      devSoftSerial: readSoftSerial(this.device.paths),
      orOnboardPair: true,
      networkMonitor: { link: (ifName) => Promise.resolve(this.#link(ifName)) },
      metrics,
      purposes,
      withoutWrites,
    });
  }
}
