/** The older seeds of settings: `GlobalConfig/global.json`, else `authorized_keys` (`spec/zedagent.md §3.2`). Pure. */
import {
  ConfigItemType,
  type ConfigItemValue,
  type ConfigItemValueMap,
  goConfigItemValue,
  isConfigItemKey,
  itemText,
  parseItemValue,
  topics,
} from "../../topics/mod.ts";

/** The new map, and what of the file was not taken over. */
export interface SeededItems {
  readonly map: ConfigItemValueMap;
  readonly reports: readonly string[];
}

/**
 * Puts the entries of the file on top of the map. An entry that is unknown, or that a controller could not set either, is left
 * out (W12).
 * @throws {TypeError} if the text is no such JSON
 */
export function globalConfigItems(text: string, onto: ConfigItemValueMap): SeededItems {
  const file = topics.zedagent.ConfigItemValueMap.codec.decode(text);
  const reports: string[] = [];
  const global: Record<string, ConfigItemValue> = { ...onto.GlobalSettings };
  for (const [key, item] of Object.entries(file.GlobalSettings)) {
    const parsed = isConfigItemKey(key)
      ? parseItemValue(key, itemText(item))
      : { error: `unknown config item ${key}` };
    if ("error" in parsed) reports.push(parsed.error);
    else if (parsed.value.ItemType !== item.ItemType) {
      reports.push(`${key}: type ${item.ItemType} is not its own`);
    } else global[key] = parsed.value;
  }
  return {
    map: { GlobalSettings: global, AgentSettings: { ...onto.AgentSettings, ...file.AgentSettings } },
    reports,
  };
}

/** The keys of the file become `debug.enable.ssh`; blank lines and comments are dropped. */
export function authorizedKeysItems(text: string, onto: ConfigItemValueMap): ConfigItemValueMap {
  const keys = text.split("\n").map((line) => line.trim()).filter((line) =>
    line !== "" && !line.startsWith("#")
  );
  const item = goConfigItemValue.make({
    Key: "debug.enable.ssh",
    ItemType: ConfigItemType.ConfigItemTypeString,
    StrValue: keys.join("\n"),
  });
  return { ...onto, GlobalSettings: { ...onto.GlobalSettings, "debug.enable.ssh": item } };
}
