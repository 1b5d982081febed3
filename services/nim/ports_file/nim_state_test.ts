import { assertEquals } from "@std/assert";
import { DPCState, goAddrInfo, goNetworkPortStatus, type NetworkPortStatus } from "../../topics/mod.ts";
import { decide, initialState, type NimEvent, type NimState } from "./nim_state.ts";
import type { PingResult } from "./ping_result.ts";

const now = "2026-11-25T10:00:00.5Z";

function port(some: Partial<NetworkPortStatus> = {}): NetworkPortStatus {
  return goNetworkPortStatus.make({
    IfName: "eth0",
    IsMgmt: true,
    IsL3Port: true,
    DNSServers: ["192.0.2.53"],
    AddrInfoList: [goAddrInfo.make({ Addr: "192.0.2.2" })],
    ...some,
  });
}

function run(...events: NimEvent[]) {
  let state: NimState = initialState;
  const told: string[] = [];
  for (const event of events) {
    const [next, effects] = decide(state, event, now);
    state = next;
    for (const effect of effects) {
      told.push(
        effect.kind === "publish"
          ? `state ${effect.status.State}${effect.status.Testing ? " testing" : ""}`
          : effect.kind === "test"
          ? `test ${effect.ports.join(",")}`
          : effect.kind === "find-proxies"
          ? `find ${effect.ports.join(",")}`
          : effect.kind === "arm-proxies"
          ? `arm proxies ${effect.failures}`
          : `arm ${effect.after}`,
      );
    }
  }
  return { state, told };
}

function pings(...kinds: PingResult["kind"][]): NimEvent {
  return {
    kind: "tested",
    verdicts: new Map(),
    pings: new Map(kinds.map((kind, i) => [`eth${i}`, kind === "ok" ? { kind } : { kind, text: "refused" }])),
  };
}

Deno.test("a port with address and name server is tested, and its answer makes DPC_SUCCESS", () => {
  const { state, told } = run({ kind: "ports", ports: [port()] }, pings("ok"));
  assertEquals(told, ["state 0 testing", "test eth0", `state ${DPCState.DPC_SUCCESS}`, "arm success"]);
  assertEquals(state.results.get("eth0")?.LastSucceeded, now);
});

Deno.test("no usable address or no name server waits in DPC_IPDNS_WAIT without a test", () => {
  const linkLocal = port({ AddrInfoList: [goAddrInfo.make({ Addr: "169.254.1.1" })] });
  assertEquals(run({ kind: "ports", ports: [linkLocal] }).told, [`state ${DPCState.DPC_IPDNS_WAIT}`]);
  assertEquals(run({ kind: "ports", ports: [port({ DNSServers: null })] }).told, [
    `state ${DPCState.DPC_IPDNS_WAIT}`,
  ]);
});

Deno.test("a controller that refuses is remote-temporary, a dead network is DPC_FAIL_WITH_IPANDDNS", () => {
  const refused = run({ kind: "ports", ports: [port()] }, pings("remote-temporary"));
  assertEquals(refused.told.at(-2), `state ${DPCState.DPC_REMOTE_WAIT}`);
  const dead = run({ kind: "ports", ports: [port()] }, pings("failed"));
  assertEquals(dead.told.slice(-2), [`state ${DPCState.DPC_FAIL_WITH_IPANDDNS}`, "arm failure"]);
  assertEquals(dead.state.results.get("eth0")?.LastError, "refused");
});

Deno.test("one working port of two is success", () => {
  const both: NimEvent = { kind: "ports", ports: [port(), port({ IfName: "eth1" })] };
  assertEquals(run(both, pings("failed", "ok")).told.slice(-2), [
    `state ${DPCState.DPC_SUCCESS}`,
    "arm success",
  ]);
});

Deno.test("ports that change during a test are published at once and tested again after it", () => {
  const changed = port({ MTU: 9000 });
  const { told } = run({ kind: "ports", ports: [port()] }, { kind: "ports", ports: [changed] }, pings("ok"));
  assertEquals(told.slice(2), ["state 0 testing", `state ${DPCState.DPC_SUCCESS} testing`, "test eth0"]);
});

