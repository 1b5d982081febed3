/** The program: serves until its device ends. */
import type { Device } from "../agent/device.ts";
import { every } from "../agent/loops.ts";
import { jitter } from "../agent/random.ts";
import type { Topic } from "../pubsub/mod.ts";
import { ownedBy } from "../topics/mod.ts";
import { Bridge } from "./bridge.ts";
import { type Counters, countersText, noCounts } from "./counters.ts";
import { openLibc } from "./libc.ts";
import { Poller } from "./poller.ts";

/** What a test may set. */
export interface BridgeOptions {
  /** The topics of all five programs by default. */
  readonly topics?: readonly Topic<unknown>[];
  /** Time that a subscriber has for its request, in milliseconds; 5 s by default. */
  readonly requestMs?: number;
  /** Time between two safety checks, in milliseconds; 5 s by default. */
  readonly recheckMs?: number;
}

/** The counters are told no more often, in milliseconds. */
const TELL_MS = 300_000;
/** 500 subscribers on each of our topics. */
const DESCRIPTORS = 32_768;
/** Descriptors for files, folders and the runtime. */
const SPARE = 64;

/**
 * Serves our publications to Go subscribers (spec/pubsub.md §3).
 * @returns 0 when the device has ended
 * @throws {BridgeError} `system` where libc can't be had or events can't be waited for
 */
export async function run(device: Device, options: BridgeOptions = {}): Promise<number> {
  const { bus, log, clock, random, paths } = device;
  const { requestMs = 5_000, recheckMs = 5_000, topics = Object.values(ownedBy).flat() } = options;
  const libc = openLibc();
  const descriptors = libc.raiseDescriptorLimit(DESCRIPTORS);
  log.debug(`the limit of open descriptors is ${descriptors}`);
  const poller = new Poller(libc);
  const counters = noCounts();
  const bridge = new Bridge(
    {
      ...{ root: paths.root, bus, log, clock, random, libc, poller, counters, requestMs },
      mostConnections: mostConnections(descriptors, topics.length),
    },
    topics,
  );
  const tell = tellChanges(device, counters);
  const polling = poller.run();
  const checking = every(device, () => jitter(random, recheckMs), () => {
    bridge.recheck();
    tell(TELL_MS);
  });
  try {
    await Promise.race([polling, checking]);
    return 0;
  } finally {
    tell(0);
    bridge.end();
    poller.end();
    await Promise.allSettled([polling]);
    libc.unload();
  }
}

/**
 * Each topic takes two descriptors itself: its socket and its owner. Pure.
 * @param descriptors below 0 where the system does not tell
 */
export function mostConnections(descriptors: number, topics: number): number {
  return descriptors < 0 ? Infinity : Math.max(1, descriptors - 2 * topics - SPARE);
}

/** Returns what writes the counters into the log if they have changed and were not told within the last `ms` milliseconds. */
function tellChanges({ log, clock }: Device, counters: Counters): (ms: number) => void {
  let told = countersText(counters);
  let at = clock.monotonic();
  return (ms) => {
    const text = countersText(counters);
    if (text === told || clock.monotonic() - at < ms) return;
    log.info(text);
    told = text;
    at = clock.monotonic();
  };
}
