/** The page over real sockets: what is to be seen, and who may see it. */
import { assert, assertEquals, assertMatch, fail } from "@std/assert";
import { testDevice } from "../../agent/test_device.ts";
import { systemClock } from "../../agent/mod.ts";
import { disconnectedBus, openDiagSite } from "../test_site.ts";
import { topics } from "../../topics/mod.ts";
import { refusalOf } from "./admission.ts";
import { listenAddress } from "./listen_address.ts";
import { reportFrom, reportOf } from "../../../tests/golden/report_of.ts";
import { MOST_WATCHERS, serve } from "./serve.ts";

const loopback = { hostname: "127.0.0.1", port: 0 };

/** A request with a Host header of one's own. */
async function raw(port: number, head: string): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode(`${head}\r\nConnection: close\r\n\r\n`));
  return await new Response(connection.readable).text();
}

Deno.test("report.txt, report.json, metrics, the page and its events show the latest report", async () => {
  await using site = await openDiagSite();
  const { device } = site;
  device.bus.publication(topics.loguploader.MetricsMap).publish("global", {
    eth0: {
      FailureCount: 1,
      SuccessCount: 2,
      LastFailure: "2026-08-20T09:00:00Z",
      LastSuccess: "2026-08-20T09:00:00Z",
      URLCounters: {
        "https://c/api/v2/edgedevice/id/1/newlogs": {
          TryMsgCount: 1,
          TryByteCount: 10,
          SentMsgCount: 2,
          SentByteCount: 300,
          RecvMsgCount: 2,
          RecvByteCount: 40,
          TotalTimeSpent: 5,
          SessionResume: 0,
        },
      },
      AuthFailCount: 0,
    },
  });
  const counted = (
    Failures: number,
    FailureKinds: Readonly<Record<string, number>> = { refused: Failures },
  ) => ({
    Requests: 3,
    Failures,
    FailureKinds,
    SentBytes: 0,
    ReceivedBytes: 0,
    TotalTimeMs: 0,
    LastTimeMs: 0,
  });
  const zedagent = device.bus.publication(topics.zedagent.TrafficCounters);
  zedagent.publish("global", {
    eth0: { config: counted(4, { dns: 1, "connect-timeout": 3 }), info: counted(0, {}) },
    wwan0: { config: counted(1) },
  });
  for (const { TrafficCounters } of [topics.nim, topics.zedclient, topics.loguploader]) {
    device.bus.publication(TrafficCounters).publish("global", { eth0: { other: counted(2) } });
  }
  const served = serve(device, loopback, undefined);
  const at = `http://127.0.0.1:${served.address.port}`;
  const get = async (path: string) => await (await fetch(at + path)).text();
  assertEquals(await get("/report.txt"), "no report yet\n");
  const events = (await fetch(`${at}/events`)).body?.pipeThrough(new TextDecoderStream()).getReader();
  assertMatch(
    (await events?.read())?.value ?? "",
    /no report yet\n\nevent: failures\ndata: .*"source":"loguploader"/,
  );

  await site.controller.stop();
  const report = await site.report(disconnectedBus());
  served.show(report);
  assertMatch(await get("/report.txt"), /^INFO: report .*\nERROR: EVE-NET-TCP-001 lo: /);
  assertEquals(JSON.parse(await get("/report.json")).findings[0].code, "EVE-NET-TCP-001");
  assertMatch((await events?.read())?.value ?? "", /^data: \{.*"code":"EVE-NET-TCP-001".*\}\n\n$/);
  const metrics = await get("/metrics");
  const { failure, times } = report.facts.tests?.get("lo")?.ping.failures[0] ?? fail("the ping has failed");
  assertEquals(failure.kind, "refused");
  for (
    const line of [
      'eve_requests_total{agent="loguploader",port="eth0",purpose="logs"} 2',
      'eve_sent_bytes_total{agent="loguploader",port="eth0",purpose="logs"} 300',
      'eve_unanswered_requests_total{agent="loguploader",port="eth0",purpose="logs"} 1',
      'eve_failures_total{agent="zedagent",port="eth0",purpose="config",kind="dns"} 1',
      'eve_failures_total{agent="zedagent",port="eth0",purpose="config",kind="connect-timeout"} 3',
      'eve_failures_total{agent="zedagent",port="wwan0",purpose="config",kind="refused"} 1',
      'eve_failures_total{agent="nim",port="eth0",purpose="other",kind="refused"} 2',
      'eve_failures_total{agent="zedclient",port="eth0",purpose="other",kind="refused"} 2',
      'eve_failures_total{agent="loguploader",port="eth0",purpose="other",kind="refused"} 2',
      `eve_failures_total{agent="diag",port="lo",purpose="test",kind="${failure.kind}"} ${times}`,
      'eve_check_failed{code="EVE-NET-TCP-001",layer="tcp",level="ERROR",port="lo"} 1',
      "eve_outcome 2",
    ]
  ) assert(metrics.split("\n").includes(line), metrics);
  assert(
    metrics.split("\n").every((line) => line === "" || /^(# (HELP|TYPE) )?eve_[a-z_]+[ {]/.test(line)),
    metrics,
  );
  const page = await fetch(at);
  const html = await page.text();
  assert(page.headers.get("content-security-policy")?.includes("default-src 'none'"));
  assert(!/(src|href)="https?:/.test(html), "no outside resource");
  assertEquals(page.headers.get("access-control-allow-origin"), null);
  const key = site.made.device?.keyFile.split("\n")[1] ?? "?";
  for (const path of ["/report.txt", "/report.json", "/metrics"]) assert(!(await get(path)).includes(key));
  assertEquals(
    JSON.parse(await get("/report.json")).recentFailures.map(({ source }: { source: string }) => source)
      .includes("check"),
    true,
  );
  zedagent.publish("global", { eth0: { config: counted(9) } });
  const live = (await events?.read())?.value ?? "";
  assertMatch(live, /^event: failures\ndata: \[\{.*\}\]\n\n$/);
  const grown = /"source":"zedagent","port":"eth0","kind":"unanswered","text":"[^"]*config","times":9\}/;
  assertMatch(live, grown);
  assertMatch(await get("/report.json"), grown);
  await events?.cancel();
  device.end();
  await served.ended;
});

Deno.test("a password in what nim says of a port is in no answer of the page", async () => {
  await using device = testDevice({ clock: systemClock });
  const network = disconnectedBus({}, [{
    ...reportOf("connected").facts.bus.network?.Ports?.[0] ?? fail("a port"),
    InvalidConfig: true,
    LastError: "can't use http://user:s3cret@proxy:3128",
    LastFailed: "2026-08-20T09:00:00Z",
  }]).network;
  const served = serve(device, loopback, undefined);
  served.show(
    reportFrom({ ...reportOf("connected").facts, bus: { ...reportOf("connected").facts.bus, network } }),
  );
  const get = async (path: string) =>
    await (await fetch(`http://127.0.0.1:${served.address.port}${path}`)).text();
  for (const path of ["/report.txt", "/report.json", "/metrics"]) {
    const answer = await get(path);
    assert(!answer.includes("s3cret"), answer);
    assert(path === "/metrics" || answer.includes("can't use http://(hidden)@proxy:3128"), answer);
  }
  device.end();
  await served.ended;
});

Deno.test("no more than sixteen watch at a time", async () => {
  await using device = testDevice({ clock: systemClock });
  const served = serve(device, loopback, undefined);
  const watch = () => fetch(`http://127.0.0.1:${served.address.port}/events`);
  const watchers = await Promise.all(Array.from({ length: MOST_WATCHERS }, watch));
  assertEquals([...new Set(watchers.map(({ status }) => status))], [200]);
  const late = await watch();
  assertEquals([late.status, await late.text()], [503, "16 watch already\n"]);
  for (const { body } of watchers) await body?.cancel();
  device.end();
  await served.ended;
});

Deno.test("another Host, another method, another site, and paths that are not there are refused", async () => {
  await using device = testDevice({ clock: systemClock });
  const served = serve(device, loopback, undefined);
  const { port } = served.address;
  const status = async (head: string) => Number((await raw(port, head)).split(" ")[1]);
  assertEquals(await status(`GET /report.txt HTTP/1.1\r\nHost: 127.0.0.1:${port}`), 200);
  assertEquals(await status(`GET /report.txt HTTP/1.1\r\nHost: localhost:${port}`), 200);
  for (
    const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`]
  ) {
    assertEquals(await status(`GET /report.txt HTTP/1.1\r\nHost: ${host}`), 421, host);
  }
  assertEquals(await status(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 0`), 405);
  assertEquals(
    await status(`GET /events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nSec-Fetch-Site: cross-site`),
    403,
  );
  assertEquals(await status(`GET /../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:${port}`), 404);
  device.end();
  await served.ended;
});

Deno.test("with a token: nobody reads without it, in a header or in the address", () => {
  const listening = { hostname: "192.0.2.1", port: 8080 };
  const visit = (search: string, headers: Record<string, string>) =>
    refusalOf(
      {
        method: "GET",
        url: new URL(`http://192.0.2.1:8080/report.txt${search}`),
        headers: new Headers({ host: "192.0.2.1:8080", ...headers }),
      },
      listening,
      "s3cret",
    )?.status;
  assertEquals(visit("", {}), 401);
  assertEquals(visit("?token=s3cre", {}), 401);
  assertEquals(visit("?token=s3cret", {}), undefined);
  assertEquals(visit("", { authorization: "Bearer s3cret" }), undefined);
  assertEquals(visit("?token=s3cret", { host: "localhost:8080" }), 421);
});

Deno.test("the Host header: the address itself, localhost for a loopback, any address but no name where all are listened on", () => {
  const status = (hostname: string, port: number, host: string) =>
    refusalOf({ method: "GET", url: new URL("http://x/"), headers: new Headers({ host }) }, {
      hostname,
      port,
    }, undefined)
      ?.status;
  assertEquals(status("127.0.0.1", 80, "127.0.0.1"), undefined);
  assertEquals(status("::1", 8080, "[::1]:8080"), undefined);
  assertEquals(status("::1", 8080, "localhost:8080"), undefined);
  assertEquals(status("192.0.2.1", 8080, "localhost:8080"), 421);
  assertEquals(status("0.0.0.0", 8080, "192.0.2.9:8080"), undefined);
  assertEquals(status("::", 8080, "[2001:db8::1]:8080"), undefined);
  assertEquals(status("0.0.0.0", 8080, "evil.example:8080"), 421);
  assertEquals(status("0.0.0.0", 8080, "192.0.2.9:9090"), 421);
  assertEquals(status("127.0.0.1", 8080, ""), 421);
});

Deno.test("addresses to listen on", () => {
  assertEquals(["127.0.0.1:80", "[::1]:8080", ":8080", "0.0.0.0:1"].map(listenAddress), [
    { hostname: "127.0.0.1", port: 80 },
    { hostname: "::1", port: 8080 },
    { hostname: "127.0.0.1", port: 8080 },
    { hostname: "0.0.0.0", port: 1 },
  ]);
  for (const bad of ["", "8080", "host:80", "127.0.0.1:99999", "127.0.0.1"]) {
    let refused = false;
    try {
      listenAddress(bad);
    } catch {
      refused = true;
    }
    assert(refused, bad);
  }
});
