/** A connection that is ready for a request: TCP, through the proxy if there is one, TLS for `https:` (`spec/controllerconn.md §5, 6.5, 9`). */
import { isIP, type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { within } from "../deadline.ts";
import { type ProxyChoice, proxyText } from "../proxy/proxy_choice.ts";
import { hostOf, portOf } from "../url.ts";
import { checkServerName } from "./check_server_name.ts";
import { openTcp, type TcpSetting } from "./open_tcp.ts";
import { peerChain } from "./peer_chain.ts";
import type { Progress } from "./progress.ts";
import { openSocks5 } from "./socks5.ts";
import type { TraceStep } from "./trace_event.ts";
import { openTunnel } from "./tunnel.ts";

/** What TLS trusts and shows. */
export interface TlsSetting {
  /** PEM texts of all trusted roots. */
  readonly ca: readonly string[];
  /** PEM of the client certificate and its key, sent only if the server asks. */
  readonly cert?: string;
  readonly key?: string;
  /**
   * Whose certificate is taken as it is. For the two cases of decisions.md 16 alone: a second look at one that was not accepted,
   * after whose handshake no byte may follow, and diag's remote probes, which carry no identity.
   */
  readonly lookAt?: LookedAt;
}

/** Whose certificate. */
export type LookedAt = "server" | "proxy";

/** One connection to be made. */
export interface DialJob extends TcpSetting {
  readonly target: URL;
  readonly proxy: ProxyChoice;
  readonly tls: TlsSetting;
}

/** A TLS handshake, or the answer to CONNECT, may take so many times the dial timer. */
const HANDSHAKE_SHARE = 3;

/** Rejects with an error of the runtime or an `OwnFailure`; `progress` says how far it came. */
export async function dial(job: DialJob, progress: Progress): Promise<Socket> {
  const { target, proxy } = job;
  const secure = target.protocol === "https:";
  const goal = { host: hostOf(target), port: portOf(target) };
  if (proxy.kind === "direct") {
    const socket = await openTcp(goal, job, progress);
    return secure ? await destroyedOnFailure(socket, startTls(socket, goal.host, job, progress)) : socket;
  }
  const socket = await openTcp(proxy, job, progress);
  return await destroyedOnFailure(socket, throughProxy(socket, job, progress));
}

async function throughProxy(socket: Socket, job: DialJob, progress: Progress): Promise<Socket> {
  const { proxy, target } = job;
  if (proxy.kind === "direct") return socket;
  const host = hostOf(target);
  progress.enter("proxy");
  const toProxy = proxy.scheme === "https" ? await startTls(socket, proxy.host, job, progress, true) : socket;
  if (job.tls.lookAt === "proxy") return toProxy;
  // A proxy takes a plain request in whole; only SOCKS knows nothing of HTTP.
  if (target.protocol !== "https:" && proxy.scheme !== "socks5") return toProxy;
  progress.trace({ step: "tunnelling", proxy: proxyText(proxy), target: `${host}:${portOf(target)}` });
  const open = proxy.scheme === "socks5" ? openSocks5 : openTunnel;
  await limited(
    job,
    "the proxy did not answer",
    (signal) => open(toProxy, proxy, host, portOf(target), signal),
  );
  progress.trace({ step: "tunnelled" });
  return target.protocol === "https:" ? await startTls(toProxy, host, job, progress) : toProxy;
}

async function startTls(
  socket: Socket,
  host: string,
  job: DialJob,
  progress: Progress,
  withProxy = false,
): Promise<TLSSocket> {
  if (!withProxy) progress.enter("handshake");
  progress.trace({ step: "handshaking", serverName: host, withProxy });
  return await limited(job, "the TLS handshake did not end", (signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
    const { ca, cert, key, lookAt } = job.tls;
    const acceptAny = lookAt === (withProxy ? "proxy" : "server");
    const secured = tls.connect({
      socket,
      servername: isIP(host) === 0 ? host : "",
      minVersion: "TLSv1.2",
      ...(acceptAny ? { rejectUnauthorized: false } : { ca: [...ca] }),
      ...(cert === undefined || key === undefined || withProxy ? {} : { cert, key }),
      checkServerIdentity: (_host, certificate) => checkServerName(host, certificate),
    });
    const onAbort = () => reject(signal.reason);
    secured.once("error", reject);
    secured.once("close", () => reject(ended(host)));
    secured.once("secureConnect", () => {
      if (progress.traced) progress.trace(securedStep(secured));
      resolve(secured);
    });
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort);
    return promise.finally(() => {
      secured.removeListener("error", reject);
      signal.removeEventListener("abort", onAbort);
    }).catch((error) => {
      // Its end may come with an error of its own, after this one.
      secured.on("error", () => {});
      secured.destroy();
      throw error;
    });
  });
}

function securedStep(socket: TLSSocket): TraceStep {
  const { name = "" } = socket.getCipher() ?? {};
  return { step: "secured", protocol: socket.getProtocol() ?? "", cipher: name, peer: peerChain(socket) };
}

function limited<T>(job: DialJob, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const milliseconds = HANDSHAKE_SHARE * job.dialTimeoutMs;
  return within(job.signal, milliseconds, `${what} within ${milliseconds} ms`, work);
}

async function destroyedOnFailure(socket: Socket, work: Promise<Socket>): Promise<Socket> {
  try {
    return await work;
  } catch (error) {
    socket.on("error", () => {});
    socket.destroy();
    throw error;
  }
}

function ended(host: string): Error {
  return Object.assign(new Error(`${host} closed the connection during the TLS handshake`), {
    code: "ECONNRESET",
  });
}
