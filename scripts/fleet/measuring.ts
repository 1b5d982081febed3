/** Counts what a fleet sends and how long answers take. */
import type { Client, SendResult } from "../../controllerconn/mod.ts";
import { Histogram } from "./histogram.ts";
import type { Measured } from "./result.ts";

/** Of all devices of one process. */
export class Measurements {
  readonly #requests = new Map<
    string,
    { readonly latency: Histogram; readonly outcomes: Map<string, number> }
  >();

  /** @param outcome a status code, `ok`, or the kind of a failure; the time counts only with the first two */
  record(name: string, ms: number, outcome: string, well: boolean): void {
    const entry = this.#requests.get(name) ??
      { latency: new Histogram(), outcomes: new Map<string, number>() };
    this.#requests.set(name, entry);
    if (well) entry.latency.record(ms);
    entry.outcomes.set(outcome, (entry.outcomes.get(outcome) ?? 0) + 1);
  }

  /** Answers so far, of a kind. */
  count(name: string): number {
    return this.#requests.get(name)?.latency.count ?? 0;
  }

  data(): Record<string, Measured> {
    return Object.fromEntries(Array.from(this.#requests, ([name, { latency, outcomes }]) => [
      name,
      { latency: latency.data(), outcomes: Object.fromEntries(outcomes) },
    ]));
  }
}

/** The same client; each of its sends over all ports is measured, under the last word of its path. */
export function measured(client: Client, measurements: Measurements): Client {
  return {
    async sendOnAllIntf(url, body, options) {
      const start = performance.now();
      const result = await client.sendOnAllIntf(url, body, options);
      if (result.error?.kind !== "aborted") {
        const well = result.error === undefined;
        measurements.record(
          url.slice(url.lastIndexOf("/") + 1),
          performance.now() - start,
          outcomeOf(result),
          well,
        );
      }
      return result;
    },
    sendOnIntf: (...args) => client.sendOnIntf(...args),
    removeAndVerifyAuthContainer: (contents) => client.removeAndVerifyAuthContainer(contents),
    verifyAllIntf: (...args) => client.verifyAllIntf(...args),
    sendLocal: (...args) => client.sendLocal(...args),
    getNetworkProxy: (...args) => client.getNetworkProxy(...args),
    networkChanged: () => client.networkChanged(),
    acceptControllerCerts: (contents) => client.acceptControllerCerts(contents),
    controllerCerts: () => client.controllerCerts(),
    close: () => client.close(),
  };
}

function outcomeOf({ error, httpStatus }: SendResult): string {
  if (error === undefined) return String(httpStatus);
  return httpStatus === 0 ? error.kind : `${error.kind} ${httpStatus}`;
}
