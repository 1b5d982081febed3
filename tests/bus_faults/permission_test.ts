/** A subscriber that may not read: as another user, with the folder, a file or all above it closed to it. */
import { assertEquals } from "@std/assert";
import { replaceFile } from "../../services/pubsub/mod.ts";
import { withBus } from "../../services/pubsub/testdata/fixture.ts";
import { reading, readingCodec, readingTopic } from "../../services/pubsub/testdata/reading.ts";
import { pause } from "../site/until.ts";
import { type Follower, startFollower } from "./follower.ts";
import { assertToldOnce } from "./told_once.ts";

const topic = readingTopic("meter", { name: "T0" });
const RESCAN_MS = 100;
const nobody = 65534;

/** The folders down to the topic's; all of them need to be entered. */
const foldersOf = (root: string) => [root, `${root}/run`, `${root}/run/meter`, `${root}/run/meter/T0`];

async function followAsNobody(root: string): Promise<Follower> {
  const follower = await startFollower(root, { rescanMs: RESCAN_MS });
  await follower.order(`euid ${nobody}`);
  await follower.order("follow");
  return follower;
}

Deno.test("a folder that closes: said once, the last values stay, what comes later arrives when it opens", () =>
  withBus(async ({ root, bus }) => {
    bus.publication(topic);
    const folder = `${root}/run/meter/T0`;
    const put = (key: string, n: number) => {
      replaceFile(`${folder}/${key}.json`, readingCodec.encode(reading(n)), { mode: 0o644 });
    };
    for (const path of foldersOf(root)) Deno.chmodSync(path, 0o755);
    put("a", 1);
    await using follower = await followAsNobody(root);
    await follower.untilValue("T0", "a", 1);
    assertEquals(follower.reports, []);
    Deno.chmodSync(folder, 0o700);
    for (let n = 2; n < 8; n++) {
      put("a", n);
      await pause(RESCAN_MS);
    }
    assertToldOnce(follower.reports, /T0.*(?:denied|EACCES)/);
    assertEquals([...follower.values], [["T0 a", 1]]);
    const told = follower.reports.length;
    Deno.chmodSync(folder, 0o755);
    await follower.untilValue("T0", "a", 7);
    put("b", 1);
    await follower.untilValue("T0", "b", 1);
    assertEquals(follower.reports.slice(told), []);
    Deno.chmodSync(folder, 0o700);
    put("a", 8);
    await pause(4 * RESCAN_MS);
    assertEquals(follower.reports.length > told, true, "a new fault is told again");
  }));

Deno.test("a folder that is closed from the start: said once, read when it opens, and followed from then on", () =>
  withBus(async ({ root, bus }) => {
    const publication = bus.publication(topic);
    publication.publish("a", reading(1));
    Deno.chmodSync(`${root}/run/meter/T0/a.json`, 0o644);
    await using follower = await followAsNobody(root);
    await pause(1500);
    publication.publish("a", reading(2));
    Deno.chmodSync(`${root}/run/meter/T0/a.json`, 0o644);
    await pause(1500);
    assertToldOnce(follower.reports, /T0.*(?:denied|EACCES)/);
    assertEquals(follower.values.size, 0);
    const told = follower.reports.length;
    for (const path of foldersOf(root)) Deno.chmodSync(path, 0o755);
    await follower.untilValue("T0", "a", 2);
    publication.publish("b", reading(1));
    Deno.chmodSync(`${root}/run/meter/T0/b.json`, 0o644);
    await follower.untilValue("T0", "b", 1);
    assertEquals(follower.reports.slice(told).filter((report) => !report.includes("b.json")), []);
  }));

Deno.test("a file that may not be read: said once, its last value stays, the others go on", () =>
  withBus(async ({ root, bus }) => {
    const publication = bus.publication(topic);
    const folder = `${root}/run/meter/T0`;
    for (const path of foldersOf(root)) Deno.chmodSync(path, 0o755);
    publication.publish("a", reading(1));
    Deno.chmodSync(`${folder}/a.json`, 0o644);
    await using follower = await followAsNobody(root);
    await follower.untilValue("T0", "a", 1);
    publication.publish("a", reading(2));
    await pause(4 * RESCAN_MS);
    publication.publish("b", reading(3));
    Deno.chmodSync(`${folder}/b.json`, 0o644);
    await follower.untilValue("T0", "b", 3);
    assertToldOnce(follower.reports, /a\.json.*denied/);
    assertEquals(follower.values.get("T0 a"), 1);
    Deno.chmodSync(`${folder}/a.json`, 0o644);
    await follower.untilValue("T0", "a", 2);
  }));
