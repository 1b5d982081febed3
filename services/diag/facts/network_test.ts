import { assertEquals } from "@std/assert";
import type { NetworkPortStatus } from "../../topics/mod.ts";
import { loopback } from "../test_site.ts";
import { hasProxy, hostOfServer } from "./network.ts";
import { problemOfServer } from "./read_files.ts";

Deno.test("the host of a server, IPv6 literals too", () => {
  assertEquals(
    ["c.example.org", "c.example.org:8443", "192.0.2.1:443", "[2001:db8::1]:443", "[::1]"].map(hostOfServer),
    ["c.example.org", "c.example.org", "192.0.2.1", "2001:db8::1", "::1"],
  );
  assertEquals(
    ["https://c.example.org", "https://c.example.org:443", "https://[::1]:443"].map(hostOfServer),
    ["c.example.org", "c.example.org", "::1"],
  );
});

Deno.test("what can stand in /config/server, and what can't", () => {
  const good = [
    "c.example.org",
    "c.example.org:8443",
    "[2001:db8::1]:443",
    "192.0.2.1",
    "https://c.example.org:443",
  ];
  assertEquals(good.map(problemOfServer), good.map(() => undefined));
  const bad = [
    "",
    "two words",
    "c.example.org/path",
    "user@c.example.org",
    "2001:db8::1",
    "c:99999",
    "https://",
  ];
  assertEquals(bad.filter((text) => problemOfServer(text) === undefined), []);
});

Deno.test("a port has a proxy where one takes requests for the controller: not for plain HTTP alone, not past an exception", () => {
  const proxied = (some: Partial<NetworkPortStatus>) => hasProxy(loopback(some), "c.example.org:443");
  const Proxies = [{ type: 1, server: "p", port: 1 }];
  assertEquals(proxied({}), false);
  assertEquals(proxied({ Proxies }), true);
  assertEquals(proxied({ Proxies, Exceptions: "example.org" }), false);
  assertEquals(proxied({ Proxies, Exceptions: "example.com" }), true);
  assertEquals(proxied({ Proxies: [{ type: 0, server: "p", port: 1 }] }), false);
  assertEquals(proxied({ Proxies: [{ type: 4, server: "", port: 0 }] }), false);
  assertEquals(proxied({ Pacfile: "eA==" }), false, "known when a request was made");
});
