/** The settings of the lab: nim's own defaults, but for the time of one request, which is not scaled. */
import {
  ConfigItemType,
  type ConfigItemValueMap,
  goConfigItemValue,
  goConfigItemValueMap,
  TriState,
} from "../../../services/topics/mod.ts";

const requestSeconds = 3;

/** @param more numbers are times in seconds, `true` and `false` tri-states, text stays text */
export function labItems(more: Readonly<Record<string, number | boolean | string>>): ConfigItemValueMap {
  const all = { "timer.port.timeout": requestSeconds, ...more };
  const GlobalSettings = Object.fromEntries(
    Object.entries(all).map(([Key, value]) => [Key, itemOf(Key, value)]),
  );
  return goConfigItemValueMap.make({ GlobalSettings, AgentSettings: {} });
}

function itemOf(Key: string, value: number | boolean | string) {
  if (typeof value === "number") {
    return goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeInt, IntValue: value });
  }
  if (typeof value === "string") {
    return goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeString, StrValue: value });
  }
  const TriStateValue = value ? TriState.TS_ENABLED : TriState.TS_DISABLED;
  return goConfigItemValue.make({ Key, ItemType: ConfigItemType.ConfigItemTypeTriState, TriStateValue });
}
