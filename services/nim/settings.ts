/** The settings that the decider looks at, out of all config items (`spec/nim.md §2.3`). */
import { type ConfigItems, type LogLevel, parseLogLevel } from "../agent/mod.ts";
import { agentSetting, TriState } from "../topics/mod.ts";
import type { Settings } from "./verify/rules.ts";

const loud: readonly (LogLevel | undefined)[] = ["debug", "trace", "all"];

/** As they hold now. */
export function settingsOf(items: Pick<ConfigItems, "map" | "int" | "bool" | "triState">): Settings {
  return {
    testIntervalMs: items.int("timer.port.testinterval") * 1000,
    testBetterIntervalMs: items.int("timer.port.testbetterinterval") * 1000,
    testDurationMs: items.int("timer.port.testduration") * 1000,
    fallback: items.triState("network.fallback.any.eth") === TriState.TS_ENABLED,
    sendVendorClass: items.bool("dhcp.enable.vendorclassid"),
    logQueries: loud.includes(parseLogLevel(agentSetting(items.map, "nim", "debug.loglevel"))),
  };
}
