/**
 * EVE's pubsub over directories: publishing writes `/run/<agent>/<topic>/<key>.json`, subscribing watches it.
 * `openBus(options)` is the way in (`docs/spec/pubsub.md`, design.md "The bus is files").
 * @module
 */
export * from "./atomic_file.ts";
export * from "./bus.ts";
export { DirectoryWatch } from "./directory_watch.ts";
export type { DirectoryListener } from "./directory_watch.ts";
export * from "./entry_file.ts";
export * from "./error.ts";
export { folderChange } from "./folder_change.ts";
export type { FolderListener, FollowFolder } from "./folder_events.ts";
export * from "./large_fields.ts";
export { listAll, readRestarted } from "./listing.ts";
export { openBus } from "./open_bus.ts";
export { type Owner, parseOwner, readOwner } from "./owner_lock.ts";
export * from "./paths.ts";
export * from "./socket_plan.ts";
export { textCodec } from "./text_codec.ts";
export * from "./topic.ts";
export * from "./wire_size.ts";
