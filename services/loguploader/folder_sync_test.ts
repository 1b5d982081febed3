import { assertEquals } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { folderSync, syncPauseMs } from "./folder_sync.ts";

Deno.test("removals are made durable within a second, however many there are, in one go; the last ones at the end", async () => {
  await using device = testDevice();
  const rounds: string[] = [];
  const synced = folderSync(device, (folder) => Promise.resolve(void rounds.push(folder)));
  const running = synced.run();
  for (let i = 0; i < 100; i++) synced.changed(i % 2 === 0 ? "/dev" : "/app");
  await device.clock.advance(syncPauseMs - 1);
  assertEquals(rounds, []);
  await device.clock.advance(1);
  assertEquals(rounds, ["/dev", "/app"]);
  synced.changed("/dev");
  await device.clock.advance(syncPauseMs);
  assertEquals(rounds, ["/dev", "/app", "/dev"]);
  await device.clock.advance(10 * syncPauseMs);
  assertEquals(rounds.length, 3, "nothing changed, nothing is synced");
  synced.changed("/app");
  device.end();
  await running;
  await synced.flush();
  assertEquals(rounds.at(-1), "/app");
});

Deno.test("a folder that can't be synced is told once, and the next one is synced", async () => {
  await using device = testDevice();
  const folder = device.write("/persist/newlog/devUpload/dev.log.1.gz", "x").replace(/\/[^/]+$/, "");
  const synced = folderSync(device);
  for (let i = 0; i < 2; i++) {
    synced.changed(`${folder}/missing`);
    synced.changed(folder);
    await synced.flush();
  }
  assertEquals(device.logged.length, 1, device.logged.join("\n"));
});
