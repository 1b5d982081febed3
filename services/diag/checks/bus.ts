/** The bus: who publishes, and whether what stands there can be read. */
import { isOnboarded } from "../bus/view.ts";
import type { Facts } from "../facts/facts.ts";
import type { Check, CheckGroup, Seen } from "./check.ts";

/** So many damaged files are named; of more the number is told. */
const NAMED = 3;

const checks: readonly Check[] = [
  {
    code: "EVE-BUS-NIM-001",
    title: "nobody publishes the state of the network",
    layer: "bus",
    weight: "broken",
    cause: "nim does not run, or has not finished its start",
    remedy: "look whether nim runs and what its log says; after a start give it a minute",
  },
  {
    code: "EVE-BUS-ZEDAGENT-001",
    title: "nobody publishes the state of the configuration",
    layer: "bus",
    weight: "degraded",
    cause: "zedagent does not run, or waits for the device to be onboarded",
    remedy: "look at the onboarding first; then whether zedagent runs and what its log says",
  },
  {
    code: "EVE-BUS-LOGS-001",
    title: "nobody publishes the state of the logs",
    layer: "bus",
    weight: "degraded",
    cause: "loguploader does not run, or waits for the device to be onboarded",
    remedy: "look at the onboarding first; then whether loguploader runs and what its log says",
  },
  {
    code: "EVE-BUS-FILE-001",
    title: "files of the bus can't be read",
    layer: "bus",
    weight: "degraded",
    cause: "a full or damaged file system, or a program that does not replace files by rename",
    remedy:
      "busctl check tells each file; free space in /run and /persist, then restart the program that owns it",
  },
];

/** See the head of this file. */
export const busChecks: CheckGroup = {
  checks,
  look(facts) {
    return facts.live ? [...silent(facts), ...damaged(facts)] : [];
  },
};

function silent({ bus }: Facts): Seen[] {
  const seen: Seen[] = [];
  const nothing = (code: string, topic: string) =>
    void seen.push({ code, text: `nothing on the bus under ${topic}` });
  if (bus.network === undefined) nothing("EVE-BUS-NIM-001", "nim/DeviceNetworkStatus");
  // Both wait for the onboarding, which has a check of its own.
  if (bus.network !== undefined && !isOnboarded(bus)) return seen;
  if (bus.zedagent === undefined) nothing("EVE-BUS-ZEDAGENT-001", "zedagent/ZedAgentStatus");
  if (bus.logs === undefined) nothing("EVE-BUS-LOGS-001", "loguploader/NewlogMetrics");
  return seen;
}

function damaged({ damaged }: Facts): Seen[] {
  const more = damaged.length - NAMED;
  return damaged.slice(0, NAMED).map(({ path, text }, index) => ({
    code: "EVE-BUS-FILE-001",
    text: `${path}: ${text}${index === NAMED - 1 && more > 0 ? `; and ${more} more files` : ""}`,
  }));
}
