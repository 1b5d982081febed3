/**
 * The settings that hold now, and the log level that follows them (`spec/zedagent.md §7`, `spec/pubsub.md
 * §11`).
 */
import {
  agentSetting,
  boolItem,
  type BoolItemKey,
  type ConfigItemValueMap,
  intItem,
  type IntItemKey,
  stringItem,
  type StringItemKey,
  topics,
  TriState,
  triStateItem,
  type TriStateItemKey,
} from "../topics/mod.ts";
import { setLogLevel } from "./agent_log.ts";
import type { Device } from "./device.ts";
import { parseLogLevel } from "./log_levels.ts";

/**
 * Asks for single settings; each is the default until zedagent has published the map, and where the map lacks
 * it.
 */
export interface ConfigItems {
  /**
   * `zedagent/ConfigItemValueMap`, key `global`; `undefined` before it was published and after it was deleted.
   */
  readonly map: ConfigItemValueMap | undefined;
  int(key: IntItemKey): number;
  bool(key: BoolItemKey): boolean;
  text(key: StringItemKey): string;
  triState(key: TriStateItemKey): TriState;
}

/**
 * Subscribes to the settings until the device ends; the agent's log level follows them, `info` where there
 * are none.
 * @param changed called after each change, the first map and a deletion included
 * @param synchronized called once when zedagent's first word has been read, also if there was no map in it
 */
export function followConfigItems(
  device: Device,
  changed: (items: ConfigItems) => void = () => {},
  synchronized: () => void = () => {},
): ConfigItems {
  const apply = (key: string) => {
    if (key !== "global") return;
    followLogLevel(device, items.map);
    changed(items);
  };
  const subscription = device.bus.subscription(topics.zedagent.ConfigItemValueMap, {
    create: apply,
    modify: apply,
    delete: apply,
    sync: synchronized,
  });
  const items: ConfigItems = {
    get map() {
      return subscription.get("global");
    },
    int: (key) => intItem(items.map, key),
    bool: (key) => boolItem(items.map, key),
    text: (key) => stringItem(items.map, key),
    triState: (key) => triStateItem(items.map, key),
  };
  subscription.activate();
  return items;
}

function followLogLevel(device: Device, map: ConfigItemValueMap | undefined): void {
  const text = agentSetting(map, device.agent, "debug.loglevel");
  const level = parseLogLevel(text);
  if (level === undefined) {
    device.log.warn(
      `log level ${JSON.stringify(text)} is none of EVE's (none, all, panic ... trace); the old one stays`,
    );
  } else {
    setLogLevel(device.log, level);
  }
}
