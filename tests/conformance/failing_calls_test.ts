/** A publisher of which every system call on a file fails at some time: it says so, and memory and files agree when it works again. */
import { assert, assertEquals } from "@std/assert";
import { topicDirectory } from "../../services/pubsub/mod.ts";
import { startScript } from "../site/child.ts";
import { makeRoot } from "./kill_points/kill_at.ts";
import { jsonOf, type Kind, kinds, restoredKey, seenAfter, steps, topicsOf } from "./kill_points/play.ts";
import { attach } from "./kill_points/strace.ts";

/** Calls as strace names them, and the error. */
const failures = [
  ["openat", "EIO"],
  ["openat", "EMFILE"],
  ["write", "ENOSPC"],
  ["fsync", "EIO"],
  ["/^rename", "EIO"],
  ["/^unlink", "EROFS"],
  ["ftruncate", "EIO"],
  ["flock", "EIO"],
  ["utimensat", "EPERM"],
  ["/^statx$|^l?stat$|^newfstatat$", "EIO"],
] as const;

/** Those without which nothing can be read. */
const reading: readonly string[] = ["openat", "/^statx$|^l?stat$|^newfstatat$"];

/** Every fifth call fails, beginning with each of the first five. */
const PERIOD = 5;
/** More calls of one name than a publication makes while it opens. */
const CALLS_TO_OPEN = 12;

for (const [calls, errno] of failures) {
  Deno.test(`${calls} fails with ${errno}: each call throws an error of the bus or works, and what memory says is what the files hold`, async () => {
    let thrown = 0;
    for (let first = 1; first <= PERIOD; first++) {
      const root = await makeRoot();
      try {
        const lines = await play(root, `inject=${calls}:error=${errno}:when=${first}+${PERIOD}`);
        const [, times] = /^thrown (\d+)$/.exec(lines.at(-1) ?? "") ?? [];
        assertEquals(lines.slice(1, -1), [], `when=${first}+${PERIOD}`);
        thrown += Number(times);
        const wanted = seenAfter(steps.length);
        for (const kind of kinds) {
          const found = entriesOf(root, kind);
          // What can't be read at the start is left out, and stays as it is.
          const entries = new Map(wanted[kind].entries);
          if (reading.includes(calls) && !found.has(restoredKey)) entries.delete(restoredKey);
          assertEquals(found, entries, `${kind}, when=${first}+${PERIOD}`);
        }
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    }
    // A backup that fails is no error of the call.
    assert(thrown > 0 || calls === "utimensat", "no call failed: nothing was proved");
  });
}

// The first `read` is that of the word to begin.
for (const [call, first] of [["openat", 1], ["read", 2], ["statx", 1]] as const) {
  Deno.test(`${call} fails once while a publication opens: no backup takes the place of what can be read later`, async () => {
    for (let when = first; when <= CALLS_TO_OPEN; when++) {
      const root = await makeRoot();
      const file = `${topicDirectory(root, topicsOf.persistent)}/kept.json`;
      await Deno.writeTextFile(file, jsonOf(2));
      await Deno.writeTextFile(`${file}.bak`, jsonOf(1));
      try {
        const lines = await play(root, `inject=${call}:error=EIO:when=${when}`, "persistent");
        assertEquals([lines.slice(1, -1), await Deno.readTextFile(file)], [[], jsonOf(2)], `when=${when}`);
      } finally {
        await Deno.remove(root, { recursive: true });
      }
    }
  });
}

/** @returns what it said */
async function play(root: string, inject: string, ...only: readonly string[]): Promise<readonly string[]> {
  await using child = startScript("tests/conformance/failing_calls/publisher.ts", root, ...only);
  await child.lineAt(0);
  const strace = await attach(child, ["-o", "/dev/null", "-e", inject]);
  await child.tell("go");
  for (let n = 1; !(await child.lineAt(n)).startsWith("thrown "); n++);
  await child.kill();
  await strace.ended;
  return [...child.lines];
}

function entriesOf(root: string, kind: Kind): Map<string, string> {
  const directory = topicDirectory(root, topicsOf[kind]);
  const names = Array.from(Deno.readDirSync(directory), ({ name }) => name);
  const files = names.filter((name) => name.endsWith(".json"));
  return new Map(files.map((name) => [name.slice(0, -5), Deno.readTextFileSync(`${directory}/${name}`)]));
}
