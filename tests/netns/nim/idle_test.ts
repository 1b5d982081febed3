/** What nim does while nothing happens: next to nothing. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { say } from "../../bench/stdio.ts";
import { pause } from "../../site/until.ts";
import { idleLab } from "./idle_lab.ts";

Deno.test("nim lab: idle, the status is written only when a test renews its times, the list never", async () => {
  await using site = await idleLab(100);
  const listFile = `${site.device.root}/persist/status/nim/DevicePortConfigList/global.json`;
  const listWritten = () => Deno.statSync(listFile).mtime?.getTime();
  await site.until(
    "the first periodic test has told when addresses were last there",
    () => (site.list?.PortConfigList?.[0]?.LastIPAndDNS ?? "") > "0002",
  );
  const [list, started] = [listWritten(), performance.now()];
  const seen = new Map<number, string>();
  const minutes = 15;
  while (performance.now() - started < minutes * 60_000 / site.scale) {
    seen.set(site.statusWritten, JSON.stringify(site.status));
    await pause(20);
  }
  assert(seen.size > 1, "a test has come");
  assertEquals(new Set(seen.values()).size, seen.size, "each status differs from the others");
  say(`lab, clock × ${site.scale}: idle for ${minutes} min: the status was written ${seen.size - 1} times`);
  const tests = minutes / 5 * 1.1 + 1;
  assertLess(seen.size - 1, 2 * tests, "no more than the tests of both ports");
  assertEquals(listWritten(), list, "the list on flash");
});
