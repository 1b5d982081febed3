/** A directory removed, moved away and made anew while it is published and watched, again and again. */
import { assert, assertEquals } from "@std/assert";
import { PubsubError } from "../../services/pubsub/mod.ts";
import { namesIn, recorder, until, withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import type { Reading } from "../../services/pubsub/testdata/reading.ts";

const ROUNDS = 25;
/** What another process does to the directory `$1`, `$2` times; `$3` is a folder beside it. */
const vandals: Readonly<Record<string, string>> = {
  "removed": 'for i in $(seq $2); do rm -rf "$1"; sleep 0.02; done',
  "moved away": 'for i in $(seq $2); do mv "$1" "$3/$i" 2>/dev/null; sleep 0.02; done',
  "replaced by an empty one":
    'for i in $(seq $2); do mkdir "$3/new$i"; mv "$1" "$3/$i" 2>/dev/null; mv -T "$3/new$i" "$1" 2>/dev/null; sleep 0.02; done',
  "removed with the folder above": 'for i in $(seq $2); do rm -rf "${1%/*}"; sleep 0.02; done',
};

for (const topic of [readingTopic(), readingTopic("meter", { persistent: true })]) {
  for (const [what, script] of Object.entries(vandals)) {
    Deno.test(`[pubsub#23] a ${topic.persistent ? "persistent" : "plain"} directory ${what} ${ROUNDS} times while it is written: all is there in the end`, () =>
      withBus(async ({ root, bus, another, reports }) => {
        const folder = `${root}${topic.persistent ? "/persist/status" : "/run"}/meter/Reading`;
        Deno.mkdirSync(`${root}/away`);
        const publication = bus.publication(topic);
        const { calls, handlers } = recorder<Reading>((value) => value.N);
        const subscription = another().subscription(topic, handlers);
        subscription.activate();
        publication.publish("still", reading(1));
        await until("sync", () => calls.includes("sync"));
        const args = ["-c", script, "sh", folder, String(ROUNDS), `${root}/away`];
        const vandal = new Deno.Command("sh", { args, stderr: "null" }).spawn();
        let over = false;
        const ended = vandal.status.then(() => over = true);
        let n = 0;
        while (!over) {
          n++;
          tolerant(() => publication.publish(`k${n % 7}`, reading(n)));
          if (n % 10 === 0) tolerant(() => publication.signalRestarted());
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        await ended;
        for (let key = 0; key < 7; key++) publication.publish(`k${key}`, reading(++n));
        publication.publish("still", reading(2));
        publication.signalRestarted();
        const held = publication.getAll();
        assertEquals(held.size, 8);
        await until(
          "agreement",
          () =>
            subscription.restarted === publication.restarted && subscription.getAll().size === 8 &&
            [...held].every(([key, value]) => subscription.get(key)?.N === value.N),
        );
        assertEquals(namesIn(folder).filter((name) => name.startsWith("tmp")), []);
        assert(
          reports.every(({ message }) => message.includes("was removed by someone else")),
          reports.join("\n"),
        );
        assert(reports.length <= ROUNDS, `${reports.length} reports of ${ROUNDS} removals`);
        assertEquals(calls.filter((call) => call === "sync").length, 1);
      }));
  }
}

/** A call that the vandal gets in between of may fail, as one that says so; the next one does what it can. */
function tolerant(call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (
      !(error instanceof PubsubError && error.kind === "io" && error.cause instanceof Deno.errors.NotFound)
    ) {
      throw error;
    }
  }
}
