/** What nim leaves on the bus. */
import { assertEquals } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { goDevicePortConfig } from "../topics/mod.ts";
import { openPublications } from "./publications.ts";

const traces = (root: string) =>
  Array.from(Deno.readDirSync(`${root}/run/nim/dummy/DevicePortConfig`), ({ name }) => name).sort();

Deno.test("of the configurations that were tested the last ten stay, keyed by name and time in UTC (W24)", async () => {
  await using device = testDevice({ agent: "nim" });
  device.write("/run/nim/dummy/DevicePortConfig/old@2020-01-01T00:00:00Z.json", "{}");
  const publications = openPublications(device);
  assertEquals(traces(device.paths.root), [], "those of an earlier run go");
  const leftover = Array.from(Deno.readDirSync(`${device.paths.run}/nim/DevicePortConfig`));
  assertEquals(leftover, [], "EVE's left-over topic is there and stays empty");
  const tested = (minute: number) =>
    publications.tested(goDevicePortConfig.make({
      Key: "zedagent",
      TimePriority: `2026-01-01T02:${String(minute).padStart(2, "0")}:00.5+02:00`,
    }));
  for (let minute = 0; minute < 12; minute++) tested(minute);
  tested(2);
  tested(13);
  const left = traces(device.paths.root);
  assertEquals(left.length, 10);
  assertEquals(left[0], "zedagent@2026-01-01T00:02:00.5Z.json", "tested again, so it is among the last");
  assertEquals(left.at(-1), "zedagent@2026-01-01T00:13:00.5Z.json");
  publications.tested(goDevicePortConfig.make({ Key: "a/b" }));
  assertEquals(device.logged.filter((line) => line.startsWith("ERROR")).length, 1);
  assertEquals(traces(device.paths.root), left);
});
