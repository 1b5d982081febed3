/** Which ports' PAC files are looked for, when, and what becomes of the results. */
import { assertEquals } from "@std/assert";
import { DPCState, goAddrInfo, goNetworkPortStatus, type NetworkPortStatus } from "../../topics/mod.ts";
import { decide, initialState, type NimEffect, type NimEvent, type NimState } from "./nim_state.ts";
import type { PingResult } from "./ping_result.ts";
import type { SearchResult } from "../proxy_search.ts";

const now = "2026-11-25T10:00:00.5Z";
const found: SearchResult = { kind: "found", pacfile: "cGFj", wpadURL: "http://wpad.lab.test/wpad.dat" };
const failed: SearchResult = { kind: "failed", text: "no PAC file" };

function port(IfName: string, some: Partial<NetworkPortStatus> = {}): NetworkPortStatus {
  return goNetworkPortStatus.make({
    IfName,
    IsMgmt: true,
    IsL3Port: true,
    NetworkProxyEnable: true,
    DomainName: "lab.test",
    DNSServers: ["192.0.2.53"],
    AddrInfoList: [goAddrInfo.make({ Addr: "192.0.2.2" })],
    ...some,
  });
}
const ports = (...list: NetworkPortStatus[]): NimEvent => ({ kind: "ports", ports: list });
const proxies = (results: Record<string, SearchResult>): NimEvent => ({
  kind: "proxies",
  results: new Map(Object.entries(results)),
});
const tested = (pings: Record<string, PingResult>): NimEvent => ({
  kind: "tested",
  pings: new Map(Object.entries(pings)),
  verdicts: new Map(),
});
const ok: PingResult = { kind: "ok" };

/** What is asked for, but not the publications; the last one of those. */
function run(...events: NimEvent[]) {
  let state: NimState = initialState;
  const told: string[] = [];
  let last: Extract<NimEffect, { kind: "publish" }>["status"] | undefined;
  for (const event of events) {
    const [next, effects] = decide(state, event, now);
    state = next;
    for (const effect of effects) {
      if (effect.kind === "publish") last = effect.status;
      else if (effect.kind === "find-proxies") told.push(`find ${effect.ports}`);
      else if (effect.kind === "test") told.push(`test ${effect.ports}`);
      else if (effect.kind === "arm-proxies") told.push(`again ${effect.failures}`);
      else told.push(effect.after);
    }
  }
  return { told, state, port: (name: string) => last?.Ports?.find(({ IfName }) => IfName === name), last };
}

Deno.test("the search comes before the pings, is published before them, and is not repeated", () => {
  const before = run(ports(port("eth0")));
  assertEquals([before.told, before.last?.Testing, before.port("eth0")?.Pacfile], [["find eth0"], true, ""]);
  const after = run(ports(port("eth0")), proxies({ eth0: found }));
  assertEquals(after.told, ["find eth0", "test eth0"]);
  assertEquals([after.port("eth0")?.Pacfile, after.port("eth0")?.WpadURL], ["cGFj", found.wpadURL]);
  const later = run(
    ports(port("eth0")),
    proxies({ eth0: found }),
    tested({ eth0: ok }),
    { kind: "test-timer" },
    tested({ eth0: ok }),
  );
  assertEquals(later.told, ["find eth0", "test eth0", "success", "test eth0", "success"]);
  assertEquals([later.port("eth0")?.Pacfile, later.port("eth0")?.LastError], ["cGFj", ""]);
});

Deno.test("who does not ask, has its PAC file, is wrong, or can't send is not looked for", () => {
  const quiet = [
    port("a", { NetworkProxyEnable: false }),
    port("b", { Pacfile: "b3du" }),
    port("c", { InvalidConfig: true }),
    port("d", { DNSServers: null }),
    port("e", { AddrInfoList: [goAddrInfo.make({ Addr: "fe80::1" })] }),
  ];
  assertEquals(run(ports(...quiet)).told, ["test a,b"]);
  assertEquals(
    run(ports(...quiet, port("app", { IsMgmt: false }))).told,
    ["find app"],
    "not only of management ports",
  );
});

Deno.test("a search that fails is an error of its port alone, whatever the ping says; the others work on", () => {
  const { told, port: of, last } = run(
    ports(port("eth0"), port("eth1")),
    proxies({ eth0: failed, eth1: found }),
    tested({ eth0: ok, eth1: ok }),
  );
  assertEquals(told, ["find eth0,eth1", "test eth0,eth1", "again 1", "success"]);
  assertEquals([of("eth0")?.LastError, of("eth0")?.LastFailed, of("eth1")?.LastError], [
    "no PAC file",
    now,
    "",
  ]);
  assertEquals([of("eth1")?.Pacfile, last?.State], ["cGFj", DPCState.DPC_SUCCESS]);
  const both = run(
    ports(port("eth0")),
    proxies({ eth0: failed }),
    tested({ eth0: { kind: "failed", text: "refused" } }),
  );
  assertEquals(both.port("eth0")?.LastError, "no PAC file; refused");
});

Deno.test("it is looked for again with its own timer only, and its finding clears the error", () => {
  const first = [ports(port("eth0")), proxies({ eth0: failed }), tested({ eth0: ok })];
  const ping = [{ kind: "test-timer" }, tested({ eth0: ok })] as const;
  assertEquals(run(...first, ...ping).told.slice(3), ["success", "test eth0", "success"]);
  const again = run(...first, { kind: "proxy-timer" }, proxies({ eth0: failed }), tested({ eth0: ok }));
  assertEquals(again.told.slice(3), ["success", "find eth0", "test eth0", "again 2", "success"]);
  const good = run(...first, { kind: "proxy-timer" }, proxies({ eth0: found }), tested({ eth0: ok }));
  assertEquals(good.told.slice(3), ["success", "find eth0", "test eth0", "success"]);
  assertEquals([good.port("eth0")?.LastError, good.state.search.failures], ["", 0]);
  assertEquals(
    run(ports(port("eth0")), proxies({ eth0: found }), tested({ eth0: ok }), { kind: "proxy-timer" }).told,
    [
      "find eth0",
      "test eth0",
      "success",
    ],
  );
});

Deno.test("another network of the port is looked at anew; another MTU is not", () => {
  const done = [ports(port("eth0")), proxies({ eth0: found }), tested({ eth0: ok })];
  assertEquals(run(...done, ports(port("eth0", { MTU: 9000 }))).told.slice(3), ["test eth0"]);
  for (
    const change of [
      { DomainName: "other.test" },
      { NetworkProxyURL: "http://pac.test/p" },
      { AddrInfoList: [goAddrInfo.make({ Addr: "192.0.2.9" })] },
    ]
  ) {
    const { told, port: of } = run(...done, ports(port("eth0", change)));
    assertEquals([told.slice(3), of("eth0")?.Pacfile], [["find eth0"], ""]);
  }
  assertEquals(run(...done, ports(port("eth0", { NetworkProxyEnable: false }))).port("eth0")?.Pacfile, "");
});

Deno.test("a result for a network that the port has left meanwhile is thrown away", () => {
  const { told, port: of } = run(
    ports(port("eth0")),
    ports(port("eth0", { DomainName: "other.test" })),
    proxies({ eth0: found }),
  );
  assertEquals([told, of("eth0")?.Pacfile], [["find eth0", "find eth0"], ""]);
});

Deno.test("without an identity the search waits for the next test", () => {
  const { told } = run(ports(port("eth0")), { kind: "untestable" }, { kind: "test-timer" });
  assertEquals(told, ["find eth0", "failure", "find eth0"]);
});
