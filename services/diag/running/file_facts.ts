/** What is known before the bus is: the files alone. */
import { type Device, releasedAt } from "../../agent/mod.ts";
import { emptyBus } from "../bus/view.ts";
import type { Facts, FileFacts } from "../facts/facts.ts";

/** Facts that say nothing of bus and network. */
export function fileFacts(device: Device, files: FileFacts): Facts {
  return {
    now: device.clock.now(),
    builtAt: releasedAt,
    release: "",
    files,
    bus: emptyBus,
    live: false,
    damaged: [],
    logFolders: undefined,
    tests: undefined,
    nameServers: new Map(),
    lookup: undefined,
  };
}
