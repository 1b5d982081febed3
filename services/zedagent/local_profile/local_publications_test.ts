import { assertEquals } from "@std/assert";
import { testDevice } from "../../agent/test_device.ts";
import { goAppInstanceConfig, goVolumeConfig, topics } from "../../topics/mod.ts";
import { goVolumeRefConfig } from "../../topics/app_instance_config.ts";
import { noAppCounters } from "./app_commands_file.ts";
import { appsWithLocalOrders, volumesWithLocalOrders } from "./local_publications.ts";

const id = (last: number) => `00000000-0000-4000-8000-00000000000${last}`;
const volume = goVolumeConfig.make({ VolumeID: id(7), GenerationCounter: 3n, DisplayName: "disk" });

Deno.test("a volume goes out under the key with the local generation; the applier knows the controller's key", async () => {
  await using device = testDevice();
  const inner = device.bus.publication(topics.zedagent.VolumeConfig);
  let generation = 0n;
  const orders = {
    counters: () => noAppCounters,
    bootOrder: () => undefined,
    volumeGeneration: () => generation,
  };
  const outer = volumesWithLocalOrders(inner, orders);
  outer.publish(`${id(7)}#3`, volume);
  assertEquals(inner.keys(), [`${id(7)}#3`]);
  generation = 2n;
  outer.publish(`${id(7)}#3`, volume);
  assertEquals([inner.keys(), outer.keys()], [[`${id(7)}#5`], [`${id(7)}#3`]]);
  assertEquals(inner.get(`${id(7)}#5`)?.LocalGenerationCounter, 2n);
  assertEquals([...outer.getAll().keys()], [`${id(7)}#3`]);
  const afterRestart = volumesWithLocalOrders(inner, orders);
  assertEquals(afterRestart.keys(), [`${id(7)}#3`]);
  assertEquals(afterRestart.publish(`${id(7)}#3`, volume), false, "nothing is new");
  afterRestart.unpublish(`${id(7)}#3`);
  assertEquals([inner.keys(), afterRestart.keys()], [[], []]);
});

Deno.test("an app goes out with its counters, generations and boot order; what was ordered can be taken back", async () => {
  await using device = testDevice();
  const inner = device.bus.publication(topics.zedagent.AppInstanceConfig);
  let ordered: number | undefined = 1;
  const outer = appsWithLocalOrders(inner, {
    counters: () => ({ ...noAppCounters, RestartCmd: { Counter: 4, ApplyTime: "t" } }),
    bootOrder: () => ordered,
    volumeGeneration: () => 2n,
  });
  const plain = goAppInstanceConfig.make({
    UUIDandVersion: { UUID: id(1), Version: "1" },
    ControllerBootOrder: 2,
    VolumeRefConfigList: [goVolumeRefConfig.make({ VolumeID: id(7) })],
  });
  const app = { ...plain, FixedResources: { ...plain.FixedResources, BootOrder: 2 } };
  outer.publish(id(1), app);
  const sent = inner.get(id(1));
  assertEquals(
    [sent?.LocalRestartCmd.Counter, sent?.FixedResources.BootOrder, sent?.BootOrderSource],
    [4, 1, 1],
  );
  assertEquals(sent?.VolumeRefConfigList?.[0]?.LocalGenerationCounter, 2n);
  ordered = undefined;
  outer.publish(id(1), sent ?? app);
  const back = inner.get(id(1));
  assertEquals([back?.FixedResources.BootOrder, back?.BootOrderSource], [2, 0]);
});
