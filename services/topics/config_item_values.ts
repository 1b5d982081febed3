/** Values of settings: defaults, reading them from the map, parsing what a controller sends (`spec/zedagent.md §7.1`). */
import {
  ConfigItemType,
  type ConfigItemValue,
  type ConfigItemValueMap,
  goConfigItemValue,
  TriState,
} from "./config_item_value_map.ts";
import { logLevel } from "./config_item_checks.ts";
import {
  type BoolItemKey,
  type ConfigItemKey,
  configItemKeys,
  type ConfigItemSpec,
  configItemSpec,
  configItemSpecs,
  type IntItemKey,
  isConfigItemKey,
  type StringItemKey,
  type TriStateItemKey,
} from "./config_items.ts";

/** A value, or why there is none: what was expected and what arrived. */
export type ParsedItem = { readonly value: ConfigItemValue } | { readonly error: string };

/** Settings of single agents, with the global setting that holds where an agent has none. */
export const agentSettings = {
  "debug.loglevel": "debug.default.loglevel",
  "debug.remote.loglevel": "debug.default.remote.loglevel",
} as const satisfies Record<string, StringItemKey>;
/** A key of {@linkcode agentSettings}. */
export type AgentSettingKey = keyof typeof agentSettings;

/** The map as it is when nobody has set anything. @param eveMemoryLimitBytes see {@linkcode configItemSpec} */
export function defaultConfigItems(eveMemoryLimitBytes = 0): ConfigItemValueMap {
  const entries = configItemKeys.map((
    key,
  ) => [key, defaultValue(key, configItemSpec(key, eveMemoryLimitBytes))]);
  return { GlobalSettings: Object.fromEntries(entries), AgentSettings: {} };
}

function defaultValue(key: ConfigItemKey, spec: ConfigItemSpec): ConfigItemValue {
  switch (spec.type) {
    case "int":
      return intValue(key, spec.default);
    case "bool":
      return boolValue(key, spec.default);
    case "string":
      return stringValue(key, spec.default);
    case "tristate":
      return triStateValue(key, spec.default);
  }
}

const intValue = (Key: string, IntValue: number) =>
  goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeInt, IntValue });
const stringValue = (Key: string, StrValue: string) =>
  goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeString, StrValue });
const triStateValue = (Key: string, TriStateValue: TriState) =>
  goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeTriState, TriStateValue });

/** A boolean setting. */
export function boolValue(Key: string, BoolValue: boolean): ConfigItemValue {
  return goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeBool, BoolValue });
}

/** The integer that holds now; the default without a map, without the item, or where it has another type. */
export function intItem(map: ConfigItemValueMap | undefined, key: IntItemKey): number {
  const item = find(map, key);
  return item?.ItemType === ConfigItemType.ConfigItemTypeInt ? item.IntValue : configItemSpecs[key].default;
}

/** The boolean that holds now; see {@linkcode intItem}. */
export function boolItem(map: ConfigItemValueMap | undefined, key: BoolItemKey): boolean {
  const item = find(map, key);
  return item?.ItemType === ConfigItemType.ConfigItemTypeBool ? item.BoolValue : configItemSpecs[key].default;
}

/** The three-way value that holds now; see {@linkcode intItem}. */
export function triStateItem(map: ConfigItemValueMap | undefined, key: TriStateItemKey): TriState {
  const item = find(map, key);
  const known = item?.ItemType === ConfigItemType.ConfigItemTypeTriState
    ? Object.values(TriState).find((state) => state === item.TriStateValue)
    : undefined;
  return known ?? configItemSpecs[key].default;
}

/** The text that holds now; see {@linkcode intItem}. */
export function stringItem(map: ConfigItemValueMap | undefined, key: StringItemKey): string {
  const item = find(map, key);
  return item?.ItemType === ConfigItemType.ConfigItemTypeString
    ? item.StrValue
    : configItemSpecs[key].default;
}

/** The agent's own setting, else the global one (`spec/pubsub.md §11`, log level). */
export function agentSetting(
  map: ConfigItemValueMap | undefined,
  agent: string,
  key: AgentSettingKey,
): string {
  const own = map !== undefined && Object.hasOwn(map.AgentSettings, agent)
    ? map.AgentSettings[agent]
    : undefined;
  const item = own !== undefined && Object.hasOwn(own, key) ? own[key] : undefined;
  return item?.ItemType === ConfigItemType.ConfigItemTypeString
    ? item.StrValue
    : stringItem(map, agentSettings[key]);
}

