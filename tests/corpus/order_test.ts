/** In which order the topics of a configuration are published (`docs/spec/zedagent.md §6.1`): others wait for the earlier ones. */
import { assertEquals } from "@std/assert";
import { EdgeDevConfig } from "../../proto/device.ts";
import type { Device } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { memoryBus } from "../fuzz/memory_bus.ts";
import { deviceConfig, typical } from "./devices.ts";
import { quietConfigSide } from "./quiet_config_side.ts";

Deno.test("a configuration is published in the order of §6.1", async () => {
  await using base = testDevice({ agent: "zedagent" });
  const order: string[] = [];
  const bus = memoryBus(base.paths.root, (path) => {
    const name = path.replace("zedagent/", "");
    if (order.at(-1) !== name) order.push(name);
  });
  const { agent, paths, clock, random, log, commands, runTpmTool, signal } = base;
  const device: Device = { agent, paths, clock, random, log, bus, commands, runTpmTool, signal };
  const side = quietConfigSide(device);
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
