import { assertEquals } from "@std/assert";
import { routesOf, rulesOf } from "./linux_state.ts";
import { parseOwnRecord } from "./own_record.ts";
import { emptyRecord } from "./step.ts";

Deno.test("rules of `ip -N -json rule`: a source without length is one address", () => {
  assertEquals(
    rulesOf(4, [
      { priority: 12000, src: "all", table: "255" },
      { priority: 15000, src: "10.0.0.7", table: "502" },
      { priority: 11000, src: "10.1.0.0", srclen: 16, table: "801" },
    ]).map(({ priority, from, table }) => [priority, from, table]),
    [[12000, "all", 255], [15000, "10.0.0.7/32", 502], [11000, "10.1.0.0/16", 801]],
  );
  assertEquals(rulesOf(6, [{ priority: 15000, src: "fe80::1", table: "502" }])[0]?.from, "fe80::1/128");
});

Deno.test("routes of `ip -N -json route show table all`: unicast with one way only; without a table it is the main one", () => {
  const listed = [
    { dst: "default", gateway: "10.0.0.1", dev: "eth0", protocol: "16", metric: 5000, flags: ["onlink"] },
    { type: "2", dst: "10.0.0.7", dev: "eth0", table: "255" },
    { dst: "10.2.0.0/16", table: "254", nexthops: [{}] },
    { dst: "10.0.0.0/24", dev: "eth0", table: "502", scope: "253", prefsrc: "10.0.0.7", flags: [] },
  ];
  assertEquals(routesOf(4, listed), [
    {
      ...{ family: 4, table: 254, destination: "default", device: "eth0", gateway: "10.0.0.1" },
      ...{ protocol: "16", scope: "", source: "", metric: 5000, onLink: true },
    },
    {
      ...{ family: 4, table: 502, destination: "10.0.0.0/24", device: "eth0", gateway: "" },
      ...{ protocol: "", scope: "253", source: "10.0.0.7", metric: 0, onLink: false },
    },
  ]);
});

Deno.test("what nim remembers: members of another shape are left out, garbage is as nothing", () => {
  assertEquals(
    parseOwnRecord({
      dhcpcd: { eth0: ["--request"], eth1: "x" },
      addresses: { eth0: 4 },
      links: ["vlan7", 3],
    }),
    { dhcpcd: { eth0: ["--request"] }, addresses: {}, links: ["vlan7"] },
  );
  for (const garbage of [null, [], 7, "x", { dhcpcd: [] }]) {
    assertEquals(parseOwnRecord(garbage), emptyRecord);
  }
});
