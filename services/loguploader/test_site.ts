/** For tests: a controller that knows the device, a device root with logs, and an uploader on a clock that goes faster than life. */
import {
  type Controller,
  LogProducer,
  makeDeviceRoot,
  startController,
} from "../../scripts/controller/mod.ts";
import type { Clock } from "../agent/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { type TestDevice, testDevice, until } from "../agent/test_device.ts";
import { openBus, type Publication } from "../pubsub/mod.ts";
import {
  defaultConfigItems,
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  type NewlogMetrics,
  type OnboardingStatus,
  topics,
} from "../topics/mod.ts";
import { run } from "./run.ts";

/** An app whose logs are delivered. */
export const appUUID = "3f2c9a1e-6d54-4a7b-9c33-5b8d1f0e7a21";

/** See {@linkcode openSite}. */
export interface Site extends AsyncDisposable {
  readonly controller: Controller;
  readonly root: string;
  readonly uuid: string;
  readonly logs: LogProducer;
  readonly onboarding: Publication<OnboardingStatus>;
  readonly network: Publication<DeviceNetworkStatus>;
  /** `newlog.allow.fastupload` as zedagent would publish it. */
  fastUpload(on: boolean): void;
  /** A file below the root; `undefined` while there is none. */
  read(path: string): string | undefined;
  /** Names in a folder below `/persist/newlog`, sorted. */
  names(folder: string): string[];
  /** What loguploader publishes. */
  metrics(): NewlogMetrics | undefined;
  /** A device file. @returns its name */
  deviceFile(text?: string): Promise<string>;
  /** A file of {@linkcode appUUID}. @returns its name */
  appFile(text?: string): Promise<string>;
  /** Paths of the uploads that reached the controller. */
  uploads(): string[];
  /** What the entries say that reached the controller, of the device and of {@linkcode appUUID}, sorted. */
  contents(): Promise<string[]>;
  /** Publishes UUID and network, as a device that is on. */
  ready(): void;
  /** Starts the uploader in this process; ends with the site at the latest. @param clock makes another one of the fast one */
  start(speed?: number, clock?: (fast: Clock) => Clock): TestDevice<Clock>;
}

/** Makes one below a temporary folder. */
export async function openSite(): Promise<Site> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-loguploader-test-" });
  const controller = await startController({ dir: `${folder}/controller`, keepBodies: "with-logs" });
  const { root, device } = await makeDeviceRoot(`${folder}/device`, { controller, onboard: "none" });
  if (device === undefined) throw new Error("the device root has no identity");
  const { uuid } = controller.addDevice({ certPem: device.certPem });
  const end = new AbortController();
  const bus = openBus({ root, signal: end.signal, report: () => {} });
  const onboarding = bus.publication(topics.zedclient.OnboardingStatus);
  const network = bus.publication(topics.nim.DeviceNetworkStatus);
  const items = bus.publication(topics.zedagent.ConfigItemValueMap);
  const logs = new LogProducer(`${root}/persist/newlog`);
  const running: { device: TestDevice<Clock>; done: Promise<number> }[] = [];
  const name = (paths: readonly string[]) => paths[0]?.split("/").at(-1) ?? "";
  const read = (path: string) => {
    try {
      return Deno.readTextFileSync(`${root}/${path}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  };
  const names = (below: string) => {
    try {
      return [...Deno.readDirSync(`${root}/persist/newlog/${below}`)].map((entry) => entry.name).sort();
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  };
  return {
    controller,
    root,
    uuid,
    logs,
    onboarding,
    network,
    names,
    fastUpload(on) {
      const defaults = defaultConfigItems();
      const item = defaults.GlobalSettings["newlog.allow.fastupload"];
      if (item === undefined) throw new Error("newlog.allow.fastupload is no item");
      items.publish("global", {
        ...defaults,
        GlobalSettings: { ...defaults.GlobalSettings, "newlog.allow.fastupload": { ...item, BoolValue: on } },
      });
    },
    read,
    metrics() {
      const text = read("run/loguploader/NewlogMetrics/global.json");
      return text === undefined ? undefined : topics.loguploader.NewlogMetrics.codec.decode(text);
    },
    deviceFile: async (text = "hello") =>
      name(await logs.writeDeviceLog({ devID: uuid }, [{ content: text }])),
    appFile: async (text = "hi") =>
      name(await logs.writeAppLog({ appUuid: appUUID, displayName: "web" }, [{ content: text }])),
    uploads: () =>
      controller.requests.filter(({ endpoint }) => endpoint.endsWith("newlogs")).map(({ path }) => path),
    async contents() {
      const reports = controller.reports(uuid);
      const bundles = [...await reports.logs(), ...await reports.appLogs(appUUID)];
      return bundles.flatMap(({ entries }) => entries.map(({ content }) => content)).sort();
    },
    ready() {
      onboarding.publish("global", { DeviceUUID: uuid, HardwareModel: "test" });
      network.publish("global", networkStatus(["127.0.0.1"]));
    },
    start(speed = 1, clock = (fast) => fast) {
      const device = testDevice({ agent: "loguploader", root, clock: clock(fastClock(speed)) });
      running.push({ device, done: run(device) });
      return device;
    },
    async [Symbol.asyncDispose]() {
      for (const { device, done } of running) {
        device.end();
        await done;
        await device[Symbol.asyncDispose]();
      }
      end.abort();
      await controller.stop();
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** A network over the loopback interface. */
export function networkStatus(addresses: readonly string[]): DeviceNetworkStatus {
  const port = goNetworkPortStatus.make({
    IfName: "lo",
    Logicallabel: "lo",
    IsMgmt: true,
    IsL3Port: true,
    DNSServers: ["127.0.0.1"],
    AddrInfoList: addresses.map((Addr) => goAddrInfo.make({ Addr })),
  });
  return goDeviceNetworkStatus.make({ Version: 1, State: 3, Ports: [port] });
}

/** Waits in real time, up to 10 s by default. */
export function eventually(what: string, predicate: () => boolean, timeoutMs = 10_000): Promise<void> {
  return until(what, predicate, timeoutMs);
}
