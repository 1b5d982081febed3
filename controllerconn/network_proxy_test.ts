/** The PAC file of a port's network. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClientWith } from "./client.ts";
import type { NetworkPortStatus } from "./device_network_status.ts";
import type { NetworkProxy } from "./network_proxy.ts";
import { clientOptions, network, port } from "./testdata/device.ts";
import { answer, type Handler, startServer } from "./testdata/server.ts";

const TYPE = { "Content-Type": "application/x-ns-proxy-autoconfig" };
const PAC = "function FindProxyForURL() { return 'DIRECT'; }";
const pacAnswer = (headers: Record<string, string> = TYPE, body = PAC) => answer(200, body, headers);

interface Found {
  readonly result: NetworkProxy;
  /** `Host` headers that came, in order. */
  readonly asked: readonly string[];
  readonly from: readonly string[];
  /** `Authorization` headers that came. */
  readonly authorized: readonly (string | undefined)[];
}

/** A web server on port 80 of a loopback address (root needed), at which every name ends. */
async function find(
  changes: Partial<NetworkPortStatus>,
  handler: Handler,
  unknown: readonly string[] = [],
): Promise<Found> {
  const server = await startServer({ handler, host: "127.0.80.1", port: 80 });
  const status = network(
    port("eth0", { NetworkProxyEnable: true, AddrInfoList: [{ Addr: "127.0.0.6" }], ...changes }),
  );
  const resolve = (name: string) =>
    unknown.includes(name)
      ? Promise.reject(Object.assign(new Error(`no ${name}`), { code: "ENOTFOUND" }))
      : Promise.resolve({ addresses: ["127.0.80.1"], by: "test" });
  const client = newClientWith(clientOptions({ deviceNetworkStatus: () => status }), { resolve });
  try {
    const result = await client.getNetworkProxy("eth0", new AbortController().signal);
    const hosts = server.seen.map(({ headers, url }) => `${headers.host}${url}`);
    const authorized = server.seen.map(({ headers }) => headers.authorization);
    return { result, asked: hosts, from: server.seen.map(({ from }) => from), authorized };
  } finally {
    client.close();
    await server.close();
  }
}

const found = (wpadURL: string) => ({ kind: "found", pacfile: btoa(PAC), wpadURL }) as const;
const only = (host: string): Handler => (request, response) =>
  (request.headers.host === host ? pacAnswer() : answer(404))(request, response);
const textOf = (result: NetworkProxy) => result.kind === "failed" ? result.error.message : "";

Deno.test("[controllerconn#23] the walk for a.b.c.d: wpad.a.b.c.d, wpad.b.c.d, wpad.c.d, stop", async () => {
  const DomainName = "a.b.c.d";
  const all = ["wpad.a.b.c.d/wpad.dat", "wpad.b.c.d/wpad.dat", "wpad.c.d/wpad.dat"];
  const first = await find({ DomainName }, pacAnswer());
  assertEquals([first.result, first.asked, first.from], [
    found("http://wpad.a.b.c.d/wpad.dat"),
    all.slice(0, 1),
    ["127.0.0.6"],
  ]);
  const last = await find({ DomainName }, only("wpad.c.d"));
  assertEquals([last.result, last.asked], [found("http://wpad.c.d/wpad.dat"), all]);
  const none = await find({ DomainName }, answer(404));
  assertEquals([none.result.kind, none.asked], ["failed", all]);
  for (const name of all) assertStringIncludes(textOf(none.result), `http://${name}`);
  const skipped = await find({ DomainName }, pacAnswer(), ["wpad.a.b.c.d"]);
  assertEquals([skipped.result, skipped.asked], [found("http://wpad.b.c.d/wpad.dat"), all.slice(1, 2)]);
});

Deno.test("[controllerconn#23] a wrong content type is rejected, the right one with parameters is taken", async () => {
  for (const type of ["text/html", "application/x-ns-proxy-autoconfig2"]) {
    const { result, asked } = await find({ DomainName: "b.c" }, pacAnswer({ "Content-Type": type }));
    assertEquals([result.kind, asked], ["failed", ["wpad.b.c/wpad.dat"]]);
    assertStringIncludes(
      textOf(result),
      `http://wpad.b.c/wpad.dat: expected application/x-ns-proxy-autoconfig, got ${type}`,
    );
  }
  const parameters = { "Content-Type": "Application/X-NS-Proxy-Autoconfig; charset=utf-8" };
  assertEquals((await find({ DomainName: "b.c" }, pacAnswer(parameters))).result.kind, "found");
});

