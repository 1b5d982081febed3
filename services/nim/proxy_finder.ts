/** Looks for the PAC files that ports ask for, once for each network, and again where none was found (W3, W4). */
import { type Device, errorText, openTimer, retryDelay } from "../agent/mod.ts";
import type { DeviceNetworkStatus, NetworkPortStatus } from "../topics/mod.ts";
import type { Tester } from "./connectivity/tester.ts";
import type { TestOutcome } from "./parts.ts";
import {
  beginSearch,
  followPorts,
  hasFailed,
  noSearch,
  type ProxySearch,
  searched,
  searchFailure,
  type SearchResult,
} from "./proxy_search.ts";
import { proxyRetry } from "./retry_policies.ts";
import type { FoundProxy } from "./verify/events.ts";

/** See {@linkcode openProxyFinder}. */
export interface ProxyFinder {
  /** To be called with each status: begins a search where one is due. */
  follow(status: DeviceNetworkStatus): void;
  /** Resolves when no search is under way. */
  idle(): Promise<void>;
  /** The outcome of a test with the ports that are without the PAC file they ask for: they are not as they should be. */
  judge(outcome: TestOutcome): TestOutcome;
}

/** @param found told of each search that found something */
export function openProxyFinder(
  device: Device,
  tester: Pick<Tester, "findProxies">,
  found: (proxies: ReadonlyMap<string, FoundProxy>) => void,
): ProxyFinder {
  const timer = openTimer(device);
  let search: ProxySearch = noSearch;
  let ports: readonly NetworkPortStatus[] = [];
  let running: Promise<void> | undefined;

  const begin = () => {
    if (running !== undefined) return;
    search = beginSearch(search, ports);
    const names = [...search.underWay.keys()];
    if (names.length === 0) return;
    running = look(names).finally(() => {
      running = undefined;
      if (!device.signal.aborted) begin();
    });
  };
  const look = async (names: readonly string[]) => {
    const results = await searchNow(names);
    if (device.signal.aborted) return;
    search = searched(search, ports, results);
    if (hasFailed(search)) {
      timer.set(retryDelay(device.random, proxyRetry, search.failures), () => {
        search = { ...search, isDue: true };
        begin();
      });
    }
    const news = [...results].flatMap(([name, result]) =>
      result.kind === "found" && search.known.get(name)?.result === result
        ? [[name, { Pacfile: result.pacfile, WpadURL: result.wpadURL }] as const]
        : []
    );
    if (news.length > 0) found(new Map(news));
  };
  const searchNow = async (names: readonly string[]): Promise<ReadonlyMap<string, SearchResult>> => {
    try {
      return await tester.findProxies(names, device.signal);
    } catch (error) {
      return new Map(names.map((name) => [name, { kind: "failed", text: errorText(error) }]));
    }
  };
  return {
    follow(status) {
      ports = status.Ports ?? [];
      search = followPorts(search, ports);
      begin();
    },
    async idle() {
      while (running !== undefined) await running;
    },
    judge(outcome) {
      const judged = new Map(outcome.ports);
      for (const { IfName } of ports) {
        const failure = searchFailure(search, IfName);
        const said = judged.get(IfName);
        if (failure === undefined) continue;
        judged.set(IfName, {
          kind: "failure",
          error: said?.kind === "failure" ? `${failure}; ${said.error}` : failure,
        });
      }
      return { ...outcome, ports: judged };
    },
  };
}
