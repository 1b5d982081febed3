/** More events than the kernel keeps: fifty thousand renames while the subscriber sleeps or is busy. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { recorder, until, withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import type { Reading } from "../../services/pubsub/testdata/reading.ts";
import type { Publication } from "../../services/pubsub/mod.ts";
import { until as untilSlow } from "../site/until.ts";
import { startFollower } from "./follower.ts";
import { mountTmpfs } from "../../services/pubsub/testdata/mounted.ts";

const RENAMES = 50_000;
const KEYS = 40;
const topic = readingTopic("meter", { name: "T0" });

/** Entries come, change and go; at the end `k0` … `k38` hold the last number, `k39` is gone, the counter is 7. */
function burst(publication: Publication<Reading>): number {
  for (let n = 0; n < RENAMES; n++) publication.publish(`k${n % KEYS}`, reading(n));
  for (let key = 0; key < KEYS; key++) publication.publish(`k${key}`, reading(RENAMES + key));
  publication.unpublish(`k${KEYS - 1}`);
  for (let count = 0; count < 7; count++) publication.signalRestarted();
  return KEYS - 1;
}

Deno.test("[pubsub#11] 50 000 renames while the subscriber is stopped overflow its queue; it ends up with the last of each", () =>
  withBus(async ({ root, bus }) => {
    assertLess(
      Number(Deno.readTextFileSync("/proc/sys/fs/inotify/max_queued_events")),
      2 * RENAMES,
      "no overflow",
    );
    await using _memory = await mountTmpfs(`${root}/run`, "50m");
    const publication = bus.publication(topic);
    publication.publish("k39", reading(1));
    await using follower = await startFollower(root);
    await follower.order("follow");
    await follower.untilValue("T0", "k39", 1);
    follower.child.signal("SIGSTOP");
    const left = burst(publication);
    follower.child.signal("SIGCONT");
    await untilSlow("agreement", () =>
      follower.values.size === left && follower.restarted("T0") === 7 &&
      Array.from({ length: left }, (_, key) => follower.values.get(`T0 k${key}`)).every((value, key) =>
        value === RENAMES + key
      ));
    assertEquals(follower.reports, []);
    assert(
      follower.calls < 1000,
      `${follower.calls} calls: it catches up with the last values, not with each`,
    );
    publication.publish("k0", reading(-1));
    await follower.untilValue("T0", "k0", -1);
  }));

Deno.test("[pubsub#11] 50 000 renames while the subscriber is busy: it ends up with the last of each", () =>
  withBus(async ({ root, bus, another, reports }) => {
    await using _memory = await mountTmpfs(`${root}/run`, "50m");
    const publication = bus.publication(topic);
    publication.publish("k39", reading(1));
    const { calls, handlers } = recorder<Reading>((value) => value.N);
    const subscription = another().subscription(topic, handlers);
    subscription.activate();
    await until("sync", () => calls.includes("sync"));
    const left = burst(publication);
    await until("agreement", () =>
      subscription.getAll().size === left && subscription.restarted === 7 &&
      [...publication.getAll()].every(([key, value]) => subscription.get(key)?.N === value.N));
    assertEquals(reports, []);
    assert(calls.length < 1000, `${calls.length} calls`);
  }));