Deno.test("a configured URL is the only one that is asked; no domain, no walk; a failure is an error", async () => {
  const NetworkProxyURL = "http://config.example/some.pac";
  const configured = await find({ NetworkProxyURL, DomainName: "a.b.c" }, pacAnswer());
  assertEquals([configured.result, configured.asked], [found(""), ["config.example/some.pac"]]);
  const broken = await find({ NetworkProxyURL, DomainName: "a.b.c" }, answer(500));
  assertEquals([broken.asked.length, broken.result.kind === "failed" && broken.result.error.kind], [
    1,
    "http-status",
  ]);
  for (const DomainName of ["", "not a name"]) {
    const none = await find({ DomainName }, pacAnswer());
    assertEquals([none.result.kind, none.asked], ["failed", []]);
    assertStringIncludes(textOf(none.result), "eth0 asks for a proxy of its network, none was found: WPAD");
  }
});

Deno.test("nothing is asked for where the port has a PAC file, or wants none; an unknown port is an error", async () => {
  for (const changes of [{ Pacfile: "AA==" }, { NetworkProxyEnable: false }]) {
    const { result, asked } = await find({ DomainName: "b.c", ...changes }, pacAnswer());
    assertEquals([result, asked], [{ kind: "nothing-to-do" }, []]);
  }
  const client = newClientWith(clientOptions(), {});
  const { signal } = new AbortController();
  assertStringIncludes(
    textOf(await client.getNetworkProxy("eth9", signal)),
    "missing port status for interface eth9",
  );
});

Deno.test("an empty file and one that is too large are not used; redirects are not followed", async () => {
  for (const body of ["", " ".repeat(2_000_000)]) {
    const { result } = await find({ DomainName: "b.c" }, pacAnswer(TYPE, body));
    assertStringIncludes(textOf(result), `expected a PAC file of 1 to`);
    assertStringIncludes(textOf(result), `got ${body.length}`);
  }
  const { result, asked } = await find(
    { DomainName: "b.c" },
    answer(302, "", { Location: "http://evil.example/" }),
  );
  assertEquals([result.kind, asked], ["failed", ["wpad.b.c/wpad.dat"]]);
});

Deno.test("the port's explicit proxy is not used for the fetch", async () => {
  const Proxies = [{ type: 0, server: "127.0.0.1", port: 1 }];
  assertEquals((await find({ DomainName: "b.c", Proxies }, pacAnswer())).result.kind, "found");
});

Deno.test("the signal ends the search at its first URL", async () => {
  const status = network(port("eth0", { NetworkProxyEnable: true, DomainName: "a.b.c" }));
  let asked = 0;
  const client = newClientWith(clientOptions({ deviceNetworkStatus: () => status }), {
    resolve: () => {
      asked++;
      return new Promise<never>(() => {});
    },
  });
  const abort = new AbortController();
  const searching = client.getNetworkProxy("eth0", abort.signal);
  while (asked === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5));
  abort.abort();
  const result = await searching;
  assertEquals([result.kind === "failed" && result.error.kind, asked], ["aborted", 1]);
  client.close();
});

Deno.test("credentials of the configured URL go to its server alone, and into no text", async () => {
  const NetworkProxyURL = "http://us%20er:p%40w@config.example/some.pac";
  const good = await find({ NetworkProxyURL }, pacAnswer());
  assertEquals([good.result, good.authorized], [found(""), [`Basic ${btoa("us er:p@w")}`]]);
  for (
    const handler of [answer(500), answer(200, PAC, { "Content-Type": "text/html" }), pacAnswer(TYPE, "")]
  ) {
    const text = textOf((await find({ NetworkProxyURL }, handler)).result);
    assertStringIncludes(text, "http://config.example/some.pac");
    assertEquals(/er:|p%40w|p@w/.test(text), false, text);
  }
  assertEquals((await find({ DomainName: "b.c" }, pacAnswer())).authorized, [undefined]);
});
