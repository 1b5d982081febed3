/** The types of objects that are reported by themselves, each with its topic followed (`spec/zedagent.md §14.2`). */
import type { info } from "../../../proto/device.ts";
import type { Device } from "../../agent/mod.ts";
import type { EventItemType } from "../deferred/event_queue.ts";
import { appInfo } from "./app_info.ts";
import { appMetadataInfo } from "./app_metadata_info.ts";
import { blobInfo } from "./blob_info.ts";
import { contentTreeInfo } from "./content_tree_info.ts";
import { edgeviewInfo } from "./edgeview_info.ts";
import { kubeUpdateInfo } from "./kube_update_info.ts";
import { networkInstanceInfo } from "./network_instance_info.ts";
import type { InfoContent, ObjectInfo, OtherObjects, OtherTopic } from "./object_info.ts";
import { patchEnvelopeInfo } from "./patch_envelope_info.ts";
import { volumeInfo } from "./volume_info.ts";

/** What can be told of the objects of one type now. */
export interface FollowedObjects {
  readonly itemType: EventItemType;
  readonly ztype: info.ZInfoTypes;
  readonly bailOnHTTPErr: boolean;
  readonly dependsOn: readonly OtherTopic[];
  /** Of all that are there. */
  ids(): string[];
  queueKey(id: string): string;
  /** `gone`: there is no such object any more. `undefined`: it is not reported. */
  report(
    id: string,
    others: OtherObjects,
  ): { readonly content: InfoContent; readonly gone: boolean } | undefined;
  /** An object that is gone, and known to be. */
  forget(id: string): void;
  /** Starts; what is there is told of as changed. */
  activate(): void;
}

type Follow = (device: Device, changed: (id: string) => void) => FollowedObjects;

/** In the order in which they are reported. */
export const objectInfos: readonly Follow[] = [
  following(appInfo),
  following(networkInstanceInfo),
  following(volumeInfo),
  following(contentTreeInfo),
  following(blobInfo),
  following(appMetadataInfo),
  following(edgeviewInfo),
  following(patchEnvelopeInfo),
  following(kubeUpdateInfo),
];

function following<T>(type: ObjectInfo<T>): Follow {
  return (device, changed) => follow(type, device, changed);
}

/** Follows one topic until the device ends. */
export function follow<T>(
  type: ObjectInfo<T>,
  device: Device,
  changed: (id: string) => void,
): FollowedObjects {
  const idOf = type.idOf ?? ((key: string) => key);
  const entries = new Map<string, Map<string, T>>();
  const lastOf = new Map<string, T>();

  const put = (key: string, value: T) => {
    const id = idOf(key);
    const ofId = entries.get(id) ?? new Map<string, T>();
    entries.set(id, ofId.set(key, value));
    lastOf.delete(id);
    changed(id);
  };
  const subscription = device.bus.subscription(type.topic, {
    create: put,
    modify: put,
    delete(key, old) {
      const id = idOf(key);
      const ofId = entries.get(id);
      ofId?.delete(key);
      if (ofId?.size === 0) {
        entries.delete(id);
        lastOf.set(id, old);
      }
      changed(id);
    },
  });
  const current = (id: string): T | undefined => {
    const values = [...entries.get(id)?.values() ?? []];
    const { rank } = type;
    return rank === undefined ? values[0] : values.sort((a, b) => rank(b) - rank(a))[0];
  };
  return {
    itemType: type.itemType,
    ztype: type.ztype,
    bailOnHTTPErr: type.bailOnHTTPErr ?? true,
    dependsOn: type.dependsOn ?? [],
    ids: () => [...entries.keys()],
    queueKey: (id) => type.queueKey?.(id) ?? id,
    report(id, others) {
      const value = current(id);
      const last = lastOf.get(id);
      const content = value !== undefined
        ? type.content(id, value, others)
        : last === undefined
        ? undefined
        : type.gone(id, last);
      return content === undefined ? undefined : { content, gone: value === undefined };
    },
    forget: (id) => void lastOf.delete(id),
    activate: () => subscription.activate(),
  };
}
