/**
 * Ways that have just led nowhere: they are tried after all others, and with a shorter dial timer, so that a dead uplink costs one
 * time-out and not one for each request. Nothing is remembered for long, or over a change of its port.
 */
import type { DeviceNetworkStatus, NetworkPortStatus } from "../device_network_status.ts";
import type { ControllerConnErrorKind } from "../error.ts";
import type { Layer } from "../layer.ts";

/** One way from the device to a server. */
export interface Path {
  readonly ifName: string;
  readonly sourceAddr: string;
  /** `direct`, or the address of the proxy. */
  readonly proxy: string;
  /** Host and port of the target. */
  readonly host: string;
}

/** How long a failure is remembered, in milliseconds. */
export const REMEMBERED_MS = 60_000;
/** A remembered way that is tried for want of another gets at most so long to connect, in milliseconds. */
export const SHORT_DIAL_MS = 3_000;

/** What cost time; a refusal comes at once and is not worth remembering. */
const SLOW: ReadonlySet<ControllerConnErrorKind> = new Set(["timeout", "unreachable", "resolve"]);
/** On the way to the server; one that takes a request and says nothing is no fault of the way. */
const ON_THE_WAY: ReadonlySet<Layer> = new Set(["dns", "proxy", "tcp", "tls"]);

/** See the head of this file. Times in milliseconds, of one clock that never goes back. */
export class PathMemory {
  readonly #until = new Map<string, { readonly ifName: string; readonly until: number }>();
  #network: DeviceNetworkStatus | undefined;
  #ports = new Map<string, string>();

  isBad(path: Path, now: number): boolean {
    const known = this.#until.get(nameOf(path));
    return known !== undefined && now < known.until;
  }

  worked(path: Path): void {
    this.#until.delete(nameOf(path));
  }

  failed(path: Path, failure: { kind: ControllerConnErrorKind; layer: Layer }, now: number): void {
    for (const [name, { until }] of this.#until) if (until <= now) this.#until.delete(name);
    if (SLOW.has(failure.kind) && ON_THE_WAY.has(failure.layer)) {
      this.#until.set(nameOf(path), { ifName: path.ifName, until: now + REMEMBERED_MS });
    }
  }

  /** Forgets what was learned over ports that are not as they were. */
  follow(network: DeviceNetworkStatus): void {
    if (network === this.#network) return;
    this.#network = network;
    const ports = new Map((network.Ports ?? []).map((port) => [port.IfName, shapeOf(port)]));
    for (const [name, { ifName }] of this.#until) {
      if (ports.get(ifName) !== this.#ports.get(ifName)) this.#until.delete(name);
    }
    this.#ports = ports;
  }
}

function nameOf({ ifName, sourceAddr, proxy, host }: Path): string {
  return `${ifName} ${sourceAddr} ${proxy} ${host}`;
}

/** All of a port that bears on whether a way works. */
function shapeOf(port: NetworkPortStatus): string {
  return JSON.stringify([
    port.AddrInfoList?.map(({ Addr }) => Addr),
    port.DNSServers,
    port.LastSucceeded,
    port.Proxies,
    port.Exceptions,
    port.Pacfile,
  ]);
}
