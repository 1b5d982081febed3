/** Counters of a program's traffic, in the published form of `MetricsMap` (`spec/controllerconn.md §11`). */

/** Counters of one URL. Times in milliseconds. */
export interface URLCounters {
  /** Requests without an answer. */
  TryMsgCount: number;
  /** Bytes of those requests. */
  TryByteCount: number;
  /** Requests with an answer. */
  SentMsgCount: number;
  /** Bytes of those requests. */
  SentByteCount: number;
  /** Answers. */
  RecvMsgCount: number;
  /** Bytes of answers. */
  RecvByteCount: number;
  /** In requests with an answer, milliseconds. */
  TotalTimeSpent: number;
  /** Requests on a resumed TLS session; always 0, as the runtime does not tell. */
  SessionResume: number;
}

/** Counters of one interface; `""` holds the envelope failures. Times are RFC 3339. */
export interface ControllerConnMetrics {
  /** Requests without an answer over this interface. */
  FailureCount: number;
  /** Requests with any HTTP answer over this interface. */
  SuccessCount: number;
  /** When the last one failed; year 1 for never. */
  LastFailure: string;
  /** When the last one was answered; year 1 for never. */
  LastSuccess: string;
  /** By URL. */
  URLCounters: Record<string, URLCounters>;
  /** Envelopes that were refused. */
  AuthFailCount: number;
}

/** Interface name → counters. */
export type MetricsMap = Record<string, ControllerConnMetrics>;

/** Where a client counts; one per program. */
export interface AgentMetrics {
  /** Any HTTP answer. Sizes in bytes after wrapping and after decoding. */
  recordSuccess(
    ifName: string,
    url: string,
    sent: number,
    received: number,
    milliseconds: number,
    resumed: boolean,
  ): void;
  /** No answer over this port. */
  recordFailure(ifName: string, url: string, tried: number, received: number): void;
  /** An envelope was refused. */
  recordAuthFailure(): void;
  /** Drops the counters of the URLs for which `matches` says so. */
  removeURLs(matches: (url: string) => boolean): void;
  /** A copy for publishing. */
  snapshot(): MetricsMap;
  /** From now on `changed` is called after each change, so that nobody has to look whether there was one. */
  onChange(changed: () => void): void;
}
