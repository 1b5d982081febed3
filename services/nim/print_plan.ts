/** `--network plan`: what `apply` would run now, and nothing done (`spec/nim.md §16`). */
import type { Device } from "../agent/mod.ts";
import { keyOfFile, listAll, readEntry, type Topic, topicDirectory } from "../pubsub/mod.ts";
import { boolItem, goDevicePortConfigList, goTime, intItem, topics, triStateItem } from "../topics/mod.ts";
import { planNow } from "./apply/plan_now.ts";
import type { AdapterKind } from "./apply/targets.ts";
import { expectsBootstrap, findConfigs, hasConfigFile, readOverrideFiles } from "./config_files.ts";
import { sanitize } from "./dpc/sanitize.ts";
import { readNetwork } from "./observe/network.ts";
import type { Network, Wanted } from "./parts.ts";
import { settingsOf } from "./settings.ts";
import { assembleStatus } from "./status/assemble.ts";
import { decide } from "./verify/decide.ts";
import type { VerifyEffect, VerifyEvent } from "./verify/events.ts";
import { defaultLimits, type Rules } from "./verify/rules.ts";
import { initialState } from "./verify/state.ts";

/**
 * Reads what is published and what Linux has, asks the decider which configuration comes first, and prints the
 * difference to it. Publishes and changes nothing.
 * @returns 0
 * @throws {Error} when links can't be read, naming the command
 */
export async function printPlan(device: Device, adapters: AdapterKind): Promise<number> {
  const network = await readNetwork(device, []);
  const wanted = wantedNow(device, network);
  if (wanted === undefined) {
    print("no configuration: nothing to do\n");
    return 0;
  }
  print(await planNow(device, wanted, network, { adapters, logQueries: false }));
  return 0;
}

/** What the first verification would ask for; `undefined` without a configuration. */
function wantedNow(device: Device, network: Network): Wanted | undefined {
  const map = entriesOf(device, topics.zedagent.ConfigItemValueMap).get("global");
  const settings = settingsOf({
    int: (key) => intItem(map, key),
    bool: (key) => boolItem(map, key),
    triState: (key) => triStateItem(map, key),
  });
  const rules: Rules = { limits: defaultLimits, defaults: settings, isObserving: false, assembleStatus };
  const now = { ms: device.clock.monotonic(), time: goTime(device.clock.now()) };
  const stored = entriesOf(device, topics.nim.DevicePortConfigList).get("global");
  const found = findConfigs(device);
  const { state } = initialState(stored ?? goDevicePortConfigList.zero(), expectsBootstrap(device, found));
  const effects: VerifyEffect[] = [];
  eventsNow(device, network, { kind: "settings", settings }).reduce((before, event) => {
    const decided = decide(before, event, now, rules);
    effects.push(...decided.effects);
    return decided.state;
  }, state);
  return effects.flatMap((effect) => effect.kind === "apply" ? [effect.wanted] : [])
    .findLast(({ ports }) => ports.length > 0);
}

function eventsNow(device: Device, network: Network, settings: VerifyEvent): readonly VerifyEvent[] {
  const adapters = [...entriesOf(device, topics.domainmgr.AssignableAdapters).values()];
  const published = [topics.global, topics.monitor, topics.zedagent].flatMap(({ DevicePortConfig }) =>
    [...entriesOf(device, DevicePortConfig)].map(([key, dpc]) =>
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

/** What a topic's directory has; bad files are left out. */
function entriesOf<T>(device: Device, topic: Topic<T>): ReadonlyMap<string, T> {
  const directory = topicDirectory(device.paths.root, topic);
  const found = new Map<string, T>();
  for (const name of listAll(directory, false)?.files.keys() ?? []) {
    const key = keyOfFile(name);
    const read = readEntry(`${directory}/${name}`, topic.codec);
    if (key !== undefined && read.state === "good") found.set(key, read.value);
  }
  return found;
}

function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