Deno.test("equal ports change nothing; a port that went away loses its results", () => {
  const { state, told } = run({ kind: "ports", ports: [port()] }, pings("ok"), {
    kind: "ports",
    ports: [port()],
  });
  assertEquals(told.length, 4);
  const [gone] = decide(state, { kind: "ports", ports: [] }, now);
  assertEquals([gone.results.size, gone.dpcState], [0, DPCState.DPC_NONE]);
});

Deno.test("without server name or identity nothing is claimed, and it is tried again", () => {
  assertEquals(run({ kind: "ports", ports: [port()] }, { kind: "untestable" }).told.slice(-2), [
    "state 0",
    "arm failure",
  ]);
});

Deno.test("the longest Retry-After of a failed test goes with the timer", () => {
  const { state } = run({ kind: "ports", ports: [port()] });
  const failed = (retryAfterMs?: number): PingResult => ({
    kind: "remote-temporary",
    text: "503",
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
  const armed = (...results: PingResult[]) => {
    const pings = new Map(results.map((result, index) => [`eth${index}`, result]));
    return decide(state, { kind: "tested", pings, verdicts: new Map() }, now)[1].find((effect) =>
      effect.kind === "arm-test"
    );
  };
  assertEquals(armed(failed(5_000), failed(90_000), failed()), {
    kind: "arm-test",
    after: "failure",
    retryAfterMs: 90_000,
  });
  assertEquals(armed(failed(), failed()), { kind: "arm-test", after: "failure" });
  assertEquals(armed(failed(90_000), { kind: "ok" }), { kind: "arm-test", after: "success" });
});

Deno.test("a port without address or name server is not ready, unless the controller is known to be there", () => {
  const waiting = run({ kind: "ports", ports: [port()] }, pings("not-ready"));
  assertEquals(waiting.told.slice(-2), [`state ${DPCState.DPC_IPDNS_WAIT}`, "arm failure"]);
  assertEquals(waiting.state.results.get("eth0")?.LastFailed, now);
  const both: NimEvent = { kind: "ports", ports: [port(), port({ IfName: "eth1" })] };
  for (
    const [kinds, state] of [
      [["not-ready", "failed"], DPCState.DPC_IPDNS_WAIT],
      [["not-ready", "remote-temporary"], DPCState.DPC_REMOTE_WAIT],
      [["not-ready", "ok"], DPCState.DPC_SUCCESS],
    ] as const
  ) assertEquals(run(both, pings(...kinds)).state.dpcState, state);
});

Deno.test("a port that can only be reached through a proxy needs no name server for its test", () => {
  const proxied = port({ DNSServers: null, Proxies: [{ type: 1, server: "192.0.2.80", port: 3128 }] });
  assertEquals(run({ kind: "ports", ports: [proxied] }).told.at(-1), "test eth0");
});

Deno.test("what a look at the other ports says stands in their results; success clears, a warning is no error", () => {
  const ports = [port(), port({ IfName: "eth1" }), port({ IfName: "eth2" })];
  const looked = (error: string): NimEvent => ({
    kind: "tested",
    pings: new Map([["eth0", { kind: "ok" }]]),
    verdicts: new Map([
      ["eth1", error === "" ? { kind: "success", warning: "" } : { kind: "failure", error }],
      ["eth2", { kind: "success", warning: "no name server" }],
      ["gone", { kind: "failure", error: "x" }],
    ]),
  });
  const first = run({ kind: "ports", ports }, looked("no address"));
  assertEquals(first.state.dpcState, DPCState.DPC_SUCCESS);
  const { LastError, LastFailed } = first.state.results.get("eth1") ?? {};
  assertEquals([LastError, LastFailed, first.state.results.has("gone")], ["no address", now, false]);
  const eth2 = first.state.results.get("eth2");
  assertEquals([eth2?.LastWarning, eth2?.LastError, eth2?.LastSucceeded], ["no name server", "", now]);
  const later = run({ kind: "ports", ports }, looked("no address"), { kind: "test-timer" }, looked(""));
  const eth1 = later.state.results.get("eth1");
  assertEquals([eth1?.LastError, eth1?.LastFailed, eth1?.LastSucceeded], ["", now, now]);
});
