/** diag's way to the controller: as the other programs have it, but also with half an identity, and without a single write. */
import {
  type AgentMetrics,
  type Client,
  ControllerConnError,
  newClient,
  type SigningIdentity,
} from "../../../controllerconn/mod.ts";
import {
  type Device,
  fileControllerCertStore,
  readSoftSerial,
  readSystemRoots,
  releasedAt,
} from "../../agent/mod.ts";
import { intItem } from "../../topics/mod.ts";
import type { BusView } from "../bus/view.ts";
import { hostsText } from "./hosts_text.ts";

/** Who may sign. */
export interface Signers {
  readonly device: SigningIdentity | undefined;
  readonly onboard: SigningIdentity | undefined;
}

/** What the client hangs on; asked anew for each request. */
export interface ClientFacts {
  readonly signers: Signers;
  /** `""` where there is none: then no server is trusted but by the system's roots. */
  readonly rootPem: string;
  readonly view: () => BusView;
  readonly metrics: AgentMetrics;
}

const noNetwork = { Version: 0, Ports: [] };

/** Sends without an identity what needs none, and fails with `identity` at what must be signed. */
const nobody: SigningIdentity = {
  certPem: new Uint8Array(0),
  certHash: new Uint8Array(32),
  sign: () =>
    Promise.reject(new ControllerConnError("identity", "there is no device certificate to sign with")),
};

/** The caller closes it. */
export function openClient(device: Device, { signers, rootPem, view, metrics }: ClientFacts): Client {
  const { paths, clock, random } = device;
  const seconds = (key: "timer.send.timeout" | "timer.dial.timeout") => intItem(view().items, key) * 1000;
  return newClient({
    deviceNetworkStatus: () => view().network ?? noNetwork,
    device: signers.device ?? nobody,
    ...(signers.onboard === undefined ? {} : { onboard: signers.onboard }),
    rootCertificatePem: rootPem,
    systemRootsPem: readSystemRoots(device),
    controllerCerts: fileControllerCertStore(paths),
    devUUID: () => "",
    devSoftSerial: softSerial(device),
    sendTimeoutMs: () => seconds("timer.send.timeout"),
    dialTimeoutMs: () => seconds("timer.dial.timeout"),
    metrics,
    hostsText: () => hostsText(paths),
    builtAt: releasedAt,
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    uuid: () => random.uuid(),
    random: () => random.next(),
  });
}

function softSerial(device: Device): string {
  try {
    return readSoftSerial(device.paths);
  } catch {
    return "";
  }
}
