/** A controller, a device root and the other agents' topics, for tests of the whole program. */
import { type config, ConfigRequest } from "../../../proto/device.ts";
import {
  type Controller,
  makeDeviceRoot,
  type RequestRecord,
  startController,
} from "../../../scripts/controller/mod.ts";
import { type Clock, devicePaths, systemClock } from "../../agent/mod.ts";
import { type TestDevice, testDevice, until } from "../../agent/test_device.ts";
import { openBus, type Publication, type Topic } from "../../pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  goDeviceNetworkStatus,
  goNodeAgentStatus,
  type GoValue,
  type NodeAgentStatus,
  topics,
  type ZedAgentStatus,
} from "../../topics/mod.ts";
import { goNetworkPortStatus } from "../../topics/device_network_status.ts";
import type { Reporting } from "../reporting.ts";
import { reporting } from "../run.ts";
import { runWith, type ZedagentOptions } from "../start_order.ts";

/** See {@linkcode openSite}. */
export interface TestSite extends AsyncDisposable {
  readonly controller: Controller;
  readonly root: string;
  readonly uuid: string;
  /** Publishes as another agent would. */
  publication<T>(topic: Topic<T>): Publication<T>;
  /** Whatever the agents around zedagent publish before it may ask the controller. */
  openGates(bootReason?: number, network?: DeviceNetworkStatus): void;
  /** The value of a topic of zedagent, read from its file. */
  read<T>(topic: Topic<T>, key?: string): T | undefined;
  status(): ZedAgentStatus | undefined;
  led(): number | undefined;
  lastConfig(which?: "lastconfig" | "lastconfig.bak"): Uint8Array | undefined;
  writeLastConfig(bytes: Uint8Array, which?: "lastconfig" | "lastconfig.bak"): void;
  /** Changes members of `NodeAgentStatus`. */
  node(change: Partial<NodeAgentStatus>): void;
  file(path: string): string | undefined;
  /** Config requests so far, decoded. */
  configRequests(): { readonly hash: string; readonly token: Uint8Array; readonly record: RequestRecord }[];
  /** Puts a config and waits until the controller has served it and the program has taken it. */
  serve(config: config.IEdgeDevConfig, options?: { readonly timestampMs?: number }): void;
  start(options?: Partial<ZedagentOptions> & StartOptions): RunningProgram;
}

/** How the program is started. */
export interface StartOptions {
  readonly reporting?: Reporting;
  readonly clock?: Clock;
}

/** The program while it runs. */
export interface RunningProgram extends AsyncDisposable {
  readonly device: TestDevice<Clock>;
  /** Ends it as SIGTERM would. @returns its exit code */
  stop(): Promise<number>;
}

/** A network on the loopback device, as nim would report it. */
export function loopback(
  more: Partial<GoValue<typeof goDeviceNetworkStatus>> = {},
): DeviceNetworkStatus {
  return goDeviceNetworkStatus.make({
    Version: 1,
    State: 3,
    DPCKey: "test",
    Ports: [goNetworkPortStatus.make({
      IfName: "lo",
      Logicallabel: "lo",
      IsMgmt: true,
      IsL3Port: true,
      Up: true,
      DNSServers: ["127.0.0.1"],
      AddrInfoList: [{
        Addr: "127.0.0.1",
        Mask: null,
        Geo: { ip: "", hostname: "", city: "", region: "", country: "", loc: "", org: "", postal: "" },
        LastGeoTimestamp: "0001-01-01T00:00:00Z",
      }],
    })],
    ...more,
  });
}

