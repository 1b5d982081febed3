/** Keeps the stream of signals open: a connection that ends is made again, sooner or later (`spec/zedagent.md §17`). */
import http from "node:http";
import { STATUS_CODE } from "@std/http/status";
import { childAbort, type Device, errorText, firedWithin, retryDelay, signalOnce } from "../../agent/mod.ts";
import { signalRetry, signalThrottledRetry } from "../retry_policies.ts";
import type { LpsEndpointName } from "./lps_endpoint.ts";
import type { LpsServer } from "./lps_servers.ts";
import { initialSignals, lineCutter, signalLine } from "./signal.ts";

const path = "/api/v1/signal";
/** The only sign of a peer that is gone without a word. */
const keepAliveMs = 60_000;
const openWithinMs = 10_000;

/** See {@linkcode startSignalStream}. */
export interface SignalStream {
  /** The ways to the server are others than before: connect anew. */
  restart(): void;
}

type StreamEnd = "closed" | "not-found" | "failed";

/**
 * Runs until the device ends; waits for `restart` while there is no server. It is not watched by the watchdog: a stream may
 * be silent for days.
 * @param servers the ways to the server now
 * @param trigger called for each endpoint that a signal names
 */
export function startSignalStream(
  device: Device,
  servers: () => readonly LpsServer[],
  trigger: (endpoint: LpsEndpointName) => void,
): SignalStream {
  const restarted = signalOnce();
  let current = childAbort(device.signal);
  let signals = initialSignals(device.clock.monotonic());
  const take = (line: string) => {
    const step = signalLine(signals, line, device.clock.monotonic());
    signals = step.state;
    if (step.report !== undefined) device.log.warn(`signals of a local server: ${step.report}`);
    for (const endpoint of step.triggers) trigger(endpoint);
  };
  const tryAll = async (): Promise<StreamEnd> => {
    for (const server of servers()) {
      const end = await readStream(server, current.signal, take);
      if (end.kind !== "failed") return end.kind;
      device.log.debug(`${server.baseUrl}${path}: ${end.reason}`);
      if (current.signal.aborted) return "closed";
    }
    return "failed";
  };
  const loop = async () => {
    let failures = 0;
    while (!device.signal.aborted) {
      current.release();
      current = childAbort(device.signal);
      if (servers().length === 0) {
        await restarted.wait(device.signal);
        failures = 0;
        continue;
      }
      const end = await tryAll();
      if (current.signal.aborted) continue;
      failures = end === "failed" ? failures + 1 : 0;
      const delay = end === "not-found"
        ? retryDelay(device.random, signalThrottledRetry)
        : retryDelay(device.random, signalRetry, Math.max(1, failures));
      if (await firedWithin(device, restarted, delay)) failures = 0;
    }
    current.release();
  };
  loop();
  return {
    restart() {
      restarted.fire();
      current.abort();
    },
  };
}

type StreamResult =
  | { readonly kind: "closed" }
  | { readonly kind: "not-found" }
  | { readonly kind: "failed"; readonly reason: string };

/** Reads until the stream ends. Never rejects. */
function readStream(
  { baseUrl, sourceAddr }: LpsServer,
  signal: AbortSignal,
  take: (line: string) => void,
): Promise<StreamResult> {
  return new Promise((resolve) => {
    const timer = setTimeout(
      () => end({ kind: "failed", reason: `no answer within ${openWithinMs} ms` }),
      openWithinMs,
    );
    const end = (result: StreamResult) => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      request.destroy();
      resolve(result);
    };
    const stop = () => end({ kind: "closed" });
    const request = http.get(`${baseUrl}${path}`, { localAddress: sourceAddr, agent: false }, (response) => {
      clearTimeout(timer);
      if (response.statusCode === STATUS_CODE.NotFound) return end({ kind: "not-found" });
      if (response.statusCode !== STATUS_CODE.OK) {
        return end({ kind: "failed", reason: `expected status 200, got ${response.statusCode}` });
      }
      const cutter = lineCutter();
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        try {
          for (const line of cutter.push(text)) take(line);
        } catch (error) {
          end({ kind: "failed", reason: errorText(error) });
        }
      });
      response.on("end", stop);
      response.on("error", stop);
      response.on("close", stop);
    });
    request.on("socket", (socket) => socket.setKeepAlive(true, keepAliveMs));
    request.on("error", (error) => end({ kind: "failed", reason: errorText(error) }));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop);
  });
}
