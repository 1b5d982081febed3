import { assert, assertEquals, assertFalse } from "@std/assert";
import {
  dnsDomainIs,
  dnsDomainLevels,
  isAddressInNet,
  isPlainHostName,
  localHostOrDomainIs,
  parseIPv4,
  shellExpressionPattern,
} from "./host_functions.ts";

Deno.test("names", () => {
  assert(isPlainHostName("www"));
  assert(isPlainHostName(""));
  assertFalse(isPlainHostName("www.example.com"));

  assert(dnsDomainIs("www.example.com", ".example.com"));
  assert(dnsDomainIs("example.com", "example.com"));
  assert(dnsDomainIs("badexample.com", "example.com"), "a plain comparison of the ends");
  assert(dnsDomainIs("www", ""));
  assertFalse(dnsDomainIs("www", ".example.com"));
  assertFalse(dnsDomainIs("www.other.com", ".example.com"));
  assertFalse(dnsDomainIs("www.EXAMPLE.com", ".example.com"));

  assert(localHostOrDomainIs("www.example.com", "www.example.com"));
  assert(localHostOrDomainIs("www", "www.example.com"));
  assertFalse(localHostOrDomainIs("ww", "www.example.com"));
  assertFalse(localHostOrDomainIs("www.other.com", "www.example.com"));
  assertFalse(localHostOrDomainIs("home.example.com", "www.example.com"));

  assertEquals(["www", "www.example.com", "", "a.b.c.d."].map(dnsDomainLevels), [0, 2, 0, 4]);
});

Deno.test("IPv4 addresses in and out of a network", () => {
  assertEquals(parseIPv4("255.255.255.255"), 0xffffffff);
  assertEquals(parseIPv4("10.0.0.1"), 0x0a000001);
  for (
    const text of ["", "10.0.0", "10.0.0.256", "10.0.0.1.1", "0x10.0.0.1", "10.0.0.1 ", "a.b.c.d", "::1"]
  ) {
    assertEquals(parseIPv4(text), undefined, text);
  }
  assert(isAddressInNet("10.1.2.3", "10.0.0.0", "255.0.0.0"));
  assert(isAddressInNet("172.31.0.1", "172.16.0.0", "255.240.0.0"));
  assert(isAddressInNet("192.168.1.2", "192.168.1.2", "255.255.255.255"));
  assert(
    isAddressInNet("192.168.1.2", "192.168.9.9", "255.255.0.0"),
    "host bits of the network do not count",
  );
  assert(isAddressInNet("1.2.3.4", "9.9.9.9", "0.0.0.0"));
  assert(isAddressInNet("200.0.0.1", "200.0.0.0", "255.255.255.0"));
  assertFalse(isAddressInNet("172.32.0.1", "172.16.0.0", "255.240.0.0"));
  assertFalse(isAddressInNet("127.0.0.1", "127.0.0.0", "255.0.0.255"));
  assertFalse(isAddressInNet("", "10.0.0.0", "255.0.0.0"));
  assertFalse(isAddressInNet("::1", "10.0.0.0", "0.0.0.0"));
  assertFalse(isAddressInNet("10.0.0.1", "10.0.0.0", "255"));
  assertFalse(isAddressInNet("10.0.0.1", "undefined", "255.0.0.0"));
});

Deno.test("shell expressions", () => {
  const matches = (text: string, expression: string) =>
    new RegExp(shellExpressionPattern(expression)).test(text);
  assert(matches("http://home.example.com/people/ari/index.html", "*/ari/*"));
  assertFalse(matches("http://home.example.com/people/montulli/index.html", "*/ari/*"));
  assert(matches("www.abcdomain.com", "(*.abcdomain.com|abcdomain.com)"));
  assert(matches("abcdomain.com", "(*.abcdomain.com|abcdomain.com)"));
  assertFalse(matches("xabcdomain.com.evil", "(*.abcdomain.com|abcdomain.com)"));
  assert(matches("b.example", "a.example|b.example"));
  assertFalse(matches("b.example.evil", "a.example|b.example"));
  assertFalse(matches("wwwXexample", "www.example"), ". is a dot");
  assert(matches("abc", "ab?c"), "? is zero characters");
  assert(matches("abxc", "ab?c"), "or one");
  assertFalse(matches("abxxc", "ab?c"));
  assert(matches("host7", "host[0-9]"));
  assert(matches("", "*"));
  assert(matches("", ""));
  assertFalse(matches("a", ""));
});
