/** `volumes`, `contentInfo` and `baseos`, passed through to volumemgr and baseosmgr (`spec/zedagent.md §10.4`). */
import type { config } from "../../../proto/device.ts";
import { toBigInt } from "../../../proto/int64.ts";
import {
  type BaseOsConfig,
  type ContentTreeConfig,
  goContentTreeConfig,
  goVolumeConfig,
  type VolumeConfig,
  volumeKey,
} from "../../topics/mod.ts";
import { neededUUID, type Section, section, uuidOrNil } from "./section.ts";

/** By `<uuid>#<generation>`. @param devUUID own UUID, for volumes of other nodes of a cluster */
export function volumes(
  list: readonly config.Volume[],
  apps: readonly config.AppInstanceConfig[],
  devUUID: string,
): Section<VolumeConfig> {
  const referenced = new Set(apps.flatMap((app) => app.volumeRefList.map((ref) => ref.uuid.toLowerCase())));
  return section(list, (volume) => {
    const uuid = neededUUID("volume", volume.uuid);
    const value = goVolumeConfig.make({
      VolumeID: uuid,
      ContentID: uuidOrNil(`content tree of volume ${uuid}`, volume.origin?.downloadContentTreeID ?? ""),
      VolumeContentOriginType: volume.origin?.type ?? 0,
      MaxVolSize: toBigInt(volume.maxsizebytes),
      ReadOnly: volume.readonly,
      GenerationCounter: toBigInt(volume.generationCount),
      Encrypted: !volume.clear_text,
      DisplayName: volume.displayName,
      HasNoAppReferences: !referenced.has(uuid),
      Target: volume.target,
      IsReplicated: isElsewhere(volume.designated_node_id, devUUID),
    });
    return [volumeKey(value), value];
  });
}

/** By UUID. */
export function contentTrees(
  list: readonly config.ContentTree[],
  devUUID: string,
): Section<ContentTreeConfig> {
  return section(list, (tree) => {
    const uuid = neededUUID("content tree", tree.uuid);
    const stores = tree.ds_ids_list.length === 0 && tree.dsId !== "" ? [tree.dsId] : tree.ds_ids_list;
    return [
      uuid,
      goContentTreeConfig.make({
        ContentID: uuid,
        DatastoreIDList: stores.length === 0
          ? null
          : stores.map((id) => neededUUID(`datastore of content tree ${uuid}`, id)),
        RelativeURL: tree.URL,
        Format: tree.iformat,
        ContentSha256: tree.sha256.toLowerCase(),
        MaxDownloadSize: toBigInt(tree.maxSizeBytes),
        GenerationCounter: toBigInt(tree.generation_count),
        DisplayName: tree.displayName,
        CustomMeta: tree.custom_meta_data,
        IsLocal: !isElsewhere(tree.designated_node_id, devUUID),
      }),
    ];
  });
}

/** By content tree UUID; none without `baseos`. */
export function baseOs(baseos: config.BaseOS | null): Section<BaseOsConfig> {
  return section(baseos === null || baseos.content_tree_uuid === "" ? [] : [baseos], (base) => {
    const uuid = neededUUID("content tree of the base OS", base.content_tree_uuid);
    return [uuid, {
      BaseOsVersion: base.base_os_version,
      ContentTreeUUID: uuid,
      RetryUpdateCounter: base.retry_update?.counter ?? 0,
      Activate: base.activate,
    }];
  });
}

function isElsewhere(nodeId: string, devUUID: string): boolean {
  return nodeId !== "" && nodeId.toLowerCase() !== devUUID;
}
