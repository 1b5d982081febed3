/** The next configuration to test, and where to park. */
import { assertEquals } from "@std/assert";
import { type DevicePortConfig, goDevicePortConfig } from "../../topics/mod.ts";
import { eth0 } from "./testdata/entries.ts";
import { nextTestable, parkIndex } from "./testable.ts";

const [now, justNow] = ["2026-08-22T10:00:10Z", "2026-08-22T10:00:00Z"];
const entry = (Key: string, LastFailed?: string): DevicePortConfig =>
  goDevicePortConfig.make({
    Version: 1,
    Key,
    Ports: [eth0],
    ...(LastFailed === undefined ? {} : { LastFailed }),
  });
const list = (...PortConfigList: DevicePortConfig[]) => ({ CurrentIndex: -1, PortConfigList });
const next = (value: ReturnType<typeof list>, start: number) => nextTestable(value, start, now, 300_000);

Deno.test("the scan wraps around, also from behind the end", () => {
  const value = list(entry("zedagent"), entry("override", justNow), entry("usb", justNow));
  assertEquals([next(value, 0), next(value, 1), next(value, 3), next(value, 2)], [0, 0, 0, 0]);
  assertEquals(next(list(entry("zedagent", justNow), entry("override")), 0), 1);
  assertEquals(next(list(entry("zedagent", justNow)), 0), -1);
  assertEquals(next(list(), 0), -1);
});

Deno.test("nothing below a manual entry is selected; without testable ones it is parked there, else at 0", () => {
  const value = list(entry("zedagent", justNow), entry("manual", justNow), entry("override"));
  assertEquals([next(value, 0), next(value, 2), parkIndex(value)], [-1, -1, 1]);
  assertEquals(parkIndex(list(entry("zedagent", justNow), entry("override", justNow))), 0);
  assertEquals([parkIndex(list()), parkIndex({ CurrentIndex: -1, PortConfigList: null })], [-1, -1]);
});
