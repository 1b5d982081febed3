/** `zedagent/ConfigItemValueMap`: all settings of the device, "GlobalConfig" (`spec/zedagent.md §7.2`). Key `global`. */
import { goMap } from "./go_containers.ts";
import { goBool, goString, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

/** One setting; only the value that `ItemType` names counts. */
export const goConfigItemValue = goStruct({
  Key: goString,
  ItemType: goUint8,
  IntValue: goUint32,
  StrValue: goString,
  BoolValue: goBool,
  TriStateValue: goUint8,
});
/** See {@linkcode goConfigItemValue}. */
export type ConfigItemValue = GoValue<typeof goConfigItemValue>;

/** Global settings by key; settings of single agents by agent and key. */
export const goConfigItemValueMap = goStruct({
  GlobalSettings: goMap(goConfigItemValue),
  AgentSettings: goMap(goMap(goConfigItemValue)),
});
/** See {@linkcode goConfigItemValueMap}. */
export type ConfigItemValueMap = GoValue<typeof goConfigItemValueMap>;

/** `ConfigItemValue.ItemType` */
export const ConfigItemType = {
  ConfigItemTypeInt: 1,
  ConfigItemTypeBool: 2,
  ConfigItemTypeString: 3,
  ConfigItemTypeTriState: 4,
} as const;

/** `ConfigItemValue.TriStateValue` */
export const TriState = { TS_NONE: 0, TS_DISABLED: 1, TS_ENABLED: 2 } as const;
/** One of the numbers of {@linkcode TriState}. */
export type TriState = (typeof TriState)[keyof typeof TriState];
