/** What happens on the way of one attempt, as it happens: for network traces (`spec/controllerconn.md §12`). */

/** A certificate that a TLS server has shown. */
export interface PeerCertificateText {
  /** As OpenSSL prints names. */
  readonly subject: string;
  /** As OpenSSL prints names. */
  readonly issuer: string;
  /** RFC 3339. */
  readonly notBefore: string;
  /** RFC 3339. */
  readonly notAfter: string;
  /** It may issue certificates. */
  readonly isCA: boolean;
}

/** One step. */
export type TraceStep =
  | { readonly step: "proxy"; readonly proxy: string; readonly problem?: string }
  | { readonly step: "resolving"; readonly host: string; readonly servers: readonly string[] }
  | {
    readonly step: "resolved";
    readonly host: string;
    readonly addresses: readonly string[];
    readonly by: string;
  }
  | { readonly step: "resolve-failed"; readonly host: string; readonly text: string }
  | { readonly step: "connecting"; readonly address: string; readonly port: number }
  | {
    readonly step: "connected";
    readonly address: string;
    readonly port: number;
    readonly localPort: number;
  }
  | { readonly step: "connect-failed"; readonly address: string; readonly text: string }
  /** A connection of an earlier request is used. */
  | {
    readonly step: "reused";
    readonly localPort: number;
    readonly address: string;
    readonly port: number;
  }
  | { readonly step: "tunnelling"; readonly proxy: string; readonly target: string }
  | { readonly step: "tunnelled" }
  | { readonly step: "handshaking"; readonly serverName: string; readonly withProxy: boolean }
  | {
    readonly step: "secured";
    readonly protocol: string;
    readonly cipher: string;
    readonly peer: readonly PeerCertificateText[];
  }
  | {
    readonly step: "requested";
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly bytes: number;
  }
  | {
    readonly step: "answered";
    readonly code: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly bytes: number;
  }
  | { readonly step: "failed"; readonly kind: string; readonly text: string };

/** Told of each step of an attempt, at once. Must not throw. */
export type TraceSink = (step: TraceStep) => void;

/** What an attempt begins with. */
export interface AttemptBegin {
  /** The port. */
  readonly ifName: string;
  /** The address that it is sent from. */
  readonly sourceAddr: string;
  /** Index of the source address in `AddrInfoList` of the port. */
  readonly addressIndex: number;
  /** `GET` or `POST`. */
  readonly method: string;
  /** With its scheme. */
  readonly url: string;
}

/** Where a request that is to be traced goes; a sink for each attempt. */
export interface AttemptTracer {
  /** A new attempt begins: one port, one source address, one way. */
  attempt(begin: AttemptBegin): TraceSink;
}
