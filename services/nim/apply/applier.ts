/**
 * Brings Linux to what is wanted: reads, plans, does, and reads again, until nothing is left to do (`spec/nim.md §14`).
 * What fails is tried twice, then told; it stops nothing that does not need it.
 */
import { type Device, errorText } from "../../agent/mod.ts";
import type { Applied, Applier, Network, Wanted } from "../parts.ts";
import { resolvConfFolders } from "../observe/resolv_files.ts";
import { isFamily, openDhcpClients } from "./dhcp_clients.ts";
import { dhcpcdArguments } from "./dhcpcd_arguments.ts";
import type { Have } from "./have.ts";
import { readHave } from "./linux_state.ts";
import { serversByPort } from "./management_resolver.ts";
import { ownRecordPath, readOwnRecord } from "./own_record.ts";
import { perform } from "./perform.ts";
import { plan, type PlanSettings } from "./plan.ts";
import { stepText } from "./plan_text.ts";
import { holdsWithin } from "./holds_within.ts";
import { resolverPortsOf } from "./plan_resolver.ts";
import type { Step } from "./step.ts";
import { type AdapterKind, targetsOf } from "./targets.ts";

/** See {@linkcode openApplier}. */
export interface ApplierOptions {
  /** `bridge`, as on EVE, where applications share ports; `plain` leaves links their names. */
  readonly adapters: AdapterKind;
  /** Something that ran in the background came to its end: apply again. */
  readonly settled: () => void;
}

/** Each round may make what the next one needs: links, then addresses, then rules. */
const rounds = 8;
const tries = 2;
/** dhcpcd goes to the background at once; a slower one is left to itself. */
const clientsWithinMs = 1_000;

/** What a round came to. */
interface Failures {
  readonly item: string;
  readonly error: string;
  readonly times: number;
}

