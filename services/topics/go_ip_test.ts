/** IP addresses as Go reads them. */
import { assertEquals, assertThrows } from "@std/assert";
import { formatIP, goIP, isLinkLocal, parseIP } from "./go_ip.ts";

Deno.test("IPv4 and IPv6 addresses are read as Go reads them", () => {
  for (
    const good of [
      "1.2.3.4",
      "0.0.0.0",
      "255.255.255.255",
      "::",
      "::1",
      "fe80::5054:ff:fe12:3456",
      "2001:DB8::1:2",
      "::ffff:1.2.3.4",
      "1:2:3:4:5:6:7:8",
      "1::8",
    ]
  ) {
    assertEquals(parseIP(good)?.length, 16, good);
  }
  for (
    const bad of [
      "",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.4 ",
      "a.b.c.d",
      ":",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7::8",
      "12345::",
      "fe80::1%eth0",
      "::1.2.3",
      "1.2.3.4:5",
      "1:2:3:4:5:6:7:8:9",
      "1e1.2.3.4",
      "host",
    ]
  ) {
    assertEquals(parseIP(bad), undefined, bad);
  }
});

Deno.test("the 4- and 16-byte form of an address are equal", () => {
  assertEquals(goIP.equal("1.2.3.4", "::ffff:1.2.3.4"), true);
  assertEquals(goIP.equal("::1", "0:0:0:0:0:0:0:1"), true);
  assertEquals(goIP.equal("", "0.0.0.0"), false);
  assertThrows(() => goIP.decode("nonsense"), TypeError, 'expected an IP address, got "nonsense"');
  assertThrows(() => goIP.encode('"'), TypeError);
});

Deno.test("link-local is 169.254/16 and fe80::/10", () => {
  assertEquals(["169.254.0.1", "fe80::1", "febf::1", "::ffff:169.254.1.1"].map(isLinkLocal), [
    true,
    true,
    true,
    true,
  ]);
  assertEquals(["169.253.0.1", "fec0::1", "10.0.0.1", "", "x"].map(isLinkLocal), [
    false,
    false,
    false,
    false,
    false,
  ]);
});

Deno.test("addresses are written as Go writes them, so equal ones have equal texts", () => {
  for (
    const [given, written] of [
      ["1.2.3.4", "1.2.3.4"],
      ["::ffff:1.2.3.4", "1.2.3.4"],
      ["2001:DB8:0:0:1:0:0:0", "2001:db8:0:0:1::"],
      ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
      ["fe80:0:0:0:5054:ff:fe12:3456", "fe80::5054:ff:fe12:3456"],
      ["1:2:3:0:5:6:7:8", "1:2:3:0:5:6:7:8"],
      ["0:0::0", "::"],
      ["::1", "::1"],
      ["1::", "1::"],
    ] as const
  ) {
    assertEquals(formatIP(parseIP(given) ?? new Uint8Array()), written);
    assertEquals(goIP.encode(given), `"${written}"`);
  }
});
