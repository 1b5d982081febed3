import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import { PacError } from "./error.ts";
import { isPacContentType, wpadURLs } from "./wpad_urls.ts";

Deno.test("[controllerconn#23] WPAD walk for a.b.c.d, and what is no PAC file", () => {
  assertEquals(wpadURLs("a.b.c.d"), [
    "http://wpad.a.b.c.d/wpad.dat",
    "http://wpad.b.c.d/wpad.dat",
    "http://wpad.c.d/wpad.dat",
  ]);
  assert(isPacContentType("application/x-ns-proxy-autoconfig"));
  assert(isPacContentType(" Application/X-NS-Proxy-Autoconfig ; charset=utf-8"));
  for (
    const other of [
      undefined,
      "",
      ";application/x-ns-proxy-autoconfig",
      "text/html",
      "application/x-javascript-config",
      "application/x-ns-proxy-autoconfigx",
    ]
  ) {
    assertFalse(isPacContentType(other), String(other));
  }
});

Deno.test("WPAD stops in front of a bare top-level name", () => {
  assertEquals(wpadURLs("example.com"), ["http://wpad.example.com/wpad.dat"]);
  assertEquals(wpadURLs("lan"), ["http://wpad.lan/wpad.dat"]);
  assertEquals(wpadURLs(" Corp.Example.COM.\n"), [
    "http://wpad.corp.example.com/wpad.dat",
    "http://wpad.example.com/wpad.dat",
  ]);
});

Deno.test("WPAD needs a domain name", () => {
  const wrong = [
    "",
    " ",
    ".",
    "..",
    "a..b",
    ".a.b",
    "a b",
    "a/b",
    "user@a.b",
    "a.b:80",
    "a.b?c",
    "-a.b",
    "ä.b",
  ];
  for (const name of [...wrong, `${"a".repeat(64)}.b`, "a.".repeat(127) + "a.b"]) {
    const error = assertThrows(() => wpadURLs(name), PacError);
    assertEquals((error as PacError).kind, "no-domain", name);
  }
});
