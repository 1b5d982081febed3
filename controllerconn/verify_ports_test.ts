/** A probe of all ports over real servers. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClientWith } from "./client.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { makeCertificate } from "./testdata/certificates.ts";
import { addresses, clientOptions, network, port, ROOT } from "./testdata/device.ts";
import { answer, breakOff, type Handler, type ServerOptions, startServer } from "./testdata/server.ts";
import type { RequestOptions } from "./types.ts";
import type { VerifyResult } from "./verify_ports.ts";

const bySource = (codes: Readonly<Record<string, number>>): Handler => (seen, response) => {
  const code = codes[seen.from];
  return code === undefined ? breakOff(seen, response) : answer(code)(seen, response);
};
const eth0 = port("eth0", addresses("127.0.0.2"));
const eth1 = port("eth1", { ...addresses("127.0.0.3"), Cost: 9 });
const ALL_GOOD = answer(200);

interface Probed extends VerifyResult {
  /** Source addresses that the server saw. */
  readonly from: readonly string[];
  readonly metrics: Readonly<Record<string, { FailureCount: number; SuccessCount: number }>>;
  readonly verdicts: Readonly<Record<string, string>>;
}

async function probe(
  ports: readonly NetworkPortStatus[],
  handler: Handler,
  more: {
    required?: number;
    request?: Partial<RequestOptions>;
    server?: Partial<ServerOptions>;
    gone?: true;
    sendTimeoutMs?: number;
  } = {},
): Promise<Probed> {
  const server = await startServer({ handler, ...more.server });
  const metrics = newAgentMetrics(() => 0);
  const resolve = () => Promise.resolve({ addresses: ["127.0.0.1"], by: "test" });
  const options = clientOptions({
    deviceNetworkStatus: () => network(...ports),
    metrics,
    ...(more.sendTimeoutMs === undefined ? {} : { sendTimeoutMs: () => more.sendTimeoutMs ?? 0 }),
  });
  const client = newClientWith(options, { resolve });
  if (more.gone) await server.close();
  const scheme = more.server?.certificate === undefined ? "http" : "https";
  const url = `${scheme}://localhost:${server.port}/api/v2/edgedevice/ping`;
  const request = { signal: new AbortController().signal, ...more.request };
  try {
    const result = await client.verifyAllIntf(url, more.required ?? 1, request);
    const verdicts = [...result.ports].map(([name, verdict]) => [
      name,
      verdict.kind === "failure"
        ? "failure"
        : verdict.warning === ""
        ? "success"
        : `warning ${verdict.warning}`,
    ]);
    return {
      ...result,
      from: server.seen.map(({ from }) => from),
      metrics: metrics.snapshot(),
      verdicts: Object.fromEntries(verdicts),
    };
  } finally {
    client.close();
    if (!more.gone) await server.close();
  }
}

Deno.test("[controllerconn#29] after one success the second management port of higher cost is only looked at", async () => {
  const { controllerReachable, remoteTempFailure, error, from, verdicts, metrics } = await probe(
    [eth1, eth0],
    ALL_GOOD,
  );
  assertEquals([controllerReachable, remoteTempFailure, error], [true, false, undefined]);
  assertEquals([from, verdicts], [["127.0.0.2"], { eth0: "success", eth1: "success" }]);
  assertEquals(Object.keys(metrics), ["eth0"]);
  const both = await probe([eth0, eth1], ALL_GOOD, { required: 2 });
  assertEquals([both.controllerReachable, both.from], [true, ["127.0.0.2", "127.0.0.3"]]);
});

Deno.test("[controllerconn#29] an app-shared port without DNS is a warning, a management port without is a failure", async () => {
  const app = port("app0", { ...addresses("127.0.0.4"), IsMgmt: false, DNSServers: [] });
  const shared = await probe([eth0, app], ALL_GOOD);
  assertEquals(shared.verdicts, { eth0: "success", app0: "warning interface app0: no DNS server available" });
  assertEquals([shared.from, shared.controllerReachable], [["127.0.0.2"], true]);
  const mgmt = await probe([port("eth0", { DNSServers: null })], ALL_GOOD);
  assertEquals([mgmt.verdicts, mgmt.controllerReachable, mgmt.error?.kind], [
    { eth0: "failure" },
    false,
    "no-dns",
  ]);
  assertEquals(mgmt.ports.get("eth0"), { kind: "failure", error: "interface eth0: no DNS server available" });
});

Deno.test("[controllerconn#29] an L2 port without an address is a success; an app port without only where it has no DHCP", async () => {
  const bare = { AddrInfoList: null, IsMgmt: false };
  const l2 = port("l2", { ...bare, IsL3Port: false });
  const idle = port("app0", { ...bare, Dhcp: 2 });
  const waiting = port("app1", { ...bare, Dhcp: 4 });
  const { verdicts } = await probe([eth0, l2, idle, waiting], ALL_GOOD);
  assertEquals(verdicts, { eth0: "success", l2: "success", app0: "success", app1: "failure" });
});

