import { assertEquals, assertThrows } from "@std/assert";
import { linksOf } from "./machine.ts";
import { maskOf, portsOfFile, portsOfMachine } from "./ports.ts";
import { parseResolvConf } from "./resolv_conf.ts";

const addresses = [
  {
    ifname: "lo",
    flags: ["LOOPBACK", "UP", "LOWER_UP"],
    mtu: 65536,
    addr_info: [{ local: "127.0.0.1", prefixlen: 8 }],
  },
  {
    ifname: "eth0",
    flags: ["BROADCAST", "UP", "LOWER_UP"],
    mtu: 1500,
    address: "52:54:00:12:34:56",
    addr_info: [{ local: "192.0.2.2", prefixlen: 24 }, { local: "fe80::1", prefixlen: 64 }],
  },
  { ifname: "docker0", flags: ["UP"], mtu: 1500, linkinfo: { info_kind: "bridge" }, addr_info: [] },
  { ifname: "eth1", flags: ["UP"], mtu: 1500, address: "", addr_info: [] },
  {},
];
const routes = [{ dst: "default", gateway: "192.0.2.1", dev: "eth0" }, { dst: "192.0.2.0/24", dev: "eth0" }];

Deno.test("hardware links become ports; the one with a default route is a management port", () => {
  const resolv = parseResolvConf("search example.com\nnameserver 192.0.2.53\n");
  const ports = portsOfMachine(linksOf(addresses, routes), resolv);
  assertEquals(ports.map((port) => [port.IfName, port.IsMgmt, port.Up]), [["eth0", true, true], [
    "eth1",
    false,
    false,
  ]]);
  const eth0 = ports[0];
  assertEquals(eth0?.AddrInfoList?.map((info) => info.Addr), ["192.0.2.2", "fe80::1"]);
  assertEquals(eth0?.AddrInfoList?.[0]?.Mask, new Uint8Array([255, 255, 255, 0]));
  assertEquals(eth0?.DefaultRouters, ["192.0.2.1"]);
  assertEquals([eth0?.DNSServers, eth0?.DomainName], [["192.0.2.53"], "example.com."]);
  assertEquals(eth0?.MacAddr, new Uint8Array([0x52, 0x54, 0, 0x12, 0x34, 0x56]));
  assertEquals(ports[1]?.DNSServers, null);
});

Deno.test("resolv.conf: three servers at most, addresses only, search wins over domain", () => {
  const text =
    "# x\ndomain a\nsearch b.c d\nnameserver 10.0.0.1\nnameserver nonsense\nnameserver fe80::1%eth0\n" +
    "nameserver 10.0.0.2\nnameserver 10.0.0.3\n";
  assertEquals(parseResolvConf(text), {
    nameservers: ["10.0.0.1", "fe80::1", "10.0.0.2"],
    domain: "b.c.",
    domains: ["b.c.", "d."],
  });
  assertEquals(parseResolvConf(""), { nameservers: [], domain: "", domains: [] });
});

Deno.test("masks", () => {
  assertEquals(maskOf("10.0.0.1", 20), new Uint8Array([255, 255, 240, 0]));
  assertEquals(maskOf("fe80::1", 64), new Uint8Array([...Array(8).fill(255), ...Array(8).fill(0)]));
});

Deno.test("a ports file names its ports in EVE's words; garbage is refused with the reason", () => {
  const ports = portsOfFile(
    '{"Ports":[{"IfName":"lo","IsMgmt":true,"AddrInfoList":[{"Addr":"127.0.0.1"}]}]}',
  );
  assertEquals(ports.map((port) => [port.IfName, port.Logicallabel, port.IsMgmt]), [["lo", "lo", true]]);
  assertThrows(() => portsOfFile("not json"), TypeError, "expected a JSON object");
  assertThrows(() => portsOfFile('{"Ports":[{"Cost":"x"}]}'), TypeError, "Cost");
});
