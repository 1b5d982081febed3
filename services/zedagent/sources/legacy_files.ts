/** The older seeds of settings: `GlobalConfig/global.json`, else `authorized_keys` (`spec/zedagent.md §3.2`). Pure. */
import {
  ConfigItemType,
  type ConfigItemValue,
  type ConfigItemValueMap,
  goConfigItemValue,
  isConfigItemKey,
  itemText,
  parseAgentItemValue,
  type ParsedItem,
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
  const checked = (items: Readonly<Record<string, ConfigItemValue>>, parse: typeof parseGlobal) =>
    Object.fromEntries(
      Object.entries(items).flatMap(([key, item]) => {
        const parsed = parse(key, itemText(item));
        if ("error" in parsed) reports.push(parsed.error);
        else if (parsed.value.ItemType === item.ItemType) return [[key, parsed.value]];
        else reports.push(`${key}: type ${item.ItemType} is not its own`);
        return [];
      }),
    );
  const agents = Object.entries(file.AgentSettings)
    .map(([agent, settings]) => [agent, checked(settings, parseAgentItemValue)] as const)
    .filter(([, settings]) => Object.keys(settings).length > 0);
  return {
    map: {
      GlobalSettings: { ...onto.GlobalSettings, ...checked(file.GlobalSettings, parseGlobal) },
      AgentSettings: { ...onto.AgentSettings, ...Object.fromEntries(agents) },
    },
    reports,
  };
}

function parseGlobal(key: string, text: string): ParsedItem {
  return isConfigItemKey(key) ? parseItemValue(key, text) : { error: `unknown config item ${key}` };
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
