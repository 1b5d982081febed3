/** What inotify tells of real folders, read through libc. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { AgentFolders, eventsOf } from "./agent_folders.ts";
import { openLibc } from "./libc.ts";
import { Poller } from "./poller.ts";

/** Two folders that are followed, and `<kind> <name>` of what happened in each. */
async function following(
  body: (site: { readonly a: string; readonly b: string; readonly told: string[] }) => Promise<void>,
): Promise<void> {
  const libc = openLibc();
  const poller = new Poller(libc);
  const root = Deno.makeTempDirSync();
  const folders = new AgentFolders(libc, poller);
  const told: string[] = [];
  const ends = ["a", "b"].map((name) => {
    Deno.mkdirSync(`${root}/${name}`);
    return folders.follow(`${root}/${name}`, "", {
      event: ({ kind, paths, flag }) => {
        told.push(flag ?? `${kind} ${paths.map((path) => path.slice(root.length + 1)).join()}`);
      },
      failed: (cause) => void told.push(String(cause)),
    });
  });
  const polling = poller.run();
  try {
    await body({ a: `${root}/a`, b: `${root}/b`, told });
  } finally {
    ends.forEach((end) => end());
    folders.end();
    poller.end();
    await polling;
    libc.unload();
    Deno.removeSync(root, { recursive: true });
  }
}

Deno.test("files that come, change, are renamed and go are told by name; those of another folder by its own", () =>
  following(async ({ a, b, told }) => {
    Deno.writeTextFileSync(`${a}/New topic.lock`, "1");
    Deno.renameSync(`${a}/New topic.lock`, `${a}/ä.lock`);
    Deno.removeSync(`${a}/ä.lock`);
    Deno.mkdirSync(`${b}/inner`);
    await until("all events", () => told.includes("create b/inner"));
    assertEquals(told, [
      "create a/New topic.lock",
      "modify a/New topic.lock",
      "rename a/New topic.lock",
      "rename a/ä.lock",
      "remove a/ä.lock",
      "create b/inner",
    ]);
  }));

Deno.test("a folder that is removed or moved away is told as itself", () =>
  following(async ({ a, b, told }) => {
    Deno.removeSync(a);
    Deno.renameSync(b, `${b}.away`);
    await until("both", () => told.length >= 2);
    assertEquals(told, ["remove a", "rename b"]);
  }));

Deno.test("more events than the kernel keeps: everyone is told that some got lost, and goes on", () =>
  following(async ({ a, b, told }) => {
    const most = Number(Deno.readTextFileSync("/proc/sys/fs/inotify/max_queued_events"));
    const files = ["1", "2"].map((name) => Deno.openSync(`${a}/${name}`, { write: true, create: true }));
    // Equal events that follow each other are one.
    for (let n = 0; n < most; n++) files.forEach((file) => file.writeSync(new Uint8Array(1)));
    files.forEach((file) => file.close());
    await until("lost events", () => told.includes("rescan"));
    assertEquals(told.filter((event) => event === "rescan").length, 2, "one for each folder");
    Deno.writeTextFileSync(`${b}/later`, "");
    await until("what comes later", () => told.includes("create b/later"));
  }));

Deno.test("names are padded with NULs, and several events stand in one buffer", () => {
  const bytes = new Uint8Array(16 + 16 + 16);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, 3, true);
  view.setUint32(4, 0x100, true);
  view.setUint32(12, 16, true);
  bytes.set(new TextEncoder().encode("x.lock"), 16);
  view.setInt32(32, -1, true);
  view.setUint32(36, 0x4000, true);
  assertEquals(eventsOf(bytes), [{ watch: 3, mask: 0x100, name: "x.lock" }, {
    watch: -1,
    mask: 0x4000,
    name: "",
  }]);
  assert(eventsOf(new Uint8Array()).length === 0);
});
