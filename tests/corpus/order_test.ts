/** In which order the topics of a configuration are published (`docs/spec/zedagent.md §6.1`): others wait for the earlier ones. */
import { assertEquals } from "@std/assert";
import { EdgeDevConfig } from "../../proto/device.ts";
import type { Device } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { goNodeAgentStatus } from "../../services/topics/mod.ts";
import { openConfigSide } from "../../services/zedagent/config_side.ts";
import { memoryBus } from "../fuzz/memory_bus.ts";
import { deviceConfig, deviceUUID, typical } from "./devices.ts";

Deno.test("a configuration is published in the order of §6.1", async () => {
  await using base = testDevice({ agent: "zedagent" });
  const order: string[] = [];
  const bus = memoryBus(base.paths.root, (path) => {
    const name = path.replace("zedagent/", "");
    if (order.at(-1) !== name) order.push(name);
  });
  const { agent, paths, clock, random, log, commands, runTpmTool, signal } = base;
  const device: Device = { agent, paths, clock, random, log, bus, commands, runTpmTool, signal };
  const nothing = () => {};
  const side = openConfigSide(device, {
    devUUID: () => deviceUUID,
    node: () => goNodeAgentStatus.zero(),
    runningVersion: () => "",
    haveConfig: () => true,
    requestDeviceInfo: nothing,
    setReferencedHashes: nothing,
    certsChanged: nothing,
    epochChanged: nothing,
    leftMaintenance: nothing,
    itemsChanged: nothing,
  });
  side.items.beginPublishing();
  side.status.beginPublishing();
  order.length = 0;
  side.applier.apply(
    EdgeDevConfig.decode(EdgeDevConfig.encode(deviceConfig(typical)).finish()),
    "controller",
  );
  assertEquals(order, [
    "LOCConfig",
    "ConfigItemValueMap",
    "ZedAgentStatus",
    "CipherContext",
    "DatastoreConfig",
    "PhysicalIOAdapterList",
    "SCEPProfile",
    "NetworkXObjectConfig",
    "DevicePortConfig",
    "BaseOsConfig",
    "EdgeNodeClusterConfig",
    "NetworkInstanceConfig",
    "ContentTreeConfig",
    "VolumeConfig",
    "EdgeNodeInfo",
    "AppInstanceConfig",
    "EdgeNodeDisks",
    "PatchEnvelopeInfoList",
    "ConfigSections",
  ]);
});
