/** Which entry of a port's configuration counts. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { ProxyEntry } from "../device_network_status.ts";
import { port } from "../testdata/device.ts";
import { configuredProxy, type FindProxyForURL, lookupProxy, needsNameServer } from "./lookup_proxy.ts";
import { DIRECT, parseProxyAddress, proxyText } from "./proxy_choice.ts";

const [HTTP, HTTPS, SOCKS, FTP, NONE] = [0, 1, 2, 3, 4];
const entry = (type = HTTP, server = "p", number = 3128): ProxyEntry => ({ type, server, port: number });
const chosen = (url: string, ...Proxies: readonly ProxyEntry[]) =>
  proxyText(configuredProxy(port("eth0", { Proxies }), new URL(url)));

Deno.test("[controllerconn#21] https uses only an HTTPS entry, http only an HTTP one", () => {
  const both = [entry(HTTP, "plain"), entry(HTTPS, "secure")];
  assertEquals(chosen("https://c.example/x", ...both), "http://secure:3128");
  assertEquals(chosen("http://c.example/x", ...both), "http://plain:3128");
  assertEquals(chosen("https://c.example/x", entry(HTTP)), "direct");
  assertEquals(chosen("http://c.example/x", entry(HTTPS)), "direct");
  assertEquals(chosen("https://c.example/x", entry(SOCKS), entry(FTP), entry(NONE)), "direct");
  assertEquals(chosen("https://c.example/x"), "direct");
});

Deno.test("[controllerconn#21] the last entry of a type wins, and an entry without a server does not count", () => {
  const list = [entry(HTTPS, "first"), entry(HTTPS, "last"), entry(HTTPS, "")];
  assertEquals(chosen("https://c.example/x", ...list), "http://last:3128");
  // Go leaves the zero type and the zero port out of the topic.
  const sparse = { server: "sparse" } as ProxyEntry;
  assertEquals(chosen("http://c.example/x", sparse), "http://sparse:80");
});

Deno.test("[controllerconn#21] a server with a scheme is honoured; an unreadable one counts as not configured", () => {
  const rows: Readonly<Record<string, string>> = {
    "https://p.example": "https://p.example:3128",
    "https://p.example/": "https://p.example:3128",
    "socks5://p.example": "socks5://p.example:3128",
    "http://user:pw@p.example": "http://p.example:3128",
    "fd00::1": "http://[fd00::1]:3128",
    "[fd00::1]": "http://[fd00::1]:3128",
    "a b": "direct",
    "ftp://p.example": "direct",
  };
  for (const [server, expected] of Object.entries(rows)) {
    assertEquals(chosen("https://c.example/x", entry(HTTPS, server)), expected, server);
  }
  assertEquals(chosen("https://c.example/x", entry(HTTPS, "https://p.example", 0)), "https://p.example:443");
  const { user, password } = configuredOf("user:pw@p.example");
  assertEquals([user, password], ["user", "pw"]);
});

function configuredOf(server: string) {
  const choice = configuredProxy(port("eth0", { Proxies: [entry(HTTPS, server)] }), new URL("https://c/x"));
  return choice.kind === "proxy" ? choice : { user: undefined, password: undefined };
}

Deno.test("[controllerconn#20] exceptions are compared with the host and the effective port of the target", () => {
  const by = (Exceptions: string, url: string) =>
    proxyText(configuredProxy(port("eth0", { Proxies: [entry(HTTPS)], Exceptions }), new URL(url)));
  assertEquals(by("c.example:443", "https://c.example/x"), "direct");
  assertEquals(by("c.example:443", "https://c.example:8443/x"), "http://p:3128");
  assertEquals(by("[fd00::1]:8443", "https://[fd00::1]:8443/x"), "direct");
  assertEquals(by("", "https://localhost/x"), "direct");
});

const none: FindProxyForURL = () => Promise.reject(new Error("not to be asked"));

Deno.test("[controllerconn#22] with a PAC file entries and exceptions do not count; its failure means direct, and is told", async () => {
  const proxy = parseProxyAddress("pac:1") ?? DIRECT;
  const asked: string[] = [];
  const find: FindProxyForURL = (text, url, host) => {
    asked.push(text, url, host);
    return Promise.resolve([proxy, DIRECT]);
  };
  const Pacfile = btoa("the text");
  const withPac = port("eth0", { Pacfile, Proxies: [entry(HTTPS)], Exceptions: "*" });
  const target = new URL("https://c.example:8443/x?y");
  assertEquals(await lookupProxy(withPac, target, find), { choices: [proxy, DIRECT] });
  assertEquals(asked, ["the text", "https://c.example:8443/x?y", "c.example:8443"]);
  assertEquals(await lookupProxy(withPac, target, () => Promise.resolve([])), { choices: [DIRECT] });
  for (const localhost of ["https://localhost/x", "http://127.0.0.5/x", "https://[::1]/x"]) {
    assertEquals(await lookupProxy(withPac, new URL(localhost), none), { choices: [DIRECT] });
  }
  const broken = await lookupProxy(withPac, target, none);
  assertEquals(broken.choices, [DIRECT]);
  assertStringIncludes(broken.problem ?? "", "the PAC file of eth0 can't be used (not to be asked)");
  const noBase64 = await lookupProxy(port("eth0", { Pacfile: "%" }), target, find);
  assertEquals([noBase64.choices, noBase64.problem?.includes("can't be used")], [[DIRECT], true]);
});

Deno.test("who needs a name server: not who goes to an address", () => {
  const url = new URL("https://c.example/x");
  const proxy = (address: string) => parseProxyAddress(address) ?? DIRECT;
  assertEquals(needsNameServer(DIRECT, url), true);
  assertEquals(needsNameServer(DIRECT, new URL("https://[fd00::1]/x")), false);
  assertEquals(needsNameServer(proxy("p.example"), new URL("https://10.0.0.1/x")), true);
  assertEquals([needsNameServer(proxy("10.0.0.1"), url), needsNameServer(proxy("[fd00::1]"), url)], [
    false,
    false,
  ]);
});
