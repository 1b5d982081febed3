/** When nim traces a test of its ports, and how the archive is called. */
import { assertEquals } from "@std/assert";
import { followConfigItems } from "../agent/mod.ts";
import { type TestDevice, testDevice, until } from "../agent/test_device.ts";
import { goDeviceNetworkStatus, goNodeAgentStatus, topics } from "../topics/mod.ts";
import { openNimDumper } from "./net_dumps.ts";

const HOUR = 3_600_000;
const uuid = "3f5b6f2c-4f0a-4a0c-9a53-2f8f6d1b7f10";

const archives = (device: TestDevice) => {
  try {
    return Array.from(Deno.readDirSync(`${device.paths.persist}/netdump`), ({ name }) => name).sort();
  } catch {
    return [];
  }
};

Deno.test("[nim#48] netdump: at most once in an interval, only at index 0; the interval follows the onboarding", async () => {
  await using device = testDevice({ agent: "nim" });
  let CurrentIndex = 1;
  const dumper = openNimDumper(
    device,
    followConfigItems(device),
    () => goDeviceNetworkStatus.make({ CurrentIndex }),
  );
  assertEquals(dumper.begin(), undefined, "a config of lower priority");
  CurrentIndex = 0;
  dumper.begin()?.publish("fail");
  await dumper.idle;
  await device.clock.advance(HOUR - 1);
  assertEquals(dumper.begin(), undefined);
  await device.clock.advance(1);
  dumper.begin()?.publish("ok");
  await dumper.idle;
  const both = ["nim-fail-2026-01-01T00-00-00.tgz", "nim-ok-2026-01-01T01-00-00.tgz"];
  assertEquals(archives(device), both);

  const onboarding = device.bus.publication(topics.zedclient.OnboardingStatus);
  onboarding.publish("global", { DeviceUUID: uuid, HardwareModel: "" });
  await device.clock.advance(HOUR);
  await until("it knows of the onboarding", () => {
    const traced = dumper.begin();
    traced?.drop();
    return traced === undefined;
  });
  await device.clock.advance(22 * HOUR);
  assertEquals(dumper.begin(), undefined);
  await device.clock.advance(HOUR);
  dumper.begin()?.publish("ok");
  await dumper.idle;
  assertEquals(archives(device), [...both, "nim-ok-2026-01-02T01-00-00.tgz"]);
});

Deno.test("a new EVE under test has a netdump of its own", async () => {
  await using device = testDevice({ agent: "nim" });
  device.write("/persist/netdump/nim-ok-2025-12-31T23-59-00.tgz", "");
  const dumper = openNimDumper(
    device,
    followConfigItems(device),
    () => goDeviceNetworkStatus.make({ CurrentIndex: 0 }),
  );
  assertEquals(dumper.begin(), undefined);
  device.bus.publication(topics.nodeagent.NodeAgentStatus).publish(
    "nodeagent",
    goNodeAgentStatus.make({ Name: "nodeagent", UpdateInprogress: true }),
  );
  await until("it knows of the update", () => {
    const traced = dumper.begin();
    traced?.publish("ok");
    return traced !== undefined;
  });
  await dumper.idle;
  assertEquals(dumper.begin(), undefined);
});