function find(map: ConfigItemValueMap | undefined, key: ConfigItemKey): ConfigItemValue | undefined {
  return map !== undefined && Object.hasOwn(map.GlobalSettings, key) ? map.GlobalSettings[key] : undefined;
}

/** @param eveMemoryLimitBytes see {@linkcode configItemSpec} */
export function parseItemValue(key: string, text: string, eveMemoryLimitBytes = 0): ParsedItem {
  if (!isConfigItemKey(key)) return { error: `unknown config item ${key}` };
  const spec = configItemSpec(key, eveMemoryLimitBytes);
  switch (spec.type) {
    case "int": {
      const value = /^[0-9]+$/.test(text) ? Number(text) : NaN;
      return value >= spec.min && value <= spec.max
        ? { value: intValue(key, value) }
        : wrong(key, `a number from ${spec.min} to ${spec.max}`, text);
    }
    case "bool": {
      const value = parseBool(text);
      return value === undefined ? wrong(key, "true or false", text) : { value: boolValue(key, value) };
    }
    case "tristate": {
      const value = parseTriState(text);
      return value === undefined
        ? wrong(key, "none, enabled or disabled", text)
        : { value: triStateValue(key, value) };
    }
    case "string": {
      const expected = spec.check(text);
      return expected === undefined ? { value: stringValue(key, text) } : wrong(key, expected, text);
    }
  }
}

function parseBool(text: string): boolean | undefined {
  if (["1", "t", "T", "TRUE", "true", "True"].includes(text)) return true;
  return ["0", "f", "F", "FALSE", "false", "False"].includes(text) ? false : undefined;
}

function parseTriState(text: string): TriState | undefined {
  if (text === "none") return TriState.TS_NONE;
  if (["enabled", "enable", "on"].includes(text)) return TriState.TS_ENABLED;
  return ["disabled", "disable", "off"].includes(text) ? TriState.TS_DISABLED : undefined;
}

function wrong(key: string, expected: string, text: string): ParsedItem {
  return { error: `${key}: expected ${expected}, got ${JSON.stringify(text.slice(0, 100))}` };
}

/** Agent and setting that an item key names: `agent.<agent>.<setting>`, or the older `debug.<agent>.<rest>`. */
export function parseAgentItemKey(
  key: string,
): { readonly agent: string; readonly setting: string } | undefined {
  const now = /^agent\.([0-9A-Za-z_]+)\.([0-9A-Za-z_.]+)$/.exec(key);
  if (now !== null) return { agent: now[1] ?? "", setting: now[2] ?? "" };
  const old = /^debug\.([0-9A-Za-z_]+)\.([0-9A-Za-z_.]+)$/.exec(key);
  return old === null ? undefined : { agent: old[1] ?? "", setting: `debug.${old[2] ?? ""}` };
}

/** True for a setting that single agents can have. */
export function isAgentSettingKey(setting: string): setting is AgentSettingKey {
  return Object.hasOwn(agentSettings, setting);
}

/** The value of an agent's setting. */
export function parseAgentItemValue(setting: string, text: string): ParsedItem {
  if (!isAgentSettingKey(setting)) return { error: `unknown agent setting ${setting}` };
  const expected = logLevel(text);
  return expected === undefined ? { value: stringValue(setting, text) } : wrong(setting, expected, text);
}

/** The value as text, as it goes into `ZInfoDevice.configItemStatus`. */
export function itemText(item: ConfigItemValue): string {
  switch (item.ItemType) {
    case ConfigItemType.ConfigItemTypeInt:
      return String(item.IntValue);
    case ConfigItemType.ConfigItemTypeBool:
      return String(item.BoolValue);
    case ConfigItemType.ConfigItemTypeString:
      return item.StrValue;
    case ConfigItemType.ConfigItemTypeTriState:
      return ["none", "disabled", "enabled"][item.TriStateValue] ?? `UnknownTriState(${item.TriStateValue})`;
    default:
      return `UnknownType(${item.ItemType})`;
  }
}