Deno.test("[controllerconn#29] a port with an invalid configuration is absent and not asked", async () => {
  const invalid = port("bad0", { ...addresses("127.0.0.9"), InvalidConfig: true });
  const { verdicts, from } = await probe([invalid, eth1], ALL_GOOD);
  assertEquals([verdicts, from], [{ eth1: "success" }, ["127.0.0.3"]]);
});

Deno.test("[controllerconn#29] 500 to 511 and refused are remote temporary failures; 512, 404 and a hang-up are not", async () => {
  for (
    const [code, isRemote] of [[500, true], [503, true], [511, true], [512, false], [404, false]] as const
  ) {
    const { remoteTempFailure, controllerReachable, verdicts, error } = await probe([eth0], answer(code));
    assertEquals([remoteTempFailure, controllerReachable, verdicts, error?.kind], [isRemote, false, {
      eth0: "failure",
    }, "http-status"], `${code}`);
  }
  const refused = await probe([eth0], ALL_GOOD, { gone: true });
  assertEquals([refused.remoteTempFailure, refused.error?.kind], [true, "refused"]);
  assertEquals((await probe([eth0], bySource({}))).remoteTempFailure, false);
});

Deno.test("[controllerconn#29] a certificate out of its time is one, too; it stays when another port works", async () => {
  const certificate = makeCertificate({
    name: "old",
    issuer: ROOT,
    hosts: ["localhost"],
    notAfter: Date.now() - 1000,
  });
  assertEquals((await probe([eth0], ALL_GOOD, { server: { certificate } })).remoteTempFailure, true);
  const mixed = await probe([eth0, eth1], bySource({ "127.0.0.2": 503, "127.0.0.3": 200 }));
  assertEquals([mixed.remoteTempFailure, mixed.controllerReachable, mixed.verdicts], [true, true, {
    eth0: "failure",
    eth1: "success",
  }]);
});

Deno.test("[controllerconn#29] an accepted 404 is a success", async () => {
  const { controllerReachable, verdicts } = await probe([eth0], answer(404), {
    request: { accept4xxErrors: true },
  });
  assertEquals([controllerReachable, verdicts], [true, { eth0: "success" }]);
});

Deno.test("the errors: no management port, none that works, too few, no URL; zero wanted is reachable", async () => {
  const app = port("app0", { IsMgmt: false });
  const none = await probe([app], ALL_GOOD);
  assertEquals([none.controllerReachable, none.error?.kind, none.verdicts], [false, "no-port", {
    app0: "success",
  }]);
  assertStringIncludes(none.error?.message ?? "", "No management interfaces");
  const dead = await probe([eth0, eth1], bySource({}));
  assertEquals([dead.error?.kind, dead.error?.attempts.map(({ ifName }) => ifName)], ["reset", [
    "eth0",
    "eth1",
  ]]);
  const few = await probe([eth0, eth1], bySource({ "127.0.0.3": 200 }), { required: 2 });
  assertStringIncludes(few.error?.message ?? "", "(1 of 2 ports worked)");
  assertEquals((await probe([app], ALL_GOOD, { required: 0 })).controllerReachable, true);
  const client = newClientWith(clientOptions(), {});
  const bad = await client.verifyAllIntf("https://", 1, { signal: new AbortController().signal });
  assertEquals([bad.controllerReachable, bad.error?.kind], [false, "resolve"]);
});

Deno.test("a cellular port that is offline is told, and not asked", async () => {
  const Cellular = { Module: { OpMode: "offline" } };
  const wwan = port("wwan0", { ...addresses("127.0.0.7"), WirelessStatus: { WType: 1, Cellular } });
  const { from, ports, metrics } = await probe([wwan, eth1], ALL_GOOD);
  assertEquals([from, ports.get("wwan0")], [["127.0.0.3"], {
    kind: "failure",
    error: "modem is not connected (offline)",
  }]);
  assertEquals(Object.keys(metrics), ["eth1"]);
});

Deno.test("ports of equal cost rotate with the iteration", async () => {
  const equal = port("eth2", addresses("127.0.0.5"));
  for (const [iteration, first] of [[0, "127.0.0.2"], [1, "127.0.0.5"]] as const) {
    assertEquals((await probe([eth0, equal], ALL_GOOD, { request: { iteration } })).from, [first]);
  }
});

Deno.test("a port whose addresses all hang takes no time from the next one; the answer's headers are there", async () => {
  const hanging = port(
    "eth0",
    addresses("127.0.0.11", "127.0.0.12", "127.0.0.13", "127.0.0.14", "127.0.0.15"),
  );
  const handler: Handler = (seen, response) => {
    if (seen.from === "127.0.0.3") answer(503, "", { "Retry-After": "7" })(seen, response);
  };
  const { from, verdicts, headers, remoteTempFailure } = await probe([hanging, eth1], handler, {
    sendTimeoutMs: 300,
  });
  assertEquals([from.at(-1), verdicts, remoteTempFailure], [
    "127.0.0.3",
    { eth0: "failure", eth1: "failure" },
    true,
  ]);
  assertEquals(headers["retry-after"], "7");
});
