/** Everything that is fuzzed. */
import type { Target } from "./target.ts";
import { chrony } from "./targets/chrony.ts";
import { config } from "./targets/config.ts";
import { entries } from "./targets/entries.ts";
import { folders } from "./targets/folders.ts";
import { large } from "./targets/large.ts";
import { counters, keys, locks, names } from "./targets/names.ts";
import { reports } from "./targets/reports.ts";
import { messages, requests } from "./targets/wire.ts";

/** In the order in which they run. */
export const targets: readonly Target[] = [
  entries,
  names,
  keys,
  counters,
  locks,
  folders,
  large,
  requests,
  messages,
  chrony,
  reports,
  config,
];
