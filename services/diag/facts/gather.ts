/** Gathers all facts of one report: files and bus at once, requests where they are wanted (decisions.md 20). */
import type { AgentMetrics } from "../../../controllerconn/mod.ts";
import { type Device, releasedAt } from "../../agent/mod.ts";
import { DPCState, type NetworkPortStatus } from "../../topics/mod.ts";
import type { BusView } from "../bus/view.ts";
import { askNameServers, lookUp } from "../requests/name_servers.ts";
import { openClient } from "../requests/open_client.ts";
import { probe, probeUrls } from "../requests/remote_probe.ts";
import type { TestPlan } from "../requests/request_plan.ts";
import { testPort } from "../requests/port_requests.ts";
import { damagedFiles } from "./damaged_files.ts";
import type { Facts, NameServerAnswer, SystemLookup } from "./facts.ts";
import { readLogFolders } from "./log_folders.ts";
import { hasProxy, hostOfServer, testablePorts } from "./network.ts";
import type { PortTest, RequestOutcome } from "./port_outcome.ts";
import { type ReadFiles, readFiles } from "./read_files.ts";

/** How the facts are gathered. */
export interface Gathering {
  /** The bus as it is now; asked anew for each request (`spec/diag.md §8`). */
  readonly view: () => BusView;
  /** `always`, as `--once` does; `when-not-connected`, as the running form does; `never` on a workbench. */
  readonly requests: "always" | "when-not-connected" | "never";
  readonly live: boolean;
  readonly plan: TestPlan;
  readonly metrics: AgentMetrics;
  /** `-D`: the lookup counts as failed. */
  readonly failLookup: boolean;
  /** Ends the requests; what came so far is kept. */
  readonly signal: AbortSignal;
  /** Told of each request that is done. */
  readonly progress: (ifName: string, outcome: RequestOutcome) => void;
}

/** Never throws. */
export async function gatherFacts(device: Device, gathering: Gathering): Promise<Facts> {
  const { view, live, requests } = gathering;
  const bus = view();
  const files = readFiles(device, live);
  const connected = bus.network?.State === DPCState.DPC_SUCCESS;
  const active = requests === "always" || requests === "when-not-connected" && !connected;
  const tested = active && files.facts.server !== ""
    ? await makeRequests(device, gathering, files)
    : undefined;
  return {
    now: device.clock.now(),
    builtAt: releasedAt,
    release: readRelease(device),
    files: files.facts,
    bus,
    live,
    // A connected device reads its bus well enough; its reports come often, and this reads all of it.
    damaged: live && active ? damagedFiles(device.paths.root) : [],
    logFolders: live ? readLogFolders(device.paths) : undefined,
    tests: tested?.tests ?? (active ? new Map() : undefined),
    nameServers: tested?.nameServers ?? new Map(),
    lookup: tested?.lookup,
  };
}

interface Tested {
  readonly tests: ReadonlyMap<string, PortTest>;
  readonly nameServers: ReadonlyMap<string, readonly NameServerAnswer[]>;
  readonly lookup: SystemLookup;
}

/** All ports at the same time, so that dead ones cost no more than one (D9). */
async function makeRequests(device: Device, gathering: Gathering, files: ReadFiles): Promise<Tested> {
  const { view, plan, metrics, signal, progress } = gathering;
  const { server, identity } = files.facts;
  const { network, items } = view();
  const ports = network === undefined ? [] : testablePorts(network);
  const host = hostOfServer(server);
  const client = openClient(device, { signers: files.signers, rootPem: files.rootPem, view, metrics });
  const onePort = (port: NetworkPortStatus) =>
    testPort({
      device,
      client,
      server,
      signer: identity.who,
      plan,
      signal,
      probe: (url, signal) => probe(device, { port, url, items, metrics, signal }),
      probeUrls: probeUrls(items),
      progress,
    }, port.IfName);
  try {
    const [lookup, tests, nameServers] = await Promise.all([
      lookUp(device, host, signal),
      Promise.all(ports.map(onePort)),
      // A proxy resolves the name, and the port's own servers need not know it (D4).
      Promise.all(
        ports.map((port) => askNameServers(device, port, hasProxy(port, server) ? "" : host, signal)),
      ),
    ]);
    const named = <T>(values: readonly T[]) =>
      new Map(ports.map((port, index): [string, T] => [port.IfName, values[index] as T]));
    return { tests: named(tests), nameServers: named(nameServers), lookup: simulated(lookup, gathering) };
  } finally {
    client.close();
  }
}

function simulated(lookup: SystemLookup, { failLookup }: Gathering): SystemLookup {
  if (!failLookup || lookup.problem !== undefined) return lookup;
  return { ...lookup, problem: `resolves to ${lookup.addresses.join(", ")}, counted as a failure (-D)` };
}

function readRelease({ paths }: Device): string {
  try {
    return Deno.readTextFileSync(paths.eveRelease).trim();
  } catch {
    return "";
  }
}
