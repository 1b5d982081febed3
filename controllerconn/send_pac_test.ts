/** PAC files of a port: what they say is done. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClientWith } from "./client.ts";
import type { TraceStep } from "./connect/trace_event.ts";
import { type ProxyBench, through, withProxyBench } from "./testdata/behind_proxy.ts";
import { withFullQueue } from "./testdata/full_queue.ts";
import { startProxy, type TestProxy } from "./testdata/proxy.ts";
import { clientOptions, network, port } from "./testdata/device.ts";
import { startSocks } from "./testdata/socks.ts";

const BODY = new Uint8Array(100).fill(7);
const upstream = ({ server }: ProxyBench) => ({ host: "127.0.0.1", port: server.port });
const returning = (expression: string) =>
  btoa(`function FindProxyForURL(url, host) { return ${expression}; }`);
const withOptions = { options: { dialTimeoutMs: () => 800 } };

async function proxies(bench: ProxyBench, count: number): Promise<TestProxy[]> {
  const list: TestProxy[] = [];
  while (list.length < count) list.push(bench.use(await startProxy({ upstream: upstream(bench) })));
  return list;
}

Deno.test("[controllerconn#22] DIRECT: no proxy, whatever the entries say", () =>
  withProxyBench({}, async (bench) => {
    const [proxy] = await proxies(bench, 1);
    bench.configure({ ...through("127.0.0.1", proxy?.port), Pacfile: returning('"DIRECT"') });
    assertEquals([(await bench.send()).error?.kind, proxy?.seen.length], ["resolve", 0]);
  }));

Deno.test("[controllerconn#22] a single PROXY is used; the file sees URL and host, and exceptions do not count", () =>
  withProxyBench({}, async (bench) => {
    const [proxy] = await proxies(bench, 1);
    const test = 'url == "https://controller.example/x" && host == "controller.example"';
    bench.configure({
      Pacfile: returning(`${test} ? "PROXY 127.0.0.1:${proxy?.port}" : "DIRECT"`),
      Exceptions: "*",
    });
    for (let count = 0; count < 2; count++) assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals(proxy?.seen.length, 1);
  }));

Deno.test("[controllerconn#22] of a list the first is used where it works", () =>
  withProxyBench({}, async (bench) => {
    const [first, second] = await proxies(bench, 2);
    bench.configure({
      Pacfile: returning(`"PROXY 127.0.0.1:${first?.port}; PROXY 127.0.0.1:${second?.port}; DIRECT"`),
    });
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals([first?.seen.length, second?.seen.length], [1, 0]);
  }));

Deno.test("[controllerconn#22] a proxy that is the trouble is followed by the next: refused, no name, 407, silent", () =>
  withProxyBench(withOptions, async (bench) => {
    const gone = await startProxy();
    await gone.close();
    const asking = bench.use(await startProxy({ credentials: "user:pw" }));
    const silent = bench.use(await startProxy({ instead: () => {} }));
    const [good] = await proxies(bench, 1);
    const socks = bench.use(await startSocks({ upstream: upstream(bench), reply: 2 }));
    const list = [
      `PROXY 127.0.0.1:${gone.port}`,
      "PROXY nobody.example:80",
      `PROXY 127.0.0.1:${asking.port}`,
      `SOCKS5 127.0.0.1:${socks.port}`,
      `PROXY 127.0.0.1:${silent.port}`,
      `PROXY 127.0.0.1:${good?.port}`,
    ];
    bench.configure({ Pacfile: returning(JSON.stringify(list.join("; "))) });
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals([asking.seen.length, silent.seen.length, socks.seen.length, good?.seen.length], [
      1,
      1,
      1,
      1,
    ]);
    bench.configure({ Pacfile: returning(JSON.stringify(list.slice(0, 4).join(";"))) });
    const { error } = await bench.send(BODY);
    assertEquals(error?.attempts.map(({ kind, layer }) => `${kind} ${layer}`), [
      "refused proxy",
      "resolve proxy",
      "proxy-auth proxy",
      "proxy-refused proxy",
    ]);
  }));

Deno.test("[controllerconn#22] a controller that fails behind a proxy is not asked for through the next one", () =>
  withProxyBench({ handler: (_, response) => response.socket?.destroy() }, async (bench) => {
    const [first, second] = await proxies(bench, 2);
    bench.configure({
      Pacfile: returning(`"PROXY 127.0.0.1:${first?.port}; PROXY 127.0.0.1:${second?.port}"`),
    });
    assertEquals((await bench.send(BODY)).error?.kind, "reset");
    assertEquals([first?.seen.length, second?.seen.length], [1, 0]);
  }));

Deno.test("[controllerconn#22] DIRECT behind a proxy that does not work", () =>
  withProxyBench({ plain: true }, async (bench) => {
    const gone = await startProxy();
    await gone.close();
    bench.configure({ Pacfile: returning(`"PROXY 127.0.0.1:${gone.port}; DIRECT"`) });
    const { error } = await bench.send(BODY);
    assertEquals(error?.attempts.map(({ kind, proxy }) => [kind, proxy === undefined]), [["refused", false], [
      "resolve",
      true,
    ]]);
  }));

Deno.test("a PAC proxy that costs a time-out is tried last the next time", () =>
  withFullQueue((dead) =>
    withProxyBench({ options: { dialTimeoutMs: () => 1500 } }, async (bench) => {
      const [good] = await proxies(bench, 1);
      bench.configure({ Pacfile: returning(`"PROXY 127.0.0.1:${dead}; PROXY 127.0.0.1:${good?.port}"`) });
      assertEquals((await bench.send(BODY)).error?.message, undefined);
      const started = performance.now();
      assertEquals((await bench.send(BODY)).error?.message, undefined);
      assertEquals(performance.now() - started < 1400, true, "no second time-out");
    })
  ));

Deno.test("[controllerconn#22] a PAC file that fails means direct, and is told with the error", () =>
  withProxyBench({}, async (bench) => {
    const [proxy] = await proxies(bench, 1);
    const rows = [
      [btoa("this is no JavaScript"), "the PAC file is no JavaScript"],
      [btoa("var x = 1"), "defines no function FindProxyForURL"],
      [returning("nothing.at.all"), "the PAC file threw"],
      [returning("null"), "FindProxyForURL returned"],
      [btoa("function FindProxyForURL() { for (;;) {} }"), "the PAC file of eth0 can't be used"],
      ["%%%", "the PAC file of eth0 can't be used"],
    ] as const;
    for (const [Pacfile, text] of rows) {
      bench.configure({ ...through("127.0.0.1", proxy?.port), Pacfile });
      const steps: TraceStep[] = [];
      const tracer = { attempt: () => (step: TraceStep) => void steps.push(step) };
      const { error } = await bench.send(BODY, { tracer });
      assertEquals(error?.kind, "resolve", error?.message);
      const [, problem, ...more] = error?.attempts ?? [];
      assertEquals([problem?.layer, problem?.ifName, more], ["proxy", "eth0", []]);
      assertStringIncludes(problem?.text ?? "", text);
      assertStringIncludes(problem?.text ?? "", "; sent directly");
      assertEquals(steps[0], { step: "proxy", proxy: "direct", problem: problem?.text ?? "" });
    }
    assertEquals(proxy?.seen, []);
  }));

Deno.test("an answer of a PAC file is used for 30 s, then it is asked again, however the clock was set", async () => {
  let now = 1_000_000;
  let monotonic = 0;
  await withProxyBench({ options: { now: () => now, monotonic: () => monotonic } }, async (bench) => {
    const [even, odd] = await proxies(bench, 2);
    // The file's own clock tells which evaluation it is.
    const choice = (proxy?: TestProxy) => `"PROXY 127.0.0.1:${proxy?.port}"`;
    bench.configure({
      Pacfile: returning(`new Date().getTime() == 1000000 ? ${choice(even)} : ${choice(odd)}`),
    });
    const counts = async () => {
      assertEquals((await bench.send(BODY)).error?.message, undefined);
      return [even?.seen.length, odd?.seen.length];
    };
    assertEquals(await counts(), [1, 0]);
    now += 3_600_000;
    monotonic += 29_000;
    assertEquals(await counts(), [1, 0], "the same, over the kept tunnel");
    monotonic += 2_000;
    assertEquals(await counts(), [1, 1]);
    now = 1_000_000;
    monotonic += 31_000;
    even?.dropConnections();
    assertEquals(await counts(), [2, 1], "the file is asked again, and its clock is the device's");
  });
});

Deno.test("a call that is over while the PAC file still runs: aborted or timed out, nothing is sent, and nothing is told of direct", async () => {
  const Pacfile = btoa("function FindProxyForURL() { dnsResolve('slow.example'); return 'DIRECT'; }");
  const deviceNetworkStatus = () => network(port("eth0", { Pacfile }), port("eth1", { Cost: 1 }));
  for (const [sendTimeoutMs, kind] of [[60_000, "aborted"], [100, "timeout"]] as const) {
    const asked = Promise.withResolvers<void>();
    const names: string[] = [];
    const options = clientOptions({ deviceNetworkStatus, sendTimeoutMs: () => sendTimeoutMs });
    const client = newClientWith(options, {
      resolve(name) {
        names.push(name);
        asked.resolve();
        return new Promise<never>(() => {});
      },
    });
    const abort = new AbortController();
    const sending = client.sendOnAllIntf("c.example/x", undefined, { signal: abort.signal });
    await Promise.race([asked.promise, sending]);
    if (kind === "aborted") abort.abort();
    const { error } = await sending;
    assertEquals(error?.kind, kind, error?.message);
    assertEquals(error?.attempts.map(({ ifName, text }) => [ifName, text.startsWith("not tried: ")]), [
      ["eth0", true],
      ["eth1", true],
    ]);
    assertEquals(new Set(names).has("c.example"), false);
    client.close();
  }
});
