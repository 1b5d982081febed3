/** FIFOs that nobody writes to, beside the folders of the agents (`/run/diag.pipe`) or in one: Deno would wait in them (docs/deno.md). */
import { assertEquals, assertMatch } from "@std/assert";
import { withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import { startFollower } from "./follower.ts";

const TOPICS = 3;

async function shell(script: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  assertEquals(success, true, new TextDecoder().decode(stderr));
}

/** What happens in `/run` while a process waits for folders below it; `$1` is `/run`. */
const events: Readonly<Record<string, string>> = {
  "is there from the start, and touched": "touch $1/diag.pipe",
  "is there from the start, and its writer ends":
    "cat $1/diag.pipe >/dev/null & echo screen >$1/diag.pipe; wait",
  "comes later": "mkfifo $1/diag.screen",
  "is renamed into place": "mkfifo $1/diag.new; mv $1/diag.new $1/diag.screen",
};

for (const [what, script] of Object.entries(events)) {
  Deno.test(`[pubsub#23] a FIFO in /run ${what}: missing folders below /run are found, and all of them followed`, () =>
    withBus(async ({ root, bus }) => {
      const run = `${root}/run`;
      await shell(`mkdir ${run} && mkfifo ${run}/diag.pipe`);
      await using follower = await startFollower(root, { topics: TOPICS });
      await follower.order("follow");
      await shell(`set -- ${run}; ${script}`);
      const publications = Array.from(
        { length: TOPICS },
        (_, n) => bus.publication(readingTopic("meter", { name: `T${n}` })),
      );
      for (let value = 1; value <= 2; value++) {
        for (const [n, publication] of publications.entries()) {
          publication.publish("global", reading(value));
          await follower.untilValue(`T${n}`, "global", value);
        }
        await shell(`chmod 600 ${run}/diag.pipe`);
      }
      assertEquals(follower.reports, []);
    }));
}

Deno.test("a FIFO in a topic's folder: the folder is read each second, that is said once, and events come again without it", () =>
  withBus(async ({ root, bus }) => {
    const folder = `${root}/run/meter/T0`;
    const publication = bus.publication(readingTopic("meter", { name: "T0" }));
    await shell(`mkfifo ${folder}/exec.fifo && ln -s exec.fifo ${folder}/link`);
    await using follower = await startFollower(root);
    await follower.order("follow");
    for (let value = 1; value <= 2; value++) {
      publication.publish("global", reading(value));
      await follower.untilValue("T0", "global", value);
      await shell(`chmod 600 ${folder}/exec.fifo`);
    }
    assertEquals(follower.reports.length, 1, follower.reports.join("\n"));
    assertMatch(
      follower.reports[0] ?? "",
      /^cannot watch .*T0: .*(exec\.fifo|link) in it is a FIFO.* read every second/,
    );
    await shell(`rm ${folder}/exec.fifo ${folder}/link`);
    for (let value = 3; value <= 4; value++) {
      publication.publish("global", reading(value));
      await follower.untilValue("T0", "global", value);
    }
    assertEquals(follower.reports.length, 1, follower.reports.join("\n"));
  }));
