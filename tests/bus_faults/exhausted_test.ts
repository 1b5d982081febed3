/** No inotify watch, or no inotify instance, is to be had: directories are read again and again, that is said once, and it heals. */
import { assertEquals, assertLess } from "@std/assert";
import { withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import { pause } from "../site/until.ts";
import { startFollower } from "./follower.ts";

const TOPICS = 20;

const limits = [["max_inotify_watches", 0], ["max_inotify_watches", 7], [
  "max_inotify_instances",
  0,
]] as const;

for (const [limit, allowed] of limits) {
  Deno.test(`${TOPICS} subscriptions with ${limit} ${allowed}: values arrive all the same, one report, and events again when they can be had`, () =>
    withBus(async ({ root, bus }) => {
      const publications = Array.from(
        { length: TOPICS },
        (_, i) => bus.publication(readingTopic("meter", { name: `T${i}` })),
      );
      publications.forEach((publication) => publication.publish("a", reading(1)));
      const path = `/proc/sys/user/${limit}`;
      await using follower = await startFollower(root, {
        topics: TOPICS,
        wrapped: `echo ${allowed} > ${path}`,
      });
      await follower.order("follow");
      for (let n = 1; n <= 3; n++) {
        publications.forEach((publication) => publication.publish("a", reading(n)));
        for (let i = 0; i < TOPICS; i++) await follower.untilValue(`T${i}`, "a", n);
      }
      assertEquals(follower.reports.length, 1, follower.reports.join("\n"));
      await follower.order(`write ${path} 1000`);
      await pause(2500);
      const took: number[] = [];
      for (let n = 4; n < 11; n++) {
        const begin = performance.now();
        publications[n]?.publish("a", reading(n));
        await follower.untilValue(`T${n}`, "a", n);
        took.push(performance.now() - begin);
      }
      const median = took.sort((a, b) => a - b)[3] ?? Infinity;
      assertLess(median, 300, `events instead of looks each second: ${took.map(Math.round).join(" ")} ms`);
      assertEquals(follower.reports.length, 1, follower.reports.join("\n"));
    }));
}
