/** Whether files were touched: for tests of what must not be written again. */

/** Path below `folder` → inode and time of the last change, for every file whose path `isCounted`. */
export function fileStates(
  folder: string,
  isCounted: (path: string) => boolean = () => true,
): Readonly<Record<string, string>> {
  const states: Record<string, string> = {};
  const look = (below: string) => {
    for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${below}`)) {
      const path = `${below}${name}`;
      if (isDirectory) {
        look(`${path}/`);
      } else if (isCounted(path)) {
        const { ino, mtime, ctime } = Deno.statSync(`${folder}/${path}`);
        states[path] = `${ino} ${mtime?.getTime()} ${ctime?.getTime()}`;
      }
    }
  };
  look("");
  return states;
}

/** Topics below `/run/zedagent` that change while nothing is configured: counters, attestation, the state of the fetch. */
const restless = [
  "AttestNonce",
  "ConfigSections",
  "DeferredQueueMetrics",
  "MetricsMap",
  "TrafficCounters",
  "ZedAgentStatus",
];

/** What a configuration is published as. @param root of the device */
export function configTopics(root: string): Readonly<Record<string, string>> {
  return fileStates(`${root}/run/zedagent`, (path) => !restless.includes(path.split("/")[0] ?? ""));
}
