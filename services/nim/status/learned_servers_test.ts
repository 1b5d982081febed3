/** Servers, domains and subnets of a port. */
import { assertEquals } from "@std/assert";
import { type NetworkPortConfig, topics } from "../../topics/mod.ts";
import { resolvConfsOf } from "../observe/network.ts";
import type { Network } from "../parts.ts";
import { assembleStatus } from "./assemble.ts";
import type { StatusFacts } from "./facts.ts";
import { firstPort, inputs, linkOf, portConfig } from "./testdata/inputs.ts";

const learned: Omit<Network, "links"> = {
  leases: new Map([["eth0", {
    v4: { subnet: { network: "10.0.0.0", prefix: 8 }, ntpServers: ["10.0.0.3", "ntp.lan"] },
    v6: { subnets: [{ network: "2001:db8::", prefix: 64 }], ntpServers: ["2001:db8::3"] },
  }]]),
  resolv: new Map([["eth0", { servers: ["10.0.0.1", "9.9.9.9"], domains: ["lan."] }]]),
  hostResolv: { servers: ["127.0.0.53"], domains: ["host."] },
};
const port = (some: Partial<NetworkPortConfig> = {}, more: Partial<StatusFacts> = {}) => {
  const links = [linkOf("eth0", "10.0.0.7/8", "10.9.0.7/16", "fe80::7/64")];
  return firstPort(inputs([portConfig("eth0", some)], links, { network: { links, ...learned }, ...more }));
};

Deno.test("[nim#38] configured time servers stand before those of DHCP and DHCPv6, and jq finds them", async () => {
  const links = [linkOf("eth0", "10.0.0.7/8")];
  const facts = inputs([portConfig("eth0", { NTPServers: ["ntp.own", "10.0.0.3"] })], links, {
    network: { links, ...learned },
  });
  const json = topics.nim.DeviceNetworkStatus.codec.encode(assembleStatus(facts));
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, json);
  const { stdout } = await new Deno.Command("jq", { args: ["-r", ".Ports[].NtpServers[]?", file] }).output();
  await Deno.remove(file);
  assertEquals(new TextDecoder().decode(stdout).trim().split("\n"), [
    "ntp.own",
    "10.0.0.3",
    "10.0.0.3",
    "ntp.lan",
    "2001:db8::3",
  ]);
  assertEquals(port({ NTPServers: ["a"], IgnoreDhcpNtpServers: true }).NtpServers, ["a"]);
  assertEquals(port({ IgnoreDhcpNtpServers: true }).NtpServers, null);
});

Deno.test("configured name servers stand first, each once; IgnoreDhcpDNSConfig leaves them alone", () => {
  const DNSServers = ["1.1.1.1", "9.9.9.9"];
  assertEquals(port({ DNSServers }).DNSServers, ["1.1.1.1", "9.9.9.9", "10.0.0.1"]);
  const alone = port({ DNSServers, IgnoreDhcpDNSConfig: true });
  assertEquals([alone.DNSServers, alone.DomainName], [DNSServers, ""]);
  assertEquals([port().DomainName, port({ DomainName: "own." }).DomainName], ["lan.", "own."]);
});

Deno.test("the domain of the family that the port prefers wins", () => {
  const files = ["nameserver 10.0.0.1\nsearch four\n", "nameserver fe80::1\nsearch six\n"];
  const links = [linkOf("eth0", "10.0.0.7/8")];
  const network = { ...learned, links, ...resolvConfsOf(new Map([["eth0", files]])) };
  const name = (Type: number) => port({ Type }, { network }).DomainName;
  assertEquals([name(4), name(5), name(6), name(7), name(8)], ["four.", "four.", "six.", "six.", "four."]);
});

Deno.test("subnets are those of the lease, of a static port without one the configured", () => {
  const mask = Uint8Array.of(255, 0, 0, 0);
  assertEquals(port().IPv4Subnet, { IP: "10.0.0.0", Mask: mask });
  assertEquals(port().IPv6Subnets?.map(({ IP, Mask }) => [IP, Mask?.toHex()]), [
    ["2001:db8::", "ffffffffffffffff0000000000000000"],
  ]);
  const fixed = port({ Dhcp: 1, AddrSubnet: "192.168.1.44/24" }, inputsWithoutLease());
  assertEquals(fixed.IPv4Subnet, { IP: "192.168.1.0", Mask: Uint8Array.of(255, 255, 255, 0) });
  assertEquals([fixed.ConfiguredIP, fixed.ConfiguredSubnet], ["192.168.1.44", fixed.IPv4Subnet]);
  assertEquals(port({ AddrSubnet: "192.168.1.44" }).ConfiguredSubnet, null);
});

function inputsWithoutLease(): Partial<StatusFacts> {
  return { network: { links: [linkOf("eth0")], ...learned, leases: new Map() } };
}

Deno.test("with IgnoreDhcpIPAddresses the only IPv4 address is the configured one", () => {
  const { AddrInfoList, IgnoredDhcpIPs } = port({ IgnoreDhcpIPAddresses: true, AddrSubnet: "10.9.0.7/16" });
  assertEquals(AddrInfoList?.map(({ Addr }) => Addr), ["10.9.0.7", "fe80::7"]);
  assertEquals(IgnoredDhcpIPs, true);
});

Deno.test("a port without an address of its own learns nothing; a modem's time servers are the configured", () => {
  const none = port({ Dhcp: 2, DNSServers: ["1.1.1.1"], NTPServers: ["a"], DomainName: "own." });
  assertEquals([none.DNSServers, none.NtpServers, none.DomainName, none.IPv4Subnet], [null, null, "", null]);
  const { WirelessCfg } = portConfig("eth0");
  const modem = port({ WirelessCfg: { ...WirelessCfg, WType: 1 }, NTPServers: ["a"] });
  assertEquals([modem.NtpServers, modem.IPv4Subnet, modem.DNSServers], [["a"], null, [
    "10.0.0.1",
    "9.9.9.9",
  ]]);
});

Deno.test("only observing, a port without resolver files has the servers of this machine", () => {
  const links = [linkOf("eth0", "10.0.0.7/8")];
  const network = { links, ...learned, resolv: new Map() };
  const own = (some: Partial<NetworkPortConfig>, isObserving: boolean) =>
    port(some, { network, isObserving });
  assertEquals([own({}, true).DNSServers, own({}, true).DomainName], [["127.0.0.53"], "host."]);
  assertEquals(own({}, false).DNSServers, null);
  assertEquals(own({ DNSServers: ["1.1.1.1"] }, true).DNSServers, ["1.1.1.1"]);
  assertEquals(own({ IgnoreDhcpDNSConfig: true }, true).DNSServers, null);
  assertEquals(port({}, { isObserving: true }).DNSServers, ["10.0.0.1", "9.9.9.9"]);
});
