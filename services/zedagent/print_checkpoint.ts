/** `zedagent -p FILE`: what a saved configuration says, for people; nothing is written or sent (`spec/zedagent.md §1`). */
import { type Client, newAgentMetrics } from "../../controllerconn/mod.ts";
import { ConfigResponse } from "../../proto/device.ts";
import {
  AgentError,
  type Device,
  errorText,
  openControllerClient,
  printText,
  readServer,
} from "../agent/mod.ts";
import { readFileIfPresent } from "../pubsub/mod.ts";

/**
 * Prints the configuration as JSON on standard output after it has been verified like a live answer. Text that is not UTF-8
 * does not decode, so `-V` asks for nothing more.
 * @param file its name in `/persist/checkpoint`
 * @returns 0, or 1 where there is none, or it can't be verified or decoded; the log tells why
 */
export function printCheckpoint(device: Device, file: string): number {
  const path = `${device.paths.checkpoint}/${file}`;
  try {
    device.log.info(`controller ${readServer(device.paths) || "not named"}`);
    const response = readResponse(path, openReader(device));
    printText(Deno.stdout, JSON.stringify(response, readable, 2));
    return 0;
  } catch (error) {
    device.log.error(`${path}: ${errorText(error)}`);
    return 1;
  }
}

function readResponse(path: string, client: Client): ConfigResponse {
  const envelope = readFileIfPresent(path);
  if (envelope === undefined) throw new AgentError("missing-file", "there is no such file");
  const opened = client.removeAndVerifyAuthContainer(envelope);
  if (opened.error !== undefined) throw opened.error;
  return ConfigResponse.decode(opened.payload);
}

/** Certificates of the controller and of the device, as for requests; none is made. */
function openReader(device: Device): Client {
  return openControllerClient(device, {
    deviceNetworkStatus: () => undefined,
    configItems: { int: () => 0 },
    devUUID: () => "",
    metrics: newAgentMetrics(() => device.clock.now()),
    withoutWrites: true,
  });
}

/** Bytes as base64, 64-bit numbers as decimal text. */
function readable(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toBase64();
  const isLong = typeof value === "object" && value !== null && "unsigned" in value && "low" in value;
  return isLong ? String(value) : value;
}
