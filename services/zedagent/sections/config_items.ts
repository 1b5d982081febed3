/** `configItems` → `ConfigItemValueMap`, and for each item what became of it (`spec/zedagent.md §7.1`). */
import type { config } from "../../../proto/device.ts";
import {
  boolValue,
  type ConfigItemValue,
  type ConfigItemValueMap,
  defaultConfigItems,
  isAgentSettingKey,
  isConfigItemKey,
  itemText,
  parseAgentItemKey,
  parseAgentItemValue,
  parseItemValue,
} from "../../topics/mod.ts";
import type { ConfigItemState } from "../parts.ts";

/** The new map and one state per processed key. */
export interface AppliedConfigItems {
  readonly map: ConfigItemValueMap;
  readonly status: ReadonlyMap<string, ConfigItemState>;
}

/** Console access that a controller has to name to keep it. */
const accessKeys = ["debug.enable.usb", "debug.enable.vga", "debug.enable.console"] as const;

/**
 * Starts from the defaults and puts the items on top; an item that can't be used keeps its active value.
 * @param access value of usb, vga and console where no item names them: false for what a controller sent, else true
 * @param active the map that holds now
 */
export function applyConfigItems(
  items: readonly Pick<config.ConfigItem, "key" | "value">[],
  access: boolean,
  active: ConfigItemValueMap,
): AppliedConfigItems {
  const global = new Map(Object.entries(defaultConfigItems().GlobalSettings));
  for (const key of accessKeys) global.set(key, boolValue(key, access));
  const agents = new Map<string, Map<string, ConfigItemValue>>();
  const status = new Map<string, ConfigItemState>();

  for (const { key, value } of items) {
    if (isConfigItemKey(key)) {
      const parsed = parseItemValue(key, value);
      const item = "value" in parsed ? parsed.value : active.GlobalSettings[key] ?? global.get(key);
      if (item !== undefined) global.set(key, item);
      status.set(key, {
        value: item === undefined ? "" : itemText(item),
        error: "error" in parsed ? parsed.error : "",
        unknown: false,
      });
      continue;
    }
    const target = parseAgentItemKey(key);
    const parsed = target === undefined
      ? { error: `unknown config item ${JSON.stringify(key.slice(0, 100))}; it is ignored` }
      : parseAgentItemValue(target.setting, value);
    const previous = target === undefined
      ? undefined
      : ownValue(ownValue(active.AgentSettings, target.agent), target.setting);
    const item = "value" in parsed ? parsed.value : previous;
    if (target !== undefined && item !== undefined) {
      const settings = agents.get(target.agent) ?? new Map<string, ConfigItemValue>();
      agents.set(target.agent, settings.set(target.setting, item));
    }
    const known = "value" in parsed || item !== undefined;
    status.set(key, {
      value: item === undefined ? value : itemText(item),
      error: "error" in parsed ? parsed.error : "",
      unknown: !known && !(target !== undefined && isAgentSettingKey(target.setting)),
    });
  }
  return {
    map: {
      GlobalSettings: Object.fromEntries(global),
      AgentSettings: Object.fromEntries(
        [...agents].map(([agent, settings]) => [agent, Object.fromEntries(settings)]),
      ),
    },
    status,
  };
}

function ownValue<T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
