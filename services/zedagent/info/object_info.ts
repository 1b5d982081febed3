/** What a type of object must say of itself to be reported: one of these in a file of its own for each (`spec/zedagent.md §14.2`). */
import type { info } from "../../../proto/device.ts";
import type { Topic } from "../../pubsub/mod.ts";
import type { AppDiskMetric, IoBundle, NetworkInstanceStatus } from "../../topics/mod.ts";
import type { EventItemType } from "../deferred/event_queue.ts";

/** Objects of other types that a message tells of; what nobody publishes is absent. */
export interface OtherObjects {
  readonly devUUID: string;
  networkInstance(uuid: string): NetworkInstanceStatus | undefined;
  ioBundles(): readonly IoBundle[];
  /** @param path of a file, as in `FileLocation` */
  appDisk(path: string): AppDiskMetric | undefined;
}

/** Topics behind {@linkcode OtherObjects}. */
export type OtherTopic = "NetworkInstanceStatus" | "AssignableAdapters" | "AppDiskMetric";

/** The part of a `ZInfoMsg` that is the object's own. */
export type InfoContent = Omit<info.IZInfoMsg, "ztype" | "devId" | "atTimeStamp">;

/** One type of object; pure. */
export interface ObjectInfo<T> {
  readonly itemType: EventItemType;
  readonly ztype: info.ZInfoTypes;
  readonly topic: Topic<T>;
  /** What names the object in its messages; the key of its entry where this is absent. */
  idOf?(key: string): string;
  /** Key in the event queue; the id where this is absent (`spec/controllerconn.md §14.1`). */
  queueKey?(id: string): string;
  /** Of several entries with one id the highest is reported. */
  rank?(value: T): number;
  /** New entries of these are a reason to look at all objects of this type again. */
  readonly dependsOn?: readonly OtherTopic[];
  /** Absent: true. */
  readonly bailOnHTTPErr?: boolean;
  /** `undefined`: this object is not reported. */
  content(id: string, value: T, others: OtherObjects): InfoContent | undefined;
  /** What tells that the object is gone; `undefined`: nothing does. */
  gone(id: string, last: T): InfoContent | undefined;
}
