/** Names of netdump archives, and which of them are too many (`spec/controllerconn.md §12.3`). Pure. */

/** What an archive is about: who asked for what, and how it went. */
export type NetdumpTopic =
  | "nim-ok"
  | "nim-fail"
  | "zedagent-config-ok"
  | "zedagent-config-fail"
  | "zedagent-info-ok"
  | "zedagent-info-fail";

const ENDING = ".tgz";

/** `TOPIC-YYYY-MM-DDTHH-MM-SS` in UTC: the archive without its ending, and the folder inside it. @param ms since 1970 */
export function dumpName(topic: NetdumpTopic, ms: number): string {
  return `${topic}-${new Date(ms).toISOString().slice(0, 19).replaceAll(":", "-")}`;
}

/** The same with `.tgz`. */
export function dumpFileName(topic: NetdumpTopic, ms: number): string {
  return `${dumpName(topic, ms)}${ENDING}`;
}

/** When an archive was made, in milliseconds since 1970; undefined for what is none of this topic. */
export function dumpTime(fileName: string, topic: NetdumpTopic): number | undefined {
  if (!fileName.startsWith(`${topic}-`)) return undefined;
  const rest = fileName.slice(topic.length + 1);
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)\.tgz$/.exec(rest);
  if (match === null) return undefined;
  const [, date, hours, minutes, seconds] = match;
  const ms = Date.parse(`${date}T${hours}:${minutes}:${seconds}Z`);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * The archives of a topic that have to go, oldest name first.
 * @param newest the one just written, which stays even if the clock says that it is the oldest
 */
export function tooMany(
  fileNames: readonly string[],
  topic: NetdumpTopic,
  maxCount: number,
  newest: string,
): string[] {
  const all = fileNames.filter((name) => dumpTime(name, topic) !== undefined).sort();
  const excess = Math.max(0, all.length - Math.max(1, maxCount));
  return all.filter((name) => name !== newest).slice(0, excess);
}
