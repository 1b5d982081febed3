/** What all topics of one bridge share. */
import type { Logger } from "@std/log";
import type { Clock } from "../agent/clock.ts";
import type { Random } from "../agent/random.ts";
import type { Bus } from "../pubsub/mod.ts";
import type { Counters } from "./counters.ts";
import type { Libc } from "./libc.ts";
import type { Poller } from "./poller.ts";

/** See the head of this file. */
export interface BridgeSetting {
  /** Stands in front of `/run` and `/persist`. */
  readonly root: string;
  readonly bus: Bus;
  readonly log: Logger;
  readonly clock: Clock;
  readonly random: Random;
  readonly libc: Libc;
  readonly poller: Poller;
  readonly counters: Counters;
  /** Time that a subscriber has for its request, in milliseconds. */
  readonly requestMs: number;
  /** Of all topics: whoever comes after that waits, so that files can still be read for the others. */
  readonly mostConnections: number;
}
