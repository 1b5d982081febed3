/** For tests: a dev controller, a device root that belongs to it, and a client run on a clock that goes faster than life. */
import {
  type Controller,
  type ControllerOptions,
  type DeviceRoot,
  type DeviceRootOptions,
  makeDeviceRoot,
  startController,
} from "../../scripts/controller/mod.ts";
import type { Clock, Commands } from "../agent/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { type TestDevice, testDevice, type TestDeviceOptions } from "../agent/test_device.ts";
import { openBus, type Publication } from "../pubsub/mod.ts";
import {
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  topics,
} from "../topics/mod.ts";
import { run } from "./run.ts";

/** See {@linkcode makeSite}. */
export interface SiteOptions {
  readonly controller?: Omit<ControllerOptions, "dir">;
  readonly root?: Omit<DeviceRootOptions, "controller">;
  /** Serials that may register; `["*"]` by default, `[]` for an onboarding certificate that the controller doesn't know. */
  readonly serials?: readonly string[];
}

/** A controller and a device that have not met yet: `await using site = await makeSite()`. */
export interface Site extends AsyncDisposable {
  readonly controller: Controller;
  readonly files: DeviceRoot;
  /** Publishes as nim; may be closed and opened anew. */
  readonly nim: Publication<DeviceNetworkStatus>;
  readonly led: () => number | undefined;
  /** `GET certs`, `POST uuid` … as the controller saw them. */
  readonly requests: () => string[];
  read(path: string): string | undefined;
}

/** Makes one below a temporary folder. */
export async function makeSite(options: SiteOptions = {}): Promise<Site> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-client-test-" });
  const controller = await startController({ dir: `${folder}/controller`, ...options.controller });
  const files = await makeDeviceRoot(`${folder}/device`, { controller, ...options.root });
  const serials = options.serials ?? ["*"];
  if (files.onboard !== undefined && serials.length > 0) {
    controller.addOnboard(files.onboard.certPem, serials);
  }
  const end = new AbortController();
  const bus = openBus({
    root: files.root,
    signal: end.signal,
    report: (error) => {
      throw error;
    },
  });
  const read = (path: string) => {
    try {
      return Deno.readTextFileSync(`${files.root}${path}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  };
  return {
    controller,
    files,
    nim: bus.publication(topics.nim.DeviceNetworkStatus),
    led: () => {
      const text = read("/run/global/LedBlinkCounter/ledconfig.json");
      return text === undefined ? undefined : topics.global.LedBlinkCounter.codec.decode(text).BlinkCounter;
    },
    requests: () => controller.requests.map(({ method, endpoint }) => `${method} ${endpoint}`),
    read,
    async [Symbol.asyncDispose]() {
      end.abort();
      await controller.stop();
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/** A network over the loopback interface, in the given DPC state; DPC_SUCCESS by default. */
export function network(State = 3, addresses: readonly string[] = ["127.0.0.1"]): DeviceNetworkStatus {
  const port = goNetworkPortStatus.make({
    IfName: "lo",
    Logicallabel: "lo",
    IsMgmt: true,
    IsL3Port: true,
    DNSServers: ["127.0.0.1"],
    AddrInfoList: addresses.map((Addr) => goAddrInfo.make({ Addr })),
  });
  return goDeviceNetworkStatus.make({ DPCKey: "manual", Version: 1, State, Ports: [port] });
}

/** See {@linkcode startClient}. */
export interface ClientRun extends AsyncDisposable {
  readonly device: TestDevice<Clock>;
  /** Time on the device's clock when the run began. */
  readonly started: number;
  readonly code: Promise<number>;
  /** Undefined while it runs. */
  readonly ended: () => number | undefined;
}

/** What a run may be given besides its operations. */
export interface RunOptions {
  readonly retries?: number;
  /** How much faster than life; 20 by default. */
  readonly speed?: number;
  /** Makes another clock of the fast one. */
  readonly clock?: (fast: Clock) => Clock;
  readonly commands?: TestDeviceOptions["commands"];
  readonly runCommands?: Commands;
}

/** Starts `client` with these operations on the site's root; ends it when the test does. */
export function startClient(site: Site, operations: string, options: RunOptions = {}): ClientRun {
  const fast = fastClock(options.speed ?? 20);
  const device = testDevice({
    agent: "zedclient",
    root: site.files.root,
    clock: options.clock?.(fast) ?? fast,
    commands: { hostname: "", ...options.commands },
    ...(options.runCommands === undefined ? {} : { runCommands: options.runCommands }),
  });
  let ended: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no end within 20 s: ${device.logged.join("\n")}`)), 20_000);
  });
  const started = device.clock.monotonic();
  const running = run(device, {
    selfRegister: operations.includes("selfRegister"),
    getUuid: operations.includes("getUuid"),
    retries: options.retries ?? 0,
    setHostName: true,
  }).then((value) => ended = value).finally(() => clearTimeout(timer));
  const code = Promise.race([running, late]);
  return {
    device,
    started,
    code,
    ended: () => ended,
    async [Symbol.asyncDispose]() {
      device.end();
      await running.catch(() => {});
      await code.catch(() => {});
      await device[Symbol.asyncDispose]();
    },
  };
}
