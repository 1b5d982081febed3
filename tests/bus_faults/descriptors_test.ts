/** A subscriber without a free descriptor: it says so once, keeps what it knows, and reads what it could not when it can. */
import { assertEquals } from "@std/assert";
import { withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingCodec, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import { until } from "../site/until.ts";
import { startFollower } from "./follower.ts";
import { assertToldOnce } from "./told_once.ts";

Deno.test("no descriptor is left while a value changes: its file counts as unread, not as bad, and is read again", () =>
  withBus(async ({ root, bus }) => {
    const publication = bus.publication(readingTopic("meter", { name: "T0" }));
    for (const key of ["changed", "kept"]) publication.publish(key, reading(1));
    await using follower = await startFollower(root, { rescanMs: 200, wrapped: "ulimit -n 200" });
    await follower.order("follow");
    for (const key of ["changed", "kept"]) await follower.untilValue("T0", key, 1);
    await follower.order("hold");
    // Of an old time: nothing but the failure is a reason to read it again.
    Deno.writeTextFileSync(`${root}/run/next`, readingCodec.encode(reading(2)));
    Deno.utimeSync(`${root}/run/next`, 1000, 1000);
    Deno.renameSync(`${root}/run/next`, `${root}/run/meter/T0/changed.json`);
    await until("a report", () => follower.reports.length > 0);
    await follower.order("hold");
    assertEquals([...follower.values.values()], [1, 1]);
    await follower.order("free");
    await follower.untilValue("T0", "changed", 2);
    assertToldOnce(follower.reports, /Too many open files/);
    publication.publish("new", reading(3));
    await follower.untilValue("T0", "new", 3);
  }));