/** A controller that wants no token, and a device it knows. */
export async function openSite(
  settings: { readonly enforceIntegrityToken?: boolean } = {},
): Promise<TestSite> {
  const dir = await Deno.makeTempDir({ prefix: "eve-comms-zedagent-" });
  const root = `${dir}/device`;
  const controller = await startController({
    dir: `${dir}/controller`,
    enforceIntegrityToken: settings.enforceIntegrityToken ?? false,
  });
  const files = await makeDeviceRoot(root, { controller, onboard: "none" });
  const { uuid } = controller.addDevice({ certPem: files.device?.certPem ?? "" });
  const others = new AbortController();
  const reported: string[] = [];
  const bus = openBus({ root, signal: others.signal, report: (error) => void reported.push(error.message) });
  const publications = new Map<Topic<unknown>, unknown>();
  const paths = devicePaths(root);

  function publication<T>(topic: Topic<T>): Publication<T> {
    const known = publications.get(topic);
    if (known !== undefined) return known as Publication<T>;
    const fresh = bus.publication(topic);
    publications.set(topic, fresh);
    return fresh;
  }
  const directory = (topic: Topic<unknown>) =>
    `${topic.persistent ? paths.persistStatus : paths.run}/${topic.agent}/${topic.name}`;
  const file = (path: string) => {
    try {
      return Deno.readTextFileSync(`${root}${path}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  };
  const site: TestSite = {
    controller,
    root,
    uuid,
    publication,
    openGates(bootReason = 12, network = loopback()) {
      publication(topics.zedclient.OnboardingStatus).publish("global", {
        DeviceUUID: uuid,
        HardwareModel: "",
      });
      publication(topics.nodeagent.NodeAgentStatus).publish(
        "nodeagent",
        goNodeAgentStatus.make({ Name: "nodeagent", BootReason: bootReason }),
      );
      publication(topics.baseosmgr.ZbootStatus).signalRestarted();
      publication(topics.nim.DeviceNetworkStatus).publish("global", network);
    },
    read(topic, key = "global") {
      const text = file(`${directory(topic).slice(root.length)}/${key}.json`);
      return text === undefined ? undefined : topic.codec.decode(text);
    },
    status: () => site.read(topics.zedagent.ZedAgentStatus, "zedagent"),
    led() {
      const text = file("/run/global/LedBlinkCounter/ledconfig.json");
      return text === undefined ? undefined : topics.global.LedBlinkCounter.codec.decode(text).BlinkCounter;
    },
    lastConfig(which = "lastconfig") {
      try {
        return Deno.readFileSync(`${paths.checkpoint}/${which}`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    writeLastConfig(bytes, which = "lastconfig") {
      Deno.mkdirSync(paths.checkpoint, { recursive: true });
      Deno.writeFileSync(`${paths.checkpoint}/${which}`, bytes);
    },
    node(change) {
      const nodeagent = publication(topics.nodeagent.NodeAgentStatus);
      const old = nodeagent.get("nodeagent") ?? goNodeAgentStatus.make({ Name: "nodeagent", BootReason: 12 });
      nodeagent.publish("nodeagent", { ...old, ...change });
    },
    file,
    configRequests: () =>
      controller.requests.filter((record) => record.endpoint === "config" && record.payload !== undefined)
        .map((record) => {
          const { configHash, integrity_token } = ConfigRequest.decode(record.payload ?? new Uint8Array());
          return { hash: configHash, token: integrity_token, record };
        }),
    serve(config, options) {
      controller.putConfig(uuid, config, options);
    },
    start(options = {}) {
      const device = testDevice<Clock>({
        agent: "zedagent",
        root,
        clock: options.clock ?? systemClock,
        rescanMs: 300,
      });
      const running = runWith(
        device,
        { standalone: options.standalone ?? false },
        options.reporting ?? reporting,
      );
      let code: Promise<number> | undefined;
      const stop = () => {
        device.end();
        return code ??= running;
      };
      return {
        device,
        stop,
        async [Symbol.asyncDispose]() {
          await stop();
          await device[Symbol.asyncDispose]();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      others.abort();
      // The controller's stop() can wait for ever for an answer whose client left while it was being made.
      let timer: ReturnType<typeof setTimeout> | undefined;
      const enough = new Promise<void>((resolve) => timer = setTimeout(resolve, 1000));
      await Promise.race([controller.stop(), enough]);
      clearTimeout(timer);
      await Deno.remove(dir, { recursive: true });
    },
  };
  return site;
}

/** Waits until the program has published a status with this `ConfigGetStatus`. */
export function untilConfigGetStatus(site: TestSite, value: number, timeoutMs = 10_000): Promise<void> {
  return until(`ConfigGetStatus ${value}`, () => site.status()?.ConfigGetStatus === value, timeoutMs);
}
