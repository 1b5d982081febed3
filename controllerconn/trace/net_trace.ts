/**
 * What a trace file says, in the names of EVE's nettrace package, so that its readers take it (`spec/controllerconn.md §12.1`).
 * What this library can't tell (bytes on the wire, sockets, conntrack) is left out, or `"undefined"` where it is a time.
 */

/** RFC 3339 (the beginning), `+123ms` after the beginning, or `undefined`. */
export type TraceTime = string;

/** `tid-1` …; `""` where there is nothing to point at. */
export type TraceId = string;

/** One traced request. All sections are always there. */
export interface NetTraceFile {
  readonly description: string;
  readonly traceBeginAt: TraceTime;
  readonly traceEndAt: TraceTime;
  readonly dials: readonly DialTrace[];
  readonly tcpConns: readonly TcpConnTrace[];
  readonly udpConns: readonly never[];
  readonly dnsQueries: readonly DnsQueryTrace[];
  readonly httpRequests: readonly HttpRequestTrace[];
  readonly tlsTunnels: readonly TlsTunnelTrace[];
}

/** From a name to a connection. */
export interface DialTrace {
  readonly traceID: TraceId;
  dialBeginAt: TraceTime;
  dialEndAt: TraceTime;
  dialErr?: string;
  ctxCloseAt: TraceTime;
  /** `host:port` */
  dstAddress: string;
  resolverDials?: { dialBeginAt: TraceTime; dialEndAt: TraceTime; nameserver: string }[];
  sourceIP: string;
  establishedConn?: TraceId;
}

/** One attempt to connect to one address, or a connection of an earlier request. */
export interface TcpConnTrace {
  readonly traceID: TraceId;
  fromDial: TraceId;
  handshakeBeginAt: TraceTime;
  handshakeEndAt: TraceTime;
  connected: boolean;
  connCloseAt: TraceTime;
  addrTuple: { srcIP: string; srcPort: number; dstIP: string; dstPort: number };
  reused: boolean;
}

/** What was asked of name servers; a name that the hosts file knows is not asked for. */
export interface DnsQueryTrace {
  readonly traceID: TraceId;
  fromDial: TraceId;
  connection: TraceId;
  dnsQueryMsgs: { sentAt: TraceTime; questions: { name: string; type: "A" | "AAAA" }[] }[];
  dnsReplyMsgs: {
    recvAt: TraceTime;
    answers: { name: string; type: "A" | "AAAA"; resolvedVal: string }[];
  }[];
}

/** One header; of a hidden value only the length is told, in characters. */
export interface HeaderTrace {
  readonly fieldName: string;
  readonly fieldVal?: string;
  readonly fieldValLen?: number;
}

/** One request, also one that never went out. */
export interface HttpRequestTrace {
  readonly traceID: TraceId;
  tcpConn: TraceId;
  tlsTunnel?: TraceId;
  proxyTLSTunnel?: TraceId;
  protoMajor: number;
  protoMinor: number;
  networkProxy?: string;
  reqSentAt: TraceTime;
  reqMethod: string;
  reqURL: string;
  reqHeader?: readonly HeaderTrace[];
  reqContentLen: number;
  reqError?: string;
  respRecvAt: TraceTime;
  respStatusCode: number;
  respHeader?: readonly HeaderTrace[];
  RespContentLen: number;
}

/** One TLS handshake, with the server or with a proxy. */
export interface TlsTunnelTrace {
  readonly traceID: TraceId;
  tcpConn: TraceId;
  handshakeBeginAt: TraceTime;
  handshakeEndAt: TraceTime;
  handshakeErr?: string;
  didResume: boolean;
  peerCerts: readonly {
    subject: string;
    issuer: string;
    notBefore: TraceTime;
    notAfter: TraceTime;
    isCA: boolean;
  }[];
  /** IANA number; 0 if unknown. */
  cipherSuite: number;
  serverName: string;
}
