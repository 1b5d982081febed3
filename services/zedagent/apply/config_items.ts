/** The owner of `ConfigItemValueMap`: the settings in force, what became of each item, and their publication (`spec/zedagent.md §7.1`). */
import type { config } from "../../../proto/device.ts";
import { type Device, errorText } from "../../agent/mod.ts";
import type { Publication } from "../../pubsub/mod.ts";
import { type ConfigItemValueMap, defaultConfigItems, goConfigItemValueMap } from "../../topics/mod.ts";
import type { ConfigItemState } from "../parts.ts";
import { applyConfigItems } from "../sections/config_items.ts";

/** See {@linkcode openConfigItems}. */
export interface ConfigItemsOwner {
  readonly map: ConfigItemValueMap;
  /** Of the last configuration, by key. */
  readonly status: ReadonlyMap<string, ConfigItemState>;
  /**
   * Puts the items of a configuration in force and publishes them, once publishing has begun.
   * @param access see `applyConfigItems`
   */
  apply(items: readonly config.ConfigItem[], access: boolean): void;
  /** Publishes once more what could not be published. */
  retry(): void;
  /** Takes a map as it is (`spec/zedagent.md §3.2`). */
  seed(map: ConfigItemValueMap): void;
  /** Publishes from now on. @throws {PubsubError} if the first publication fails */
  beginPublishing(): void;
}

/** @param changed after the map in force has changed; told the old one */
export function openConfigItems(
  device: Device,
  publication: Publication<ConfigItemValueMap>,
  changed: (old: ConfigItemValueMap) => void,
): ConfigItemsOwner {
  let map = defaultConfigItems();
  let status: ReadonlyMap<string, ConfigItemState> = new Map();
  let publishing = false;
  let published = true;

  const publish = () => {
    if (!publishing) return;
    try {
      publication.publish("global", map);
      published = true;
    } catch (error) {
      published = false;
      device.log.error(
        `ConfigItemValueMap can't be published: ${
          errorText(error)
        }; trying again with the next answer of the controller`,
      );
    }
  };
  const retry = () => {
    if (!published) publish();
  };
  const activate = (next: ConfigItemValueMap) => {
    const old = map;
    if (goConfigItemValueMap.equal(old, next)) return retry();
    map = next;
    publish();
    changed(old);
  };
  return {
    get map() {
      return map;
    },
    get status() {
      return status;
    },
    apply(items, access) {
      const applied = applyConfigItems(items, access, map);
      for (const [key, state] of applied.status) {
        if (state.error !== "" && status.get(key)?.error !== state.error) {
          device.log.error(`config item ${JSON.stringify(key.slice(0, 100))}: ${state.error}`);
        }
      }
      status = applied.status;
      activate(applied.map);
    },
    retry,
    seed: activate,
    beginPublishing() {
      publication.publish("global", map);
      publishing = true;
    },
  };
}
