/** Counters of a program's traffic, in the published form of `MetricsMap` (`spec/controllerconn.md §11`). */

/** Counters of one URL. Times in milliseconds. */
export interface URLCounters {
  TryMsgCount: number;
  TryByteCount: number;
  SentMsgCount: number;
  SentByteCount: number;
  RecvMsgCount: number;
  RecvByteCount: number;
  TotalTimeSpent: number;
  SessionResume: number;
}

/** Counters of one interface; `""` holds the envelope failures. Times are RFC 3339. */
export interface ControllerConnMetrics {
  FailureCount: number;
  SuccessCount: number;
  LastFailure: string;
  LastSuccess: string;
  URLCounters: Record<string, URLCounters>;
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
  recordAuthFailure(): void;
  /** Drops the URLs that contain `part`. */
  removeURLs(matches: (url: string) => boolean): void;
  /** A copy for publishing. */
  snapshot(): MetricsMap;
}
