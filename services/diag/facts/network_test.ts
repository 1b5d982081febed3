import { assertEquals } from "@std/assert";
import { loopback } from "../test_site.ts";
import { hasProxy, hostOfServer } from "./network.ts";
import { problemOfServer } from "./read_files.ts";

Deno.test("the host of a server, IPv6 literals too", () => {
  assertEquals(
    ["c.example.org", "c.example.org:8443", "192.0.2.1:443", "[2001:db8::1]:443", "[::1]"].map(hostOfServer),
    ["c.example.org", "c.example.org", "192.0.2.1", "2001:db8::1", "::1"],
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

Deno.test("a port with a proxy", () => {
  assertEquals(hasProxy(loopback()), false);
  assertEquals(hasProxy(loopback({ Proxies: [{ type: 1, server: "p", port: 1 }] })), true);
  assertEquals(hasProxy(loopback({ Proxies: [{ type: 4, server: "", port: 0 }] })), false);
  assertEquals(hasProxy(loopback({ Pacfile: "eA==" })), true);
});
