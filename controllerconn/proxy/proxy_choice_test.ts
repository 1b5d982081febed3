/** Addresses of proxies. */
import { assertEquals } from "@std/assert";
import { DIRECT, parseProxyAddress, proxyText } from "./proxy_choice.ts";

/** `scheme host port user password`, or what there is instead. */
const read = (address: string) => {
  const proxy = parseProxyAddress(address);
  return proxy === undefined
    ? "none"
    : [proxy.scheme, proxy.host, proxy.port, proxy.user, proxy.password].filter((each) => each !== undefined)
      .join(" ");
};

Deno.test("a proxy address: host, host:port, or a URL with http, https or socks5", () => {
  const rows: Readonly<Record<string, string>> = {
    "proxy.example": "http proxy.example 80",
    "proxy.example:3128": "http proxy.example 3128",
    "PROXY.example:80": "http proxy.example 80",
    "10.0.0.1:3128": "http 10.0.0.1 3128",
    "[fd00::1]:3128": "http fd00::1 3128",
    "[fd00::1]": "http fd00::1 80",
    "http://proxy.example": "http proxy.example 80",
    "http://proxy.example:443/": "http proxy.example 443",
    "HTTPS://proxy.example": "https proxy.example 443",
    "https://proxy.example:80": "https proxy.example 80",
    "https://proxy.example:8443//": "https proxy.example 8443",
    "socks5://proxy.example": "socks5 proxy.example 1080",
    "socks5://proxy.example:80": "socks5 proxy.example 80",
    " proxy.example:3128 ": "http proxy.example 3128",
  };
  for (const [address, expected] of Object.entries(rows)) assertEquals(read(address), expected, address);
});

Deno.test("credentials of a proxy address, encoded or not; none without", () => {
  assertEquals(read("user:pw@proxy.example:3128"), "http proxy.example 3128 user pw");
  assertEquals(read("https://us%40er:p%3Aw@proxy.example"), "https proxy.example 443 us@er p:w");
  assertEquals(parseProxyAddress("socks5://user@p:1")?.password, "");
  assertEquals(read("http://u:100%@p"), "http p 80 u 100%");
  assertEquals(Object.keys(parseProxyAddress("proxy.example") ?? {}).includes("user"), false);
});

Deno.test("what is no proxy address counts as not configured", () => {
  for (
    const address of [
      "",
      "http://",
      "ftp://p",
      "socks4://p",
      "p:99999",
      "a b",
      "http://p/path",
      "[::1",
      "p?q",
    ]
  ) {
    assertEquals(read(address), "none", address);
  }
});

Deno.test("the text of a proxy never has credentials", () => {
  assertEquals(proxyText(DIRECT), "direct");
  for (const address of ["https://user:pw@[fd00::1]:8080"]) {
    const proxy = parseProxyAddress(address);
    assertEquals(proxy && proxyText(proxy), "https://[fd00::1]:8080");
  }
});
