/** The onboarding program: gets the device its UUID and tells everybody (`docs/spec/client.md`). */
import { type MetricsMap, newAgentMetrics } from "../../controllerconn/mod.ts";
import {
  type Device,
  errorText,
  fileControllerCertStore,
  followConfigItems,
  openControllerClient,
  openTraffic,
  productSerial,
  readServer,
  readSoftSerial,
  setLed,
  touch,
} from "../agent/mod.ts";
import type { Publication } from "../pubsub/mod.ts";
import { nilUUID, type OnboardingStatus, topics, usableAddresses } from "../topics/mod.ts";
import { controllerRequests } from "./controller_requests.ts";
import { type FailureReason, reasonExitCodes, reasonText } from "./failure_reason.ts";
import type { Identity, Operations } from "./onboarding_events.ts";
import { type RunResult, startOnboarding } from "./onboarding_runner.ts";
import { initialState } from "./onboarding_state.ts";
import { publishIdentity } from "./publish_identity.ts";
import { registerMessage } from "./register_message.ts";

/** What the command line says. */
export interface ClientOptions extends Operations {
  /** False below `--root`: the machine's name is not the virtual device's. */
  readonly setHostName: boolean;
}

/** How the log tells of each ending. */
const endings: Readonly<Record<RunResult["ending"], string>> = {
  onboarded: "onboarded",
  registered: "registered, the UUID was not asked for",
  cached: "no controller; the device goes on with the UUID of an earlier run",
  "retries-exceeded": "not onboarded: the retries of -r are used up",
  aborted: "not onboarded: asked to end",
};

/**
 * Runs until the device is onboarded (or registered, if nothing else was asked for), or may go on with the identity of an
 * earlier run.
 * @returns 0 on success; 1 when the signal came first, or when the retries are used up for a reason without a name; the code
 * of the reason of the last pass where it has one
 * @throws {AgentError} a file in `/config` that is needed and can't be used: fatal
 * @throws {PubsubError} another process owns our topics
 */
export async function run(device: Device, options: ClientOptions): Promise<number> {
  const publication = device.bus.publication(topics.zedclient.OnboardingStatus);
  const metricsMap = device.bus.publication(topics.zedclient.MetricsMap);
  const metrics = newAgentMetrics(() => device.clock.now());
  const traffic = openTraffic(device, topics.zedclient.TrafficCounters);
  const previous = previousIdentity(publication);
  const server = readServer(device.paths);
  const configItems = followConfigItems(device);

  const network = device.bus.subscription(topics.nim.DeviceNetworkStatus, {
    create: networkChanged,
    modify: networkChanged,
    delete: networkChanged,
  });
  const [serial, softSerial] = [await productSerial(device), readSoftSerial(device.paths)];
  const client = openControllerClient(device, {
    deviceNetworkStatus: () => network.get("global"),
    configItems,
    devUUID: () => "",
    metrics,
    purposes: traffic.purposes,
    withOnboardPair: options.selfRegister,
    devSerial: serial,
    devSoftSerial: softSerial,
  });
  const deviceCertPem = Deno.readFileSync(device.paths.deviceCert);
  const why = (reason: FailureReason) =>
    reasonText(reason, {
      server: readServerLater(device) || server,
      serial,
      softSerial,
      now: device.clock.now(),
    });
  const registerBody = () => registerMessage({ deviceCertPem, serial, softSerial });

  const onboarding = startOnboarding(initialState(options, server, previous), {
    clock: device.clock,
    random: device.random,
    signal: device.signal,
    requests: controllerRequests(client, registerBody, device.log, () => device.clock.now()),
    setLed: (blinkCounter) => setLed(device, blinkCounter),
    tell: (reason) => void device.log.error(`not onboarded yet: ${why(reason)}; trying again`),
    readServer: () => readServerLater(device),
    hasCheckpoint: () => hasCheckpoint(device),
    touch: () => touch(device),
    report: (text) => void device.log.error(`${text}; onboarding goes on with the next attempt`),
  });
  if (server === "") {
    device.log.warn(`${device.paths.server} is empty; waiting for the name of the controller`);
  }
  network.activate();

  const { ending, answer, reason } = await onboarding.result;
  network.close();
  client.close();
  traffic.publishNow();
  device.log.info(`${endings[ending]}${answer === undefined ? "" : `: ${answer.uuid}`}`);
  if (reason !== undefined) {
    device.log.error(`not onboarded: ${why(reason)}`);
    return reasonExitCodes[reason];
  }
  if (ending === "aborted" || ending === "retries-exceeded") return 1;
  if (answer !== undefined) {
    const { setHostName } = options;
    if (!await publishIdentity(device, answer, { publication, previous, setHostName })) {
      device.log.warn(
        "asked to end before the hardware model was known; the next run publishes the identity",
      );
      return 1;
    }
  }
  publishMetrics(device, metricsMap, metrics.snapshot());
  return 0;

  function networkChanged(key: string): void {
    if (key !== "global") return;
    client.networkChanged();
    const status = network.get("global");
    onboarding.dispatch({
      kind: "network",
      usableAddresses: status === undefined ? 0 : usableAddresses(status).length,
      state: status?.State ?? 0,
    });
  }
}

function previousIdentity(publication: Publication<OnboardingStatus>): Identity | undefined {
  const status = publication.get("global");
  if (status === undefined || status.DeviceUUID === nilUUID) return undefined;
  return { uuid: status.DeviceUUID, hardwareModel: status.HardwareModel };
}

/** After the start a missing file is no reason to end: the old server stays. */
function readServerLater(device: Device): string {
  try {
    return readServer(device.paths);
  } catch (error) {
    device.log.warn(`${errorText(error)}; the controller stays as it was`);
    return "";
  }
}

function hasCheckpoint(device: Device): boolean {
  const store = fileControllerCertStore(device.paths);
  return (["primary", "backup"] as const).some((which) => {
    try {
      return store.load(which) !== undefined;
    } catch (error) {
      device.log.warn(`controller certificates (${which}) can't be read: ${errorText(error)}`);
      return false;
    }
  });
}

function publishMetrics(device: Device, publication: Publication<MetricsMap>, metrics: MetricsMap): void {
  try {
    publication.publish("global", metrics);
  } catch (error) {
    device.log.error(`MetricsMap can't be published: ${errorText(error)}; the counters of this run are lost`);
  }
}
