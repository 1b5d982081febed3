/** `--network plan`: what `apply` would run now, and nothing done (`spec/nim.md §16`). */
import { type Device, writeText } from "../agent/mod.ts";
import { boolItem, goDevicePortConfigList, goTime, intItem, topics, triStateItem } from "../topics/mod.ts";
import { planNow } from "./apply/plan_now.ts";
import type { AdapterKind } from "./apply/targets.ts";
import { expectsBootstrap, findConfigs, hasConfigFile, readOverrideFiles } from "./config_files.ts";
import { sanitize } from "./dpc/sanitize.ts";
import { readNetwork } from "./observe/network.ts";
import type { Network, Wanted } from "./parts.ts";
import { printLine } from "./once/run_once.ts";
import { type TraceLine, traceLines } from "./once/trace.ts";
import { readTopic } from "./read_topic.ts";
import { settingsOf } from "./settings.ts";
import { assembleStatus } from "./status/assemble.ts";
import { decide } from "./verify/decide.ts";
import type { VerifyEffect, VerifyEvent } from "./verify/events.ts";
import { defaultLimits, type Rules } from "./verify/rules.ts";
import { initialState, selectedOf, type VerifyState } from "./verify/state.ts";

/**
 * Reads what is published and what Linux has, asks the decider which configuration comes first, and prints the
 * difference to it. Publishes and changes nothing.
 * @param asLines with `--once`: the decisions before, and the difference, as lines of JSON
 * @returns 0
 * @throws {Error} when links can't be read, naming the command
 */
export async function printPlan(device: Device, adapters: AdapterKind, asLines = false): Promise<number> {
  const network = await readNetwork(device, []);
  const { wanted, lines, state } = wantedNow(device, network);
  const text = wanted === undefined
    ? "no configuration: nothing to do\n"
    : await planNow(device, wanted, network, adapters);
  if (!asLines) {
    writeText(Deno.stdout, text);
    return 0;
  }
  const plan: TraceLine = {
    time: goTime(device.clock.now()),
    event: "plan",
    about: { plan: text.trimEnd().split("\n") },
    ...selectedOf(state),
    reason: wanted === undefined ? "nothing to do" : "what apply would run",
    effects: [],
  };
  for (const line of [...lines, plan]) printLine(JSON.stringify(line));
  return 0;
}

interface FirstWish {
  /** `undefined` without a configuration. */
  readonly wanted: Wanted | undefined;
  readonly lines: readonly TraceLine[];
  readonly state: VerifyState;
}

/** What the first verification would ask for. */
function wantedNow(device: Device, network: Network): FirstWish {
  const map = readTopic(device, topics.zedagent.ConfigItemValueMap).get("global");
  const settings = settingsOf({
    map,
    int: (key) => intItem(map, key),
    bool: (key) => boolItem(map, key),
    triState: (key) => triStateItem(map, key),
  });
  const rules: Rules = { limits: defaultLimits, defaults: settings, isObserving: false, assembleStatus };
  const now = { ms: device.clock.monotonic(), time: goTime(device.clock.now()) };
  const stored = readTopic(device, topics.nim.DevicePortConfigList).get("global");
  const found = findConfigs(device);
  const { state } = initialState(stored ?? goDevicePortConfigList.zero(), expectsBootstrap(device, found));
  const effects: VerifyEffect[] = [];
  const lines: TraceLine[] = [];
  const last = eventsNow(device, network, { kind: "settings", settings }).reduce((before, event) => {
    const decided = decide(before, event, now, rules);
    effects.push(...decided.effects);
    lines.push(...traceLines(event, decided, now.time));
    return decided.state;
  }, state);
  const wanted = effects.flatMap((effect) => effect.kind === "apply" ? [effect.wanted] : [])
    .findLast(({ ports }) => ports.length > 0);
  return { wanted, lines, state: last };
}

function eventsNow(device: Device, network: Network, settings: VerifyEvent): readonly VerifyEvent[] {
  const adapters = [...readTopic(device, topics.domainmgr.AssignableAdapters).values()];
  const published = [topics.global, topics.monitor, topics.zedagent].flatMap(({ DevicePortConfig }) =>
    [...readTopic(device, DevicePortConfig)].map(([key, dpc]) =>
      sanitize(dpc, { key, hasFile: (name) => hasConfigFile(device, name) })
    )
  );
  const files = readOverrideFiles(device, findConfigs(device)).values();
  return [
    { kind: "network", network },
    ...adapters.map((value): VerifyEvent => ({ kind: "adapters", adapters: value })),
    ...[...files, ...published].map((dpc): VerifyEvent => ({ kind: "dpc", dpc })),
    settings,
  ];
}