/** @throws {Error} if the folders of the resolver files can't be made */
export function openApplier(device: Device, options: ApplierOptions): Applier {
  for (const folder of resolvConfFolders(device.paths.run)) {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  let settledClients = 0;
  const clients = openDhcpClients(device, () => {
    settledClients++;
    if (running === undefined) options.settled();
  });
  let generation: number | undefined;
  let running: Promise<Applied> | undefined;
  let next: { wanted: Wanted; network: Network; readonly result: PromiseWithResolvers<Applied> } | undefined;

  const work = async (wanted: Wanted, network: Network): Promise<Applied> => {
    let links = network.links.length === 0 ? undefined : network.links;
    let failures: ReadonlyMap<string, Failures> = new Map();
    let have: Have | undefined;
    let seen = settledClients;
    const begun = new Set<string>();
    try {
      for (let round = 0; round < rounds && !device.signal.aborted; round++) {
        seen = settledClients;
        have = await readHave(device, {
          clients: clientsToAsk(device, wanted, options.adapters),
          busy: clients.busy,
          ...(links === undefined ? {} : { links }),
        });
        links = undefined;
        const flush = generation !== undefined && generation !== wanted.resolverGeneration;
        const steps = plan(wanted, have, network.resolv, {
          ...planSettings(device, wanted, options.adapters),
          flush,
        });
        failures = stillWanted(failures, steps);
        if (steps.every((step) => isGivenUp(failures, begun, step))) break;
        failures = await performAll(steps, failures, begun);
        generation = wanted.resolverGeneration;
        await holdsWithin(clientsWithinMs, device.signal, () => clients.busy.size === 0);
      }
      generation ??= wanted.resolverGeneration;
    } catch (error) {
      failures = new Map([...failures, ["", { item: "links", error: errorText(error), times: 1 }]]);
    }
    if (seen !== settledClients) queueMicrotask(options.settled);
    return appliedOf(wanted, network, have, failures);
  };

  const performAll = async (
    steps: readonly Step[],
    before: ReadonlyMap<string, Failures>,
    begun: Set<string>,
  ): Promise<ReadonlyMap<string, Failures>> => {
    const failures = new Map(before);
    const failed = new Set<string>();
    for (const step of steps) {
      if (device.signal.aborted) break;
      if ([step.item, ...step.needs ?? []].some((item) => failed.has(item))) continue;
      const { action } = step;
      if (action.kind === "dhcpcd") {
        if (!begun.has(action.ifName)) {
          device.log.info(`${step.item}: ${step.reason}`);
          clients.begin(action);
        }
        begun.add(action.ifName);
        continue;
      }
      const key = stepText(step);
      const known = failures.get(key);
      if ((known?.times ?? 0) >= tries) {
        failed.add(step.item);
        continue;
      }
      try {
        await perform(device, action);
        if (action.kind !== "claim") device.log.info(`applied ${step.item}: ${key} (${step.reason})`);
      } catch (error) {
        failed.add(step.item);
        failures.set(key, { item: step.item, error: errorText(error), times: (known?.times ?? 0) + 1 });
      }
    }
    return failures;
  };

  const appliedOf = (
    wanted: Wanted,
    network: Network,
    have: Have | undefined,
    failures: ReadonlyMap<string, Failures>,
  ): Applied => {
    const failing = [
      ...[...failures.values()].map(({ item, error }) => ({ item, error })),
      ...[...clients.errors].map(([name, error]) => ({ item: `dhcpcd ${name}`, error })),
    ];
    const resolver = failing.find(({ item }) => item === "resolver");
    const isAsked = have !== undefined && wanted.ports.length > 0 && have.resolver.pid !== undefined;
    const ports = isAsked
      ? resolverPortsOf(targetsOf(wanted, options.adapters), have.links, network.resolv)
      : [];
    return {
      inProgress: clients.busy.size > 0,
      failing,
      resolverServers: serversByPort(ports),
      ...(resolver === undefined ? {} : { resolverError: resolver.error }),
    };
  };

  const begin = (wanted: Wanted, network: Network): Promise<Applied> => {
    running = work(wanted, network).finally(() => {
      running = undefined;
      const waiting = next;
      next = undefined;
      if (waiting !== undefined) void begin(waiting.wanted, waiting.network).then(waiting.result.resolve);
    });
    return running;
  };

  return {
    apply(wanted, network) {
      if (running === undefined) return begin(wanted, network);
      next = { wanted, network, result: next?.result ?? Promise.withResolvers<Applied>() };
      return next.result.promise;
    },
    cancelBackground: () => clients.cancel(),
  };
}

/** What the plan needs to know of the device. */
export function planSettings(
  { paths }: Device,
  { logQueries }: Wanted,
  adapters: AdapterKind,
): PlanSettings {
  return {
    adapters,
    logQueries,
    runDirectory: `${paths.run}/nim`,
    resolvConf: paths.resolvConf,
    flush: false,
  };
}

/** Interfaces that shall have a DHCP client or have one of nim's, each with the word of its family. */
export function clientsToAsk(
  device: Device,
  wanted: Wanted,
  adapters: AdapterKind,
): ReadonlyMap<string, readonly string[]> {
  const planned = targetsOf(wanted, adapters).flatMap(({ port, name }) => {
    const words = dhcpcdArguments(port, { sendVendorClass: false });
    return words === undefined ? [] : [[name, words] as const];
  });
  const own = Object.entries(readOwnRecord(ownRecordPath(device.paths.run)).dhcpcd);
  return new Map([...planned, ...own].map(([name, words]) => [name, words.filter(isFamily)]));
}

function stillWanted(
  failures: ReadonlyMap<string, Failures>,
  steps: readonly Step[],
): ReadonlyMap<string, Failures> {
  const planned = new Set(steps.map(stepText));
  return new Map([...failures].filter(([key]) => planned.has(key)));
}

/** Not only the step itself: what belongs to a failed item or needs it waits as well. A client is begun once. */
function isGivenUp(
  failures: ReadonlyMap<string, Failures>,
  begun: ReadonlySet<string>,
  { action, item: own, needs = [] }: Step,
): boolean {
  if (action.kind === "dhcpcd" && begun.has(action.ifName)) return true;
  const items = [own, ...needs];
  return [...failures.values()].some(({ item, times }) => times >= tries && items.includes(item));
}
