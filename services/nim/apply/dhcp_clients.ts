/** Starts and ends dhcpcd, each interface by itself and in the background (`spec/nim.md §14.3`). */
import { childAbort, type Device, errorText } from "../../agent/mod.ts";
import { clientRuns } from "./linux_state.ts";
import { holdsWithin } from "./holds_within.ts";
import { changeRecord, type Hands, mustRun } from "./perform.ts";
import { type Action, without } from "./step.ts";

/** What to do with one client. */
export type ClientAction = Extract<Action, { readonly kind: "dhcpcd" }>;

/** See the module. */
export interface DhcpClients {
  /** Begins; never throws. An interface that is busy goes on with what it does. */
  begin(action: ClientAction): void;
  /** Interfaces whose client is being started or ended. */
  readonly busy: ReadonlySet<string>;
  /** Interface name → why its last start or end failed. */
  readonly errors: ReadonlyMap<string, string>;
  /** Gives up what is under way. */
  cancel(): void;
}

const startWithinMs = 3_000;
const releases = 30;
const releaseEveryMs = 1_000;

/** @param settled called when one has come to its end */
export function openDhcpClients(device: Device, settled: () => void): DhcpClients {
  const errors = new Map<string, string>();
  const work = new Map<string, Promise<void>>();
  const { commands, paths, log } = device;
  let abort = childAbort(device.signal);

  const begin = (action: ClientAction) => {
    const { ifName } = action;
    if (work.has(ifName)) return;
    const done = run({ commands, paths, log, signal: abort.signal }, action).then(
      () => errors.delete(ifName),
      (error) => {
        errors.set(ifName, errorText(error));
        const next = device.signal.aborted
          ? "the next nim looks after it"
          : "tried again with the next change of the network";
        device.log.warn(`dhcpcd ${ifName}: ${errorText(error)}; ${next}`);
      },
    ).then(() => {
      work.delete(ifName);
      if (!device.signal.aborted) settled();
    });
    work.set(ifName, done);
  };
  return {
    begin,
    get busy() {
      return new Set(work.keys());
    },
    errors,
    cancel() {
      abort.abort();
      abort = childAbort(device.signal);
    },
  };
}

async function run(hands: Hands, action: ClientAction): Promise<void> {
  if (action.stop !== undefined) await end(hands, action.ifName, action.stop);
  if (action.start !== undefined) await start(hands, action.ifName, action.start);
}

async function end(device: Hands, name: string, words: readonly string[]): Promise<void> {
  const family = words.filter(isFamily);
  const isGone = async () => !await clientRuns(device, name, family);
  device.log.info(`dhcpcd ${words.join(" ")}`);
  for (let count = 0; count < releases && !device.signal.aborted; count++) {
    await device.commands.run("dhcpcd", words, device.signal);
    if (await holdsWithin(releaseEveryMs, device.signal, isGone)) return forget(device, name);
  }
  if (!device.signal.aborted) await device.commands.run("dhcpcd", ["--exit", ...family, name], device.signal);
  if (await holdsWithin(startWithinMs, device.signal, isGone)) return forget(device, name);
  throw new Error(
    device.signal.aborted
      ? "given up while the old one was ending"
      : "the one that runs does not end; it keeps its words",
  );
}

async function start(device: Hands, name: string, words: readonly string[]): Promise<void> {
  changeRecord(device, (record) => ({ ...record, dhcpcd: { ...record.dhcpcd, [name]: words } }));
  device.log.info(`dhcpcd ${words.join(" ")}`);
  await mustRun(device, "dhcpcd", words);
  const family = words.filter(isFamily);
  if (await holdsWithin(startWithinMs, device.signal, () => clientRuns(device, name, family))) return;
  throw new Error(
    device.signal.aborted
      ? "given up while it was starting"
      : `has no living process ${startWithinMs / 1000} s after its start`,
  );
}

function forget(device: Hands, name: string): void {
  changeRecord(device, (record) => ({ ...record, dhcpcd: without(record.dhcpcd, name) }));
}

/** The words that also name the pid file. */
export function isFamily(word: string): boolean {
  return word === "--ipv4only" || word === "--ipv6only";
}
