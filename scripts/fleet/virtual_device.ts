/**
 * One virtual device: the onboarding of `client`, the attestation and config requests of `zedagent`, the uploads of
 * `loguploader`, without a bus between them. Its identity is in memory, its files are below a folder of its own.
 */
import {
  type Client,
  type DeviceNetworkStatus,
  loadIdentity,
  newClient,
  type SigningIdentity,
} from "../../controllerconn/mod.ts";
import {
  between,
  type Device,
  devicePaths,
  fileControllerCertStore,
  jitter,
  openLog,
  systemClock,
  systemCommands,
  systemRandom,
  systemTpmTool,
} from "../../services/agent/mod.ts";
import { controllerRequests } from "../../services/client/controller_requests.ts";
import { startOnboarding } from "../../services/client/onboarding_runner.ts";
import { initialState } from "../../services/client/onboarding_state.ts";
import { registerMessage } from "../../services/client/register_message.ts";
import { openBus } from "../../services/pubsub/mod.ts";
import { type ConfigAccess, fetchConfig } from "../../services/zedagent/config/request.ts";
import { makeDeviceIdentity } from "../pki/mod.ts";
import { attest } from "./attesting.ts";
import { LogSending } from "./log_sending.ts";
import { measured, type Measurements } from "./measuring.ts";

/** What all devices of a process share. */
export interface FleetSetting {
  /** `host[:port]` of the controller. */
  readonly server: string;
  readonly rootCertificatePem: string;
  /** PEM text; `""` for the controller's own root alone, which is much lighter. */
  readonly systemRootsPem: string;
  readonly onboard: SigningIdentity;
  readonly network: DeviceNetworkStatus;
  /** Below it each device has its folder. */
  readonly folder: string;
  readonly measurements: Measurements;
  /** Between two config requests, and between two log files, ± 10 %; 0 for none. Milliseconds. */
  readonly pollMs: number;
  readonly logMs: number;
  /** Of a log file before it is compressed, about. */
  readonly logBytes: number;
  /** The device has its UUID; may put a configuration for it. */
  readonly onboarded: (uuid: string) => Promise<void>;
  /** Told once for each device, at its first configuration. */
  readonly configured: () => void;
  /** Takes log lines; most fleets drop them. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
}

const sendTimeoutMs = 120_000;
const dialTimeoutMs = 30_000;
/** A device that was refused its configuration asks again so soon at most. */
const retryMs = 5_000;

/** Lives until the signal aborts. @param n its number in the fleet */
export async function live(n: number, setting: FleetSetting): Promise<void> {
  const device = openDevice(`${setting.folder}/${n}`, setting);
  const identity = await makeDeviceIdentity();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const softSerial = `fleet-${n}-${device.random.uuid()}`;
  let devUUID = "";
  const opened = newClient({
    deviceNetworkStatus: () => setting.network,
    device: loadIdentity(bytes(identity.certPem), bytes(identity.keyFile)),
    onboard: setting.onboard,
    rootCertificatePem: setting.rootCertificatePem,
    systemRootsPem: setting.systemRootsPem,
    controllerCerts: fileControllerCertStore(device.paths),
    devUUID: () => devUUID,
    devSerial: "",
    devSoftSerial: softSerial,
    sendTimeoutMs: () => sendTimeoutMs,
    dialTimeoutMs: () => dialTimeoutMs,
  });
  const client = measured(opened, setting.measurements);
  try {
    const registerBody = () =>
      registerMessage({ deviceCertPem: bytes(identity.certPem), serial: "", softSerial });
    devUUID = await onboard(device, client, registerBody, setting) ?? "";
    if (devUUID === "") return;
    await setting.onboarded(devUUID);
    const access = { device, client, server: () => setting.server, devUUID: () => devUUID };
    await Promise.all([
      followConfig(access, setting),
      ...(setting.logMs === 0 ? [] : [new LogSending(access, setting).run()]),
    ]);
  } finally {
    opened.close();
  }
}

function openDevice(root: string, { log, signal }: FleetSetting): Device {
  const paths = devicePaths(root);
  for (const folder of [paths.config, paths.run, paths.persist]) Deno.mkdirSync(folder, { recursive: true });
  return {
    agent: "fleet",
    paths,
    clock: systemClock,
    random: systemRandom,
    log: openLog("fleet", { debug: false, now: Date.now, terminal: false, write: log }),
    bus: openBus({ root, signal, report: (error) => log(`${error.message}\n`) }),
    commands: systemCommands,
    runTpmTool: systemTpmTool,
    signal,
  };
}

async function onboard(
  device: Device,
  client: Client,
  registerBody: () => Uint8Array,
  { measurements, server }: FleetSetting,
): Promise<string | undefined> {
  const { clock, log, random, signal } = device;
  const start = clock.monotonic();
  const run = startOnboarding(
    initialState({ selfRegister: true, getUuid: true, retries: 0 }, server, undefined),
    {
      clock,
      random,
      signal,
      requests: controllerRequests(client, registerBody, log, () => clock.now()),
      setLed: () => {},
      tell: () => {},
      readServer: () => server,
      hasCheckpoint: () => false,
      touch: () => {},
      report: (text) => void log.error(text),
    },
  );
  run.dispatch({ kind: "network", usableAddresses: 1, state: 3 });
  const { answer } = await run.result;
  if (answer !== undefined) measurements.record("onboarding", clock.monotonic() - start, "ok", true);
  return answer?.uuid;
}

/** Attested first, and anew where the controller asks for that. */
async function followConfig(access: ConfigAccess, setting: FleetSetting): Promise<void> {
  const { clock, random, signal } = access.device;
  let hash = "";
  let isConfigured = false;
  await attest(access);
  for (let iteration = 0; !signal.aborted; iteration++) {
    const { outcome } = await fetchConfig(access, { begin: () => undefined }, hash, iteration);
    if (outcome.kind === "config") hash = outcome.configHash;
    if (hash !== "" && !isConfigured) {
      isConfigured = true;
      setting.configured();
    }
    const failed = outcome.kind === "failed" || outcome.kind === "invalid";
    if (outcome.kind === "failed" && outcome.failure === "forbidden") await attest(access);
    const pause = jitter(random, failed ? Math.min(retryMs, setting.pollMs) : setting.pollMs);
    await clock.sleep(iteration === 0 && !failed ? between(random, 0, setting.pollMs) : pause, signal);
  }
}
