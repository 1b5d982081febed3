/** The exceptions table. */
import { assertEquals } from "@std/assert";
import { bypassesProxy } from "./exceptions.ts";

/** Entry, targets that go around the proxy, targets that do not. A target is `host port`. */
type Row = readonly [entry: string, around: readonly string[], through: readonly string[]];

const ROWS: readonly Row[] = [
  ["*", ["foo.com 443", "10.1.2.3 80", "fd00::1 443"], []],
  [
    "10.0.0.0/8",
    ["10.1.2.3 443", "10.255.255.255 80"],
    ["11.0.0.1 443", "ten.example 443", "fd00::1 443"],
  ],
  ["fd00::/8", ["fd12::1 443"], ["fe12::1 443", "10.1.2.3 443", "foo.com 443"]],
  ["10.1.2.3", ["10.1.2.3 443", "10.1.2.3 80"], ["10.1.2.4 443", "foo.com 443"]],
  ["10.1.2.3:8080", ["10.1.2.3 8080"], ["10.1.2.3 443"]],
  ["fd00::1", ["fd00::1 443"], ["fd00::2 443"]],
  ["FD00:0:0::1", ["fd00::1 443"], ["fd00::2 443"]],
  ["[fd00::1]:8443", ["fd00::1 8443"], ["fd00::1 443", "fd00::2 8443"]],
  ["[fd00::1]", ["fd00::1 443"], ["fd00::2 443"]],
  ["foo.com", ["foo.com 443", "a.foo.com 80", "a.b.foo.com 443", "FOO.com. 443"], [
    "xfoo.com 443",
    "foo.com.evil.example 443",
    "com 443",
  ]],
  ["foo.com:8443", ["foo.com 8443", "a.foo.com 8443"], ["foo.com 443", "a.foo.com 443"]],
  [".foo.com", ["a.foo.com 443", "a.b.foo.com 443"], ["foo.com 443", "xfoo.com 443"]],
  ["*.foo.com", ["a.foo.com 443", "a.b.foo.com 443"], ["foo.com 443", "xfoo.com 443"]],
  ["*.foo.com:8443", ["a.foo.com 8443"], ["a.foo.com 443", "foo.com 8443"]],
  [" , bar.com ,, FOO.com ", ["foo.com 443", "bar.com 443"], ["baz.com 443"]],
  ["", [], ["foo.com 443"]],
  ["10.0.0.0/99, 10.0.0.0/x, /8, [fd00::1, foo.com:x, .", [], ["10.0.0.0 443", "fd00::1 443", "foo.com 443"]],
];

const goesAround = (exceptions: string, target: string) => {
  const [host = "", port = ""] = target.split(" ");
  return bypassesProxy(exceptions, host, Number(port));
};

Deno.test("[controllerconn#20] every row of the exceptions table: what goes around the proxy and what does not", () => {
  for (const [entry, around, through] of ROWS) {
    for (const target of around) assertEquals(goesAround(entry, target), true, `${entry} | ${target}`);
    for (const target of through) assertEquals(goesAround(entry, target), false, `${entry} | ${target}`);
  }
});

Deno.test("[controllerconn#20] localhost and the loopback addresses never use a proxy", () => {
  for (
    const host of ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "127.9.9.9", "::1", "::ffff:7f00:1"]
  ) {
    assertEquals(bypassesProxy("", host, 443), true, host);
  }
  for (const host of ["localhost.example", "notlocalhost", "128.0.0.1", "::2", "::ffff:a00:1"]) {
    assertEquals(bypassesProxy("", host, 443), false, host);
  }
});
