/** What a topic's directory has now, for runs that only look. */
import type { Device } from "../agent/mod.ts";
import { keyOfFile, listAll, readEntry, type Topic, topicDirectory } from "../pubsub/mod.ts";

/** Key → value; files that can't be read are left out. */
export function readTopic<T>({ paths }: Pick<Device, "paths">, topic: Topic<T>): ReadonlyMap<string, T> {
  const directory = topicDirectory(paths.root, topic);
  const found = new Map<string, T>();
  for (const name of listAll(directory, false)?.files.keys() ?? []) {
    const key = keyOfFile(name);
    const read = readEntry(`${directory}/${name}`, topic.codec);
    if (key !== undefined && read.state === "good") found.set(key, read.value);
  }
  return found;
}
