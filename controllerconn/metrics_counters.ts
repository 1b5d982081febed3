/** The counting behind {@linkcode newAgentMetrics} (`spec/controllerconn.md §11.1`). */
import type { AgentMetrics, ControllerConnMetrics, URLCounters } from "./metrics.ts";

const ZERO_TIME = "0001-01-01T00:00:00Z";

function emptyPort(): ControllerConnMetrics {
  return {
    FailureCount: 0,
    SuccessCount: 0,
    LastFailure: ZERO_TIME,
    LastSuccess: ZERO_TIME,
    URLCounters: {},
    AuthFailCount: 0,
  };
}

function emptyURL(): URLCounters {
  return {
    TryMsgCount: 0,
    TryByteCount: 0,
    SentMsgCount: 0,
    SentByteCount: 0,
    RecvMsgCount: 0,
    RecvByteCount: 0,
    TotalTimeSpent: 0,
    SessionResume: 0,
  };
}

function sorted<T>(entries: Iterable<[string, T]>): Record<string, T> {
  return Object.fromEntries(
    [...entries].sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
  );
}

/**
 * Counters of one program, all zero.
 * @param now milliseconds since 1970
 */
export function newAgentMetrics(now: () => number): AgentMetrics {
  const ports = new Map<string, { counters: ControllerConnMetrics; urls: Map<string, URLCounters> }>();
  const portOf = (ifName: string) => {
    const port = ports.get(ifName) ?? { counters: emptyPort(), urls: new Map<string, URLCounters>() };
    ports.set(ifName, port);
    return port;
  };
  const urlOf = (ifName: string, url: string) => {
    const port = portOf(ifName);
    const urlCounters = port.urls.get(url) ?? emptyURL();
    port.urls.set(url, urlCounters);
    return urlCounters;
  };
  const time = () => new Date(now()).toISOString();
  const listeners: (() => void)[] = [];
  const tell = () => listeners.forEach((changed) => changed());
  return {
    recordSuccess(ifName, url, sent, received, milliseconds, resumed) {
      const { counters } = portOf(ifName);
      counters.SuccessCount++;
      counters.LastSuccess = time();
      const urlCounters = urlOf(ifName, url);
      urlCounters.SentMsgCount++;
      urlCounters.SentByteCount += sent;
      urlCounters.RecvMsgCount++;
      urlCounters.RecvByteCount += received;
      urlCounters.TotalTimeSpent += Math.max(0, Math.round(milliseconds));
      if (resumed) urlCounters.SessionResume++;
      tell();
    },
    recordFailure(ifName, url, tried, received) {
      const { counters } = portOf(ifName);
      counters.FailureCount++;
      counters.LastFailure = time();
      const urlCounters = urlOf(ifName, url);
      urlCounters.TryMsgCount++;
      urlCounters.TryByteCount += tried;
      if (received > 0) {
        urlCounters.RecvMsgCount++;
        urlCounters.RecvByteCount += received;
      }
      tell();
    },
    recordAuthFailure() {
      portOf("").counters.AuthFailCount++;
      tell();
    },
    removeURLs(matches) {
      for (const { urls } of ports.values()) {
        for (const url of urls.keys()) if (matches(url)) urls.delete(url);
      }
      tell();
    },
    snapshot() {
      const copies = [...ports].map((
        [ifName, { counters, urls }],
      ): [string, ControllerConnMetrics] => [ifName, {
        ...counters,
        URLCounters: sorted([...urls].map(([url, each]): [string, URLCounters] => [url, { ...each }])),
      }]);
      return sorted(copies);
    },
    onChange(changed) {
      listeners.push(changed);
    },
  };
}
