/** The bookkeeping of a probe of all ports, without ports. */
import { assertEquals } from "@std/assert";
import type { NetworkPortStatus } from "./device_network_status.ts";
import { port } from "./testdata/device.ts";
import {
  addProbe,
  addUnusable,
  cellularFault,
  isDryRun,
  type PortProbe,
  verifyStart,
  type VerifyState,
} from "./verify_state.ts";

const GOOD: PortProbe = { dryRun: false };
const LOOKED: PortProbe = { dryRun: true };
type Local = "no-address" | "no-dns";
const failed = (
  text: string,
  more: { local?: Local; remoteTempFailure?: boolean; dryRun?: boolean } = {},
): PortProbe => {
  const { local, remoteTempFailure = false, dryRun = false } = more;
  const attempts = [{ kind: local ?? "timeout", layer: "tcp", ifName: "x", text } as const];
  return {
    dryRun,
    failure: { ...(local === undefined ? {} : { local }), text, attempts, remoteTempFailure },
  };
};

/** Plays ports in turn. */
function play(
  required: number,
  ...rows: readonly (readonly [NetworkPortStatus, boolean, PortProbe])[]
): VerifyState {
  return rows.reduce(
    (state, [each, isMgmt, probe]) => addProbe(state, each, isMgmt, probe),
    verifyStart(required),
  );
}

const verdictsOf = (state: VerifyState) =>
  Object.fromEntries([...state.verdicts].map(([name, verdict]) => [
    name,
    verdict.kind === "failure" ? `failure ${verdict.error}` : `success ${verdict.warning}`.trim(),
  ]));
const cheap = port("eth0");
const dear = port("eth1", { Cost: 9 });
const app = port("app0", { IsMgmt: false });
const l2 = port("l2", { IsL3Port: false, IsMgmt: false });
const idle = port("app1", { IsMgmt: false, Dhcp: 2 });

Deno.test("[controllerconn#29] who is only looked at: ports that are not management, and all when enough have worked", () => {
  const none = verifyStart(1);
  const one = play(1, [cheap, true, GOOD]);
  assertEquals([
    isDryRun(none, true),
    isDryRun(none, false),
    isDryRun(one, true),
    isDryRun(play(2, [cheap, true, GOOD]), true),
  ], [false, true, true, false]);
});

Deno.test("[controllerconn#29] a dearer port that is looked at counts as success; one as cheap keeps what it had", () => {
  const after = play(1, [cheap, true, GOOD], [dear, true, LOOKED]);
  assertEquals([verdictsOf(after), after.successes], [{ eth0: "success", eth1: "success" }, 2]);
  const equal = play(1, [cheap, true, GOOD], [port("eth1"), true, LOOKED]);
  assertEquals([verdictsOf(equal), equal.successes], [{ eth0: "success" }, 2]);
});

Deno.test("[controllerconn#29] the verdicts of ports that need no address, and of those without a name server", () => {
  const noAddress = failed("no address", { local: "no-address", dryRun: true });
  const noDns = failed("no DNS", { local: "no-dns", dryRun: true });
  assertEquals(verdictsOf(play(1, [l2, false, noAddress], [idle, false, noAddress], [app, false, noDns])), {
    l2: "success",
    app1: "success",
    app0: "success no DNS",
  });
  assertEquals(verdictsOf(play(1, [cheap, true, noAddress], [app, false, noAddress], [dear, true, noDns])), {
    eth0: "failure no address",
    app0: "failure no address",
    eth1: "failure no DNS",
  });
});

Deno.test("[controllerconn#29] a remote temporary failure stays, whatever other ports say", () => {
  const busy = failed("503", { remoteTempFailure: true });
  const after = play(1, [cheap, true, busy], [dear, true, GOOD]);
  assertEquals([after.remoteTempFailure, after.successes, verdictsOf(after)], [true, 1, {
    eth0: "failure 503",
    eth1: "success",
  }]);
  assertEquals(play(1, [cheap, true, failed("no")]).remoteTempFailure, false);
  assertEquals(after.attempts.map(({ text }) => text), ["503"]);
});

Deno.test("a cellular port that can't work is a failure without being asked", () => {
  const cellular = (Cellular: object) => port("wwan0", { WirelessStatus: { WType: 1, Cellular } });
  const online = { Module: { OpMode: "online-and-connected" } };
  assertEquals(cellularFault(cellular({ ...online, ConfigError: "bad APN" })), "bad APN");
  assertEquals(
    cellularFault(cellular({ Module: { OpMode: "offline" } })),
    "modem is not connected (offline)",
  );
  assertEquals(cellularFault(cellular({})), "modem is not connected (state unknown)");
  assertEquals(cellularFault(cellular({ ...online, ProbeError: "no way" })), "no way");
  assertEquals([
    cellularFault(cellular(online)),
    cellularFault(cheap),
    cellularFault(port("w", { WirelessStatus: { WType: 2 } })),
  ], [undefined, undefined, undefined]);
  const after = addUnusable(verifyStart(1), port("wwan0"), "bad APN");
  assertEquals([verdictsOf(after), after.attempts.map(({ text }) => text)], [{ wwan0: "failure bad APN" }, [
    "bad APN",
  ]]);
});
