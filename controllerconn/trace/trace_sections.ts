/** What the steps of an attempt say about dials, connections, tunnels and requests (`spec/controllerconn.md §12.1`). Pure. */
import { isIP } from "node:net";
import type { AttemptBegin, TraceStep } from "../connect/trace_event.ts";
import { cipherSuiteNumber } from "./cipher_suites.ts";
import { headerTraces, withoutCredentials } from "./hidden_values.ts";
import type {
  DialTrace,
  DnsQueryTrace,
  HttpRequestTrace,
  TcpConnTrace,
  TlsTunnelTrace,
  TraceTime,
} from "./net_trace.ts";
import { absoluteTimeOf, UNDEFINED } from "./trace_time.ts";

const BROKEN = "the kept connection broke before the first byte of the answer; sent again over another one";

type StepOf<Name extends TraceStep["step"]> = Extract<TraceStep, { readonly step: Name }>;

function addressType(address: string): "A" | "AAAA" {
  return isIP(address) === 6 ? "AAAA" : "A";
}

/** `host:port` of a URL; the port of its scheme where it names none. */
function endpointOf(url: string): { host: string; port: number } | undefined {
  const parsed = URL.parse(url);
  if (parsed === null) return undefined;
  const port = parsed.port === "" ? (parsed.protocol === "http:" ? 80 : 443) : Number(parsed.port);
  return { host: parsed.hostname.replace(/^\[|\]$/g, ""), port };
}

