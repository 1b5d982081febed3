/** A program on the device: a client of controllerconn that sends what it is told to, and says what came of it. */
import { newClient } from "../../../controllerconn/client.ts";
import type { DeviceNetworkStatus } from "../../../controllerconn/device_network_status.ts";
import { senderStatusName } from "../../../controllerconn/sender_status.ts";
import { clientOptions } from "../../../controllerconn/testdata/device.ts";
import { readSettings, serveCommands } from "./lab_lines.ts";
import {
  bodyOf,
  type FoundProxy,
  networkFromLine,
  type Outcome,
  type SenderCommand,
  type SenderSettings,
} from "../sender_lines.ts";

const { network, rootCertificatePem, systemRootsPem, sendTimeoutMs, dialTimeoutMs } = await readSettings<
  SenderSettings
>();
let deviceNetworkStatus: DeviceNetworkStatus = networkFromLine(network);
const client = newClient(clientOptions({
  deviceNetworkStatus: () => deviceNetworkStatus,
  rootCertificatePem,
  systemRootsPem,
  sendTimeoutMs: () => sendTimeoutMs,
  dialTimeoutMs: () => dialTimeoutMs,
}));
const signal = new AbortController().signal;

async function send(command: Extract<SenderCommand, { readonly do: "send" }>): Promise<Outcome> {
  const { url, bodyBytes, ifName, options = {} } = command;
  const body = bodyBytes === undefined ? undefined : bodyOf(bodyBytes);
  const started = performance.now();
  const result = ifName === undefined
    ? await client.sendOnAllIntf(url, body, { signal, ...options })
    : await client.sendOnIntf(url, ifName, body, { signal, ...options });
  const { error } = result;
  return {
    delivered: error === undefined,
    kind: error?.kind ?? null,
    text: error?.message ?? "",
    status: senderStatusName(result.status),
    httpStatus: result.httpStatus,
    ifName: result.ifName,
    contents: new TextDecoder().decode(result.contents),
    attempts: error?.attempts ?? [],
    milliseconds: performance.now() - started,
  };
}

async function findProxy(ifName: string): Promise<FoundProxy> {
  const found = await client.getNetworkProxy(ifName, signal);
  const { pacfile, wpadURL } = found.kind === "found" ? found : { pacfile: "", wpadURL: "" };
  return { kind: found.kind, pacfile, wpadURL, text: found.kind === "failed" ? found.error.message : "" };
}

await serveCommands((command: SenderCommand) => {
  switch (command.do) {
    case "send":
      return send(command);
    case "find proxy":
      return findProxy(command.ifName);
    case "network":
      deviceNetworkStatus = networkFromLine(command.network);
      client.networkChanged();
      return null;
  }
});
