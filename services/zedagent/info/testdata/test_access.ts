/** A controller, a device and the access to it, for tests of single reporting tasks; the device's clock is moved by the test. */
import { newAgentMetrics } from "../../../../controllerconn/mod.ts";
import { type Controller, makeDeviceRoot, startController } from "../../../../scripts/controller/mod.ts";
import { type FakeClock, fakeClock } from "../../../agent/fake_clock.ts";
import { openControllerClient } from "../../../agent/mod.ts";
import { type TestDevice, testDevice } from "../../../agent/test_device.ts";
import { type Bus, openBus } from "../../../pubsub/mod.ts";
import {
  type ConfigItemKey,
  type ConfigItemValueMap,
  defaultConfigItems,
  type DeviceNetworkStatus,
  goConfigItemValue,
  intItem,
  zeroTime,
} from "../../../topics/mod.ts";
import { openEventQueue } from "../../deferred/event_queue.ts";
import type { ConfigItemState, ConfigReport, ControllerAccess } from "../../parts.ts";
import { loopback } from "../../testdata/test_site.ts";

/** See {@linkcode openTestAccess}. */
export interface TestAccess extends AsyncDisposable {
  readonly controller: Controller;
  readonly device: TestDevice<FakeClock>;
  readonly access: ControllerAccess;
  readonly uuid: string;
  /** Publishes as the agents around zedagent would; ends with the test. */
  readonly others: Bus;
  /** How often the event queue asked for a check of the UUID. */
  notFound(): number;
  /** Changes an integer setting. */
  setItem(key: ConfigItemKey, value: number): void;
  setUUID(uuid: string): void;
  setNetwork(network: DeviceNetworkStatus): void;
}

/** A device that the controller knows. */
export async function openTestAccess(): Promise<TestAccess> {
  const dir = await Deno.makeTempDir({ prefix: "eve-comms-reporting-" });
  const root = `${dir}/device`;
  const controller = await startController({ dir: `${dir}/controller` });
  const files = await makeDeviceRoot(root, { controller, onboard: "none" });
  const { uuid } = controller.addDevice({ certPem: files.device?.certPem ?? "" });
  const device = testDevice({ agent: "zedagent", root, clock: fakeClock(Date.now()), rescanMs: 200 });
  Deno.mkdirSync(`${device.paths.run}/watchdog/file`, { recursive: true });
  const end = new AbortController();
  const problems: string[] = [];
  const others = openBus({
    root,
    signal: end.signal,
    report: (error) => void problems.push(error.message),
    rescanMs: 200,
  });
  let items: ConfigItemValueMap = defaultConfigItems();
  let devUUID = uuid;
  let network = loopback();
  let notFound = 0;
  const metrics = newAgentMetrics(() => device.clock.now());
  const client = openControllerClient(device, {
    deviceNetworkStatus: () => network,
    configItems: { int: (key) => intItem(items, key) },
    devUUID: () => devUUID,
    metrics,
  });
  return {
    controller,
    device,
    uuid,
    others,
    notFound: () => notFound,
    access: {
      device,
      client,
      metrics,
      server: () => controller.server,
      devUUID: () => devUUID,
      items: () => items,
      networkStatus: () => network,
      events: openEventQueue(device, client, () => void notFound++),
    },
    setItem(key, IntValue) {
      const value = goConfigItemValue.make({ Key: key, ItemType: 1, IntValue });
      items = { ...items, GlobalSettings: { ...items.GlobalSettings, [key]: value } };
    },
    setUUID(value) {
      devUUID = value;
    },
    setNetwork(value) {
      network = value;
    },
    async [Symbol.asyncDispose]() {
      device.end();
      end.abort();
      await controller.stop();
      await device[Symbol.asyncDispose]();
      await Deno.remove(dir, { recursive: true });
      if (problems.length > 0) {
        throw new Error(`the bus of the other agents reported: ${problems.join("; ")}`);
      }
    },
  };
}

/** A config side that has nothing to say but what is given. */
export function testReport(some: Partial<ConfigReport> = {}): ConfigReport {
  return {
    configItemStatus: () => new Map<string, ConfigItemState>(),
    maintenance: () => ({ on: false, reasons: [] }),
    deviceState: () => 1,
    names: () => ({
      deviceName: "",
      projectName: "",
      projectId: "",
      enterpriseName: "",
      enterpriseId: "",
    }),
    rebootCounter: () => 0,
    shutdownCounter: () => 0,
    lastReceivedConfig: () => zeroTime,
    lastProcessedConfig: () => zeroTime,
    globalProfile: () => "",
    bootReason: () => ({ reason: 12, text: "", time: zeroTime }),
    ...some,
  };
}