function joined(host: string, port: number | undefined): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port ?? 0}`;
}

/** The sections of a trace file while they grow, step by step. */
export class TraceSections {
  readonly all = {
    dials: [] as DialTrace[],
    tcpConns: [] as TcpConnTrace[],
    udpConns: [] as never[],
    dnsQueries: [] as DnsQueryTrace[],
    httpRequests: [] as HttpRequestTrace[],
    tlsTunnels: [] as TlsTunnelTrace[],
  };
  #ids = 0;
  #proxy: string | undefined;
  /** What is under way. */
  #dial: DialTrace | undefined;
  #asked: { readonly host: string; readonly at: TraceTime } | undefined;
  #conn: TcpConnTrace | undefined;
  #handshake: TlsTunnelTrace | undefined;
  #request: HttpRequestTrace | undefined;
  /** Over the connection that is in use. */
  #tunnel: TlsTunnelTrace | undefined;
  #proxyTunnel: TlsTunnelTrace | undefined;

  constructor(private readonly begin: AttemptBegin, private readonly hideHeaderValues: boolean) {}

  take(step: TraceStep, at: TraceTime): void {
    switch (step.step) {
      case "proxy":
        this.#proxy = withoutCredentials(step.proxy);
        return;
      case "resolving":
        return this.#resolving(step, at);
      case "resolved":
        return this.#resolved(step, at);
      case "resolve-failed":
        this.#recordQuery([]);
        return this.#dialFailed(step.text, at);
      case "connecting":
        return this.#connecting(step, at);
      case "connected":
        return this.#connected(step, at);
      case "connect-failed":
        if (this.#conn !== undefined) this.#conn.handshakeEndAt = at;
        return this.#dialFailed(step.text, at);
      case "reused":
        return this.#reused(step);
      case "tunnelling":
        this.#proxy = withoutCredentials(step.proxy);
        return;
      case "tunnelled":
        return;
      case "handshaking":
        return this.#handshaking(step, at);
      case "secured":
        return this.#secured(step, at);
      case "requested":
        return this.#requested(step, at);
      case "answered":
        return this.#answered(step, at);
      case "failed":
        return this.#failed(step.text, at);
    }
  }

  #id(): string {
    return `tid-${++this.#ids}`;
  }

  #openDial(host: string, port: number | undefined, at: TraceTime): DialTrace {
    this.#breakRequest(at);
    const dial: DialTrace = {
      traceID: this.#id(),
      dialBeginAt: at,
      dialEndAt: UNDEFINED,
      ctxCloseAt: UNDEFINED,
      dstAddress: joined(host, port),
      sourceIP: this.begin.sourceAddr,
    };
    this.all.dials.push(dial);
    this.#dial = dial;
    return dial;
  }

  #resolving({ host }: StepOf<"resolving">, at: TraceTime): void {
    const known = [this.#proxy, this.begin.url].map((url) => endpointOf(url ?? ""))
      .find((endpoint) => endpoint?.host === host);
    this.#openDial(host, known?.port, at);
    this.#asked = { host, at };
  }

  #resolved({ host, addresses, by }: StepOf<"resolved">, at: TraceTime): void {
    if (by === "hosts") {
      this.#asked = undefined;
      return;
    }
    const answers = addresses.map((address) => ({
      name: host,
      type: addressType(address),
      resolvedVal: address,
    }));
    this.#recordQuery([{ recvAt: at, answers }]);
    if (this.#dial === undefined || isIP(by) === 0) return;
    const { dialBeginAt } = this.#dial;
    this.#dial.resolverDials = [{ dialBeginAt, dialEndAt: at, nameserver: joined(by, 53) }];
  }

  #recordQuery(dnsReplyMsgs: DnsQueryTrace["dnsReplyMsgs"]): void {
    if (this.#asked === undefined) return;
    const { host, at } = this.#asked;
    this.#asked = undefined;
    this.all.dnsQueries.push({
      traceID: this.#id(),
      fromDial: this.#dial?.traceID ?? "",
      connection: "",
      dnsQueryMsgs: [{ sentAt: at, questions: [{ name: host, type: addressType(this.begin.sourceAddr) }] }],
      dnsReplyMsgs,
    });
  }

  #dialFailed(text: string, at: TraceTime): void {
    if (this.#dial === undefined) return;
    this.#dial.dialEndAt = at;
    this.#dial.dialErr = withoutCredentials(text);
  }

  #connecting({ address, port }: StepOf<"connecting">, at: TraceTime): void {
    const isNext = this.#dial !== undefined && this.#dial.establishedConn === undefined;
    const dial = isNext && this.#dial !== undefined ? this.#dial : this.#openDial(address, port, at);
    if (dial.dstAddress.endsWith(":0")) dial.dstAddress = `${dial.dstAddress.slice(0, -1)}${port}`;
    dial.dialEndAt = UNDEFINED;
    delete dial.dialErr;
    this.#openConn({
      fromDial: dial.traceID,
      handshakeBeginAt: at,
      connected: false,
      addrTuple: { srcIP: this.begin.sourceAddr, srcPort: 0, dstIP: address, dstPort: port },
      reused: false,
    });
  }

  #openConn(
    some: Pick<TcpConnTrace, "fromDial" | "handshakeBeginAt" | "connected" | "addrTuple" | "reused">,
  ): void {
    const { fromDial, handshakeBeginAt, ...rest } = some;
    this.#conn = {
      traceID: this.#id(),
      fromDial,
      handshakeBeginAt,
      handshakeEndAt: UNDEFINED,
      ...rest,
      connCloseAt: UNDEFINED,
    };
    this.#tunnel = this.#proxyTunnel = undefined;
    this.all.tcpConns.push(this.#conn);
  }

  #connected({ localPort }: StepOf<"connected">, at: TraceTime): void {
    if (this.#conn === undefined) return;
    this.#conn.connected = true;
    this.#conn.handshakeEndAt = at;
    this.#conn.addrTuple.srcPort = localPort;
    if (this.#dial === undefined) return;
    this.#dial.dialEndAt = at;
    this.#dial.establishedConn = this.#conn.traceID;
  }

  #reused({ localPort, address, port }: StepOf<"reused">): void {
    this.#openConn({
      fromDial: "",
      handshakeBeginAt: UNDEFINED,
      connected: true,
      addrTuple: { srcIP: this.begin.sourceAddr, srcPort: localPort, dstIP: address, dstPort: port },
      reused: true,
    });
  }

  #handshaking(
    { serverName, withProxy }: StepOf<"handshaking">,
    at: TraceTime,
  ): void {
    const tunnel: TlsTunnelTrace = {
      traceID: this.#id(),
      tcpConn: this.#conn?.traceID ?? "",
      handshakeBeginAt: at,
      handshakeEndAt: UNDEFINED,
      didResume: false,
      peerCerts: [],
      cipherSuite: 0,
      serverName,
    };
    this.all.tlsTunnels.push(tunnel);
    this.#handshake = tunnel;
    if (withProxy) this.#proxyTunnel = tunnel;
    else this.#tunnel = tunnel;
  }

  #secured({ cipher, peer }: StepOf<"secured">, at: TraceTime): void {
    if (this.#handshake === undefined) return;
    this.#handshake.handshakeEndAt = at;
    this.#handshake.cipherSuite = cipherSuiteNumber(cipher);
    this.#handshake.peerCerts = peer.map((certificate) => ({
      ...certificate,
      notBefore: absoluteTimeOf(certificate.notBefore),
      notAfter: absoluteTimeOf(certificate.notAfter),
    }));
    this.#handshake = undefined;
  }

  #openRequest(): HttpRequestTrace {
    const { method, url } = this.begin;
    const request: HttpRequestTrace = {
      traceID: this.#id(),
      tcpConn: this.#conn?.connected ? this.#conn.traceID : "",
      ...(this.#tunnel === undefined ? {} : { tlsTunnel: this.#tunnel.traceID }),
      ...(this.#proxyTunnel === undefined ? {} : { proxyTLSTunnel: this.#proxyTunnel.traceID }),
      protoMajor: 1,
      protoMinor: 1,
      ...(this.#proxy === undefined ? {} : { networkProxy: this.#proxy }),
      reqSentAt: UNDEFINED,
      reqMethod: method,
      reqURL: withoutCredentials(url),
      reqContentLen: 0,
      respRecvAt: UNDEFINED,
      respStatusCode: 0,
      RespContentLen: 0,
    };
    this.all.httpRequests.push(request);
    this.#request = request;
    return request;
  }

  #requested(
    { method, url, headers, bytes }: StepOf<"requested">,
    at: TraceTime,
  ): void {
    this.#breakRequest(at);
    const request = this.#openRequest();
    request.reqSentAt = at;
    request.reqMethod = method;
    request.reqURL = withoutCredentials(url);
    request.reqHeader = headerTraces(headers, this.hideHeaderValues);
    request.reqContentLen = bytes;
  }

  /** A request that another one follows had no answer. */
  #breakRequest(at: TraceTime): void {
    if (this.#request === undefined) return;
    this.#request.reqError = BROKEN;
    this.#request = undefined;
    if (this.#conn !== undefined) this.#conn.connCloseAt = at;
  }

  #answered({ code, headers, bytes }: StepOf<"answered">, at: TraceTime): void {
    if (this.#request === undefined) return;
    this.#request.respRecvAt = at;
    this.#request.respStatusCode = code;
    this.#request.respHeader = headerTraces(headers, this.hideHeaderValues);
    this.#request.RespContentLen = bytes;
    this.#request = undefined;
  }

  #failed(text: string, at: TraceTime): void {
    const reqError = withoutCredentials(text);
    if (this.#dial?.dialEndAt === UNDEFINED) this.#dialFailed(text, at);
    if (this.#handshake !== undefined) {
      this.#handshake.handshakeEndAt = at;
      this.#handshake.handshakeErr = reqError;
      this.#handshake = undefined;
    }
    if (this.#conn?.connected) this.#conn.connCloseAt = at;
    (this.#request ?? this.#openRequest()).reqError = reqError;
    this.#request = undefined;
  }
}
