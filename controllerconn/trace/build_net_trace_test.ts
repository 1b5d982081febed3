/** The sections of a trace, from steps made by hand. */
import { assertEquals } from "@std/assert";
import type { TraceStep } from "../connect/trace_event.ts";
import { buildNetTrace } from "./build_net_trace.ts";
import { absoluteTime, absoluteTimeOf, relativeTime, sessionTime } from "./trace_time.ts";

const begin = {
  ifName: "eth0",
  sourceAddr: "192.0.2.2",
  addressIndex: 0,
  method: "GET",
  url: "https://controller.example/api/v2/edgedevice/ping",
};
const host = "controller.example";

/** 10 ms between two steps. */
function traced(...steps: TraceStep[]) {
  const timed = steps.map((step, index) => ({ at: 10 * index + 0.9, step }));
  return buildNetTrace({ begin, beganAt: 1_000, steps: timed }, { hideHeaderValues: true });
}

Deno.test("without a single step all sections are there, empty", () => {
  assertEquals(traced(), {
    description: "GET https://controller.example/api/v2/edgedevice/ping via eth0 src IP 192.0.2.2",
    traceBeginAt: "1970-01-01T00:00:01Z",
    traceEndAt: "+0ms",
    dials: [],
    tcpConns: [],
    udpConns: [],
    dnsQueries: [],
    httpRequests: [],
    tlsTunnels: [],
  });
});

Deno.test("the times of a trace: RFC 3339 without zeros at the end, relative ones in whole milliseconds", () => {
  assertEquals(absoluteTime(Date.UTC(2026, 0, 2, 3, 4, 20, 120)), "2026-01-02T03:04:20.12Z");
  assertEquals(absoluteTime(Date.UTC(2026, 0, 2, 3, 4, 20)), "2026-01-02T03:04:20Z");
  assertEquals(absoluteTimeOf("2026-01-02T03:04:20.000Z"), "2026-01-02T03:04:20Z");
  assertEquals(absoluteTimeOf("never"), "undefined");
  assertEquals([relativeTime(123.9), relativeTime(-3)], ["+123ms", "+0ms"]);
  assertEquals(sessionTime(new Date(2026, 8, 7, 6, 5, 4).getTime()), "20260907-060504");
});

Deno.test("a name server's answer: who was asked, what came back, all addresses tried", () => {
  const { dials, dnsQueries, tcpConns, httpRequests } = traced(
    { step: "resolving", host, servers: ["192.0.2.53"] },
    { step: "resolved", host, addresses: ["203.0.113.1", "203.0.113.2"], by: "192.0.2.53" },
    { step: "connecting", address: "203.0.113.1", port: 443 },
    { step: "connect-failed", address: "203.0.113.1", text: "timed out" },
    { step: "connecting", address: "203.0.113.2", port: 443 },
    { step: "connected", address: "203.0.113.2", port: 443, localPort: 4711 },
    { step: "failed", kind: "aborted", text: "ended by the caller" },
  );
  assertEquals(dials, [{
    traceID: "tid-1",
    dialBeginAt: "+0ms",
    dialEndAt: "+50ms",
    ctxCloseAt: "undefined",
    dstAddress: "controller.example:443",
    resolverDials: [{ dialBeginAt: "+0ms", dialEndAt: "+10ms", nameserver: "192.0.2.53:53" }],
    sourceIP: "192.0.2.2",
    establishedConn: "tid-4",
  }]);
  assertEquals(dnsQueries, [{
    traceID: "tid-2",
    fromDial: "tid-1",
    connection: "",
    dnsQueryMsgs: [{ sentAt: "+0ms", questions: [{ name: host, type: "A" }] }],
    dnsReplyMsgs: [{
      recvAt: "+10ms",
      answers: ["203.0.113.1", "203.0.113.2"].map((resolvedVal) => ({
        name: host,
        type: "A" as const,
        resolvedVal,
      })),
    }],
  }]);
  assertEquals(
    tcpConns.map(({ traceID, fromDial, connected, connCloseAt }) => [
      traceID,
      fromDial,
      connected,
      connCloseAt,
    ]),
    [["tid-3", "tid-1", false, "undefined"], ["tid-4", "tid-1", true, "+60ms"]],
  );
  assertEquals(httpRequests.map(({ tcpConn, reqError }) => [tcpConn, reqError]), [
    ["tid-4", "ended by the caller"],
  ]);
});

Deno.test("a name that does not resolve, and one without an address of the right family", () => {
  const unknown = traced(
    { step: "resolving", host, servers: [] },
    { step: "resolve-failed", host, text: "ENOTFOUND" },
    { step: "failed", kind: "resolve", text: "no such host" },
  );
  assertEquals(unknown.dials.map(({ dialErr, dialEndAt }) => [dialErr, dialEndAt]), [["ENOTFOUND", "+10ms"]]);
  assertEquals(unknown.dnsQueries[0]?.dnsReplyMsgs, []);
  const wrongFamily = traced(
    { step: "resolving", host, servers: [] },
    { step: "resolved", host, addresses: ["2001:db8::1"], by: "system" },
    { step: "failed", kind: "resolve", text: "no suitable address" },
  );
  assertEquals(wrongFamily.dials.map(({ dialErr, resolverDials }) => [dialErr, resolverDials]), [
    ["no suitable address", undefined],
  ]);
  assertEquals(wrongFamily.dnsQueries[0]?.dnsReplyMsgs[0]?.answers[0]?.type, "AAAA");
});

Deno.test("a kept connection that breaks: its request has the reason, the next one has the answer", () => {
  const requested: TraceStep = { step: "requested", method: "GET", url: begin.url, headers: {}, bytes: 0 };
  const { httpRequests, tcpConns, dials } = traced(
    { step: "reused", localPort: 1, address: "203.0.113.1", port: 443 },
    requested,
    { step: "connecting", address: "203.0.113.1", port: 443 },
    { step: "connected", address: "203.0.113.1", port: 443, localPort: 2 },
    requested,
    { step: "answered", code: 200, headers: {}, bytes: 3 },
  );
  assertEquals(tcpConns.map(({ reused, connCloseAt }) => [reused, connCloseAt]), [
    [true, "+20ms"],
    [false, "undefined"],
  ]);
  assertEquals(
    httpRequests.map(({ tcpConn, respStatusCode, reqError }) => [
      tcpConn,
      respStatusCode,
      reqError === undefined,
    ]),
    [[tcpConns[0]?.traceID, 0, false], [tcpConns[1]?.traceID, 200, true]],
  );
  assertEquals(dials[0]?.dstAddress, "203.0.113.1:443");
});
