/** nim observing this machine's loopback interface, with a controller and a device root, for the length of one test. */
import { type Controller, makeDeviceRoot, startController } from "../../../scripts/controller/mod.ts";
import { type Clock, scaledClock, systemCommands } from "../../agent/mod.ts";
import { type TestDevice, testDevice } from "../../agent/test_device.ts";
import type { Codec } from "../../pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  type DevicePortConfigList,
  goDevicePortConfig,
  goNetworkPortConfig,
  type NetworkPortConfig,
  topics,
} from "../../topics/mod.ts";
import { type NetworkOptions, runNetwork } from "../run_network.ts";

/** A configuration with one management port, `lo` unless `port` says otherwise. */
export function configOf(Key: string, TimePriority: string, port: Partial<NetworkPortConfig> = {}) {
  const lo = { IfName: "lo", IsMgmt: true, IsL3Port: true, Dhcp: 1, Logicallabel: port.IfName ?? "lo" };
  return goDevicePortConfig.make({
    Version: 1,
    Key,
    TimePriority,
    Ports: [goNetworkPortConfig.make({ ...lo, Phylabel: lo.Logicallabel, ...port })],
  });
}

/** What a test of the running nim has. */
export interface NetworkSite {
  readonly controller: Controller;
  readonly device: TestDevice<Clock>;
  readonly status: () => DeviceNetworkStatus | undefined;
  readonly list: () => DevicePortConfigList | undefined;
  /** Publishes as zedagent. */
  readonly publish: (key: string, config: ReturnType<typeof configOf>) => void;
  /** Ends nim and starts another one; what happens between can be given. */
  readonly restart: (between?: () => void) => Promise<void>;
}

/**
 * Starts nim, its clock `speed` times as fast as life, and ends it after `work`.
 * @param prepare before the start; the root has a `resolv.conf` and an override file for `lo` by then
 */
export async function withNetwork(
  work: (site: NetworkSite) => Promise<void>,
  speed = 60,
  prepare: (site: Pick<NetworkSite, "device" | "controller">) => void = () => {},
  more: Pick<NetworkOptions, "geoUrl"> = {},
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-nim-test-" });
  const controller = await startController({ dir: `${folder}/controller`, hosts: ["127.0.0.1"] });
  const { root } = await makeDeviceRoot(`${folder}/device`, { controller });
  const open = () =>
    testDevice({ agent: "nim", root, clock: scaledClock(speed), runCommands: systemCommands });
  const other = testDevice({ agent: "zedagent", root, clock: scaledClock(speed) });
  let device = open();
  device.write("/etc/resolv.conf", "nameserver 127.0.0.1\n");
  const override = configOf("override", "2026-01-01T00:00:00Z");
  device.write("/config/DevicePortConfig/override.json", goDevicePortConfigText(override));
  prepare({ device, controller });
  const start = () => runNetwork(device, { mode: "observe", adapters: "plain", ...more });
  let running = start();
  const read = <T>(path: string, codec: Codec<T>): T | undefined => {
    const text = device.read(path);
    return text === undefined ? undefined : codec.decode(text);
  };
  try {
    const publication = other.bus.publication(topics.zedagent.DevicePortConfig);
    await work({
      controller,
      get device() {
        return device;
      },
      status: () => read("/run/nim/DeviceNetworkStatus/global.json", topics.nim.DeviceNetworkStatus.codec),
      list: () =>
        read(
          "/persist/status/nim/DevicePortConfigList/global.json",
          topics.nim.DevicePortConfigList.codec,
        ),
      publish: (key, config) => void publication.publish(key, config),
      async restart(between = () => {}) {
        device.end();
        await running;
        await device[Symbol.asyncDispose]();
        between();
        device = open();
        running = start();
      },
    });
  } finally {
    device.end();
    await running;
    await controller.stop();
    await other[Symbol.asyncDispose]();
    await device[Symbol.asyncDispose]();
    Deno.removeSync(folder, { recursive: true });
  }
}

/** As a file has it. */
export function goDevicePortConfigText(config: ReturnType<typeof configOf>): string {
  return topics.global.DevicePortConfig.codec.encode(config);
}
