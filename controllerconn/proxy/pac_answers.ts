/** What PAC files said lately: an evaluation is a process of its own, and a program asks for the same URL every few seconds. */
import type { Resolver } from "../dns/port_resolver.ts";
import type { NetworkPortStatus } from "../device_network_status.ts";
import { PacEngine } from "../pac/mod.ts";
import { sourceAddresses } from "../port_order.ts";
import type { ProxyChoice } from "./proxy_choice.ts";

/** A PAC file may look at the clock, so no answer is used for longer, in milliseconds. */
const KEPT_MS = 30_000;
const MOST_KEPT = 64;

/** See the head of this file. */
export class PacAnswers {
  readonly #engine = new PacEngine();
  readonly #kept = new Map<string, { readonly until: number; readonly choices: readonly ProxyChoice[] }>();

  constructor(
    private readonly resolve: Resolver,
    private readonly now: () => number,
    private readonly monotonic: () => number,
  ) {}

  /** Rejects with a `PacError`. Failures are not kept. */
  async find(
    pacText: string,
    url: string,
    host: string,
    port: NetworkPortStatus,
    signal: AbortSignal,
  ): Promise<readonly ProxyChoice[]> {
    const [myIpAddress = ""] = sourceAddresses(port);
    const servers = port.DNSServers ?? [];
    const key = JSON.stringify([pacText, url, myIpAddress, servers]);
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.monotonic() < kept.until) return kept.choices;
    const choices = await this.#engine.findProxyForURL(pacText, url, host, {
      resolve: async (name) =>
        (await this.resolve(name, { sourceAddr: myIpAddress, servers, signal })).addresses,
      myIpAddress,
      now: this.now,
      signal,
    });
    const [oldest] = this.#kept.keys();
    if (this.#kept.size >= MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(key, { until: this.monotonic() + KEPT_MS, choices });
    return choices;
  }

  close(): void {
    this.#engine.close();
  }
}
