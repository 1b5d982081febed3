/** A TCP connection from one source address: every address of the name in turn within the dial timer (`spec/controllerconn.md §3.4, 4`). */
import net, { isIP, type Socket } from "node:net";
import type { Resolver, ResolveSetting } from "../dns/port_resolver.ts";
import { abortable, within } from "../deadline.ts";
import { NoSuitableAddress } from "../transport_failure.ts";
import type { Progress } from "./progress.ts";

/** Where to. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
}

/** From where, and how long it may take. */
export interface TcpSetting extends ResolveSetting {
  readonly resolve: Resolver;
  /** Name resolution and connect together; 0 = none. */
  readonly dialTimeoutMs: number;
}

/** With several addresses each gets at least this share of the dial timer. */
const MIN_SHARE_MS = 2000;

/** Rejects with the error of the address tried last, or with an `OwnFailure`. */
export async function openTcp(target: TcpTarget, setting: TcpSetting, progress: Progress): Promise<Socket> {
  const { dialTimeoutMs, signal } = setting;
  const end = dialTimeoutMs === 0 ? Infinity : performance.now() + dialTimeoutMs;
  const tooLate = `no connection to ${target.host} within the dial timer of ${dialTimeoutMs} ms`;
  const limited = <T>(shares: number, work: (signal: AbortSignal) => Promise<T>) =>
    within(signal, shareOf(end - performance.now(), shares), tooLate, work);
  const addresses = await limited(1, (signal) => addressesFor(target.host, { ...setting, signal }, progress));
  for (let left = addresses.length;; left--) {
    const address = addresses[addresses.length - left] ?? "";
    progress.enter("connect");
    progress.destination = address;
    try {
      return await limited(
        left,
        (signal) => connect({ ...target, host: address }, setting, signal, progress),
      );
    } catch (error) {
      progress.trace({ step: "connect-failed", address, text: textOf(error) });
      if (left === 1 || signal.aborted || performance.now() >= end) throw error;
    }
  }
}

/** Milliseconds of what is left for one of several; 0 without a dial timer. */
function shareOf(left: number, shares: number): number {
  if (left === Infinity) return 0;
  return Math.max(1, Math.min(left, Math.max(left / shares, MIN_SHARE_MS)));
}

/** The addresses of the source's family. */
async function addressesFor(
  host: string,
  setting: TcpSetting,
  progress: Progress,
): Promise<readonly string[]> {
  progress.enter("resolve");
  const family = isIP(setting.sourceAddr);
  const found = isIP(host) !== 0 ? [host] : await resolve(host, setting, progress);
  const suitable = [...new Set(found.filter((address) => isIP(address) === family))];
  if (suitable.length > 0) return suitable;
  throw new NoSuitableAddress(
    `no suitable address found: ${host} has no IPv${family} address (it has ${found.join(", ") || "none"})`,
  );
}

async function resolve(host: string, setting: TcpSetting, progress: Progress): Promise<readonly string[]> {
  progress.trace({ step: "resolving", host, servers: setting.servers });
  try {
    const { addresses, by } = await abortable(setting.resolve(host, setting), setting.signal);
    progress.trace({ step: "resolved", host, addresses, by });
    return addresses;
  } catch (error) {
    progress.trace({ step: "resolve-failed", host, text: textOf(error) });
    throw error;
  }
}

function connect(
  { host, port }: TcpTarget,
  { sourceAddr }: TcpSetting,
  signal: AbortSignal,
  progress: Progress,
): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  progress.trace({ step: "connecting", address: host, port });
  const socket = net.connect({ host, port, localAddress: sourceAddr, family: isIP(host) });
  const onAbort = () => {
    socket.destroy();
    reject(signal.reason);
  };
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.removeListener("error", reject);
    progress.trace({ step: "connected", address: host, port, localPort: socket.localPort ?? 0 });
    resolve(socket);
  });
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  return promise.finally(() => signal.removeEventListener("abort", onAbort));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
