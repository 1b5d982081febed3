/**
 * The way to the controller for one program: device files, settings and network state put together for
 * `newClient`.
 */
import {
  type AgentMetrics,
  type Client,
  type ClientOptions,
  type DeviceNetworkStatus,
  type MetricsMap,
  type NetworkMonitor,
  newClient,
  type PurposeCounters,
  type SigningIdentity,
} from "../../controllerconn/mod.ts";
import type { Topic } from "../pubsub/mod.ts";
import { fileControllerCertStore } from "./checkpoint.ts";
import {
  hasOnboardPair,
  loadDeviceIdentity,
  loadOnboardIdentity,
  readRootCertificate,
  readSystemRoots,
} from "./config_files.ts";
import type { ConfigItems } from "./config_items.ts";
import type { Device } from "./device.ts";
import { setLed } from "./led.ts";
import { runLogged, signalOnce } from "./loops.ts";
import { releasedAt } from "./version.ts";

/** See {@linkcode openControllerClient}. */
export interface ControllerClientOptions {
  /** nim's status as it is now; `undefined` while there is none (then every send fails with `no-port`). */
  readonly deviceNetworkStatus: () => DeviceNetworkStatus | undefined;
  /** `timer.send.timeout` and `timer.dial.timeout` are asked anew for each send. */
  readonly configItems: Pick<ConfigItems, "int">;
  /** Lower-case UUID; `""` while the device has none. */
  readonly devUUID: () => string;
  readonly metrics: AgentMetrics;
  /** See `openTraffic`; without it nothing is counted by purpose (diag). */
  readonly purposes?: PurposeCounters;
  /** True to load the onboarding pair, which signs `/register`. */
  readonly withOnboardPair?: boolean;
  /** True to show the onboarding pair where the device has no usable pair of its own yet (nim's tests). */
  readonly orOnboardPair?: boolean;
  /** Says more of a port without address (nim's tests). */
  readonly networkMonitor?: NetworkMonitor;
  /** For the serial headers, sent while there is no UUID. */
  readonly devSerial?: string;
  readonly devSoftSerial?: string;
  /** Its end closes the client; the device's by default. */
  readonly signal?: AbortSignal;
  /** True for a program that writes nothing, no LED state and no file for a TPM's tools (diag). */
  readonly withoutWrites?: boolean;
}

/**
 * Reads identity and roots of trust and makes the client; it closes with its signal.
 * @throws {AgentError} `missing-file`, `bad-file`, `io`: a file in `/config` that is needed and can't
 * be used
 */
export function openControllerClient(device: Device, options: ControllerClientOptions): Client {
  const seconds = (key: "timer.send.timeout" | "timer.dial.timeout") => options.configItems.int(key) * 1000;
  const clientOptions: ClientOptions = {
    deviceNetworkStatus: () => options.deviceNetworkStatus() ?? { Version: 0, Ports: [] },
    device: identityOf(device, options),
    ...(options.withOnboardPair ? { onboard: loadOnboardIdentity(device) } : {}),
    rootCertificatePem: readRootCertificate(device.paths),
    systemRootsPem: readSystemRoots(device),
    controllerCerts: fileControllerCertStore(device.paths),
    devUUID: options.devUUID,
    ...(options.devSerial === undefined ? {} : { devSerial: options.devSerial }),
    ...(options.devSoftSerial === undefined ? {} : { devSoftSerial: options.devSoftSerial }),
    sendTimeoutMs: () => seconds("timer.send.timeout"),
    dialTimeoutMs: () => seconds("timer.dial.timeout"),
    metrics: options.metrics,
    ...(options.networkMonitor === undefined ? {} : { networkMonitor: options.networkMonitor }),
    ...(options.purposes === undefined ? {} : { purposes: options.purposes }),
    ...(options.withoutWrites ? {} : { led: (blinkCounter: number) => setLed(device, blinkCounter) }),
    hostsText: () => readHosts(device),
    builtAt: releasedAt,
    now: () => device.clock.now(),
    monotonic: () => device.clock.monotonic(),
    uuid: () => device.random.uuid(),
    random: () => device.random.next(),
  };
  const client = newClient(clientOptions);
  const { signal = device.signal } = options;
  if (signal.aborted) client.close();
  else signal.addEventListener("abort", () => client.close(), { once: true });
  return client;
}

function identityOf(device: Device, options: ControllerClientOptions): SigningIdentity {
  try {
    return loadDeviceIdentity(device, options.withoutWrites ? undefined : device.paths.run);
  } catch (error) {
    if (!options.orOnboardPair || !hasOnboardPair(device.paths)) throw error;
    return loadOnboardIdentity(device);
  }
}

/** Without a file no name is known to it, which is no error. */
function readHosts(device: Device): string {
  try {
    return Deno.readTextFileSync(device.paths.hosts);
  } catch {
    return "";
  }
}

/**
 * Publishes the counters under key `global` now and, after something was counted, within an interval, until the device ends
 * (`spec/controllerconn.md §11.2`). A program that sends nothing is not woken up for it.
 * @param intervalMs asked anew each time, e.g. `() => between(device.random, 3_000, 10_000)`
 * @returns when the device has ended
 * @throws {PubsubError} `owned`, `io`: the topic can't be opened
 */
export async function publishMetricsMap(
  device: Device,
  topic: Topic<MetricsMap>,
  metrics: AgentMetrics,
  intervalMs: () => number,
): Promise<void> {
  const publication = device.bus.publication(topic);
  const counted = signalOnce();
  metrics.onChange(() => counted.fire());
  const publish = () => {
    try {
      publication.publish("global", metrics.snapshot());
    } catch (error) {
      counted.fire();
      throw error;
    }
  };
  await runLogged(device, publish);
  while (await counted.wait(device.signal)) {
    await device.clock.sleep(intervalMs(), device.signal);
    if (!device.signal.aborted) await runLogged(device, publish);
  }
}
