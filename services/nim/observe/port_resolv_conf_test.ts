import { assertEquals } from "@std/assert";
import { testDevice } from "../../agent/test_device.ts";
import { readNetwork } from "./network.ts";
import { mergeResolvConfs } from "./port_resolv_conf.ts";

Deno.test("[nim#39] all files of a port count, of DHCP, DHCPv6, advertisements and modem, in that order; others do not", async () => {
  await using device = testDevice({ commands: { ip: "[]" } });
  const write = (name: string, text: string) => device.write(`/run/${name}`, text);
  write("dhcpcd/resolv.conf/eth0.ra", "nameserver fe80::1\nsearch ra.example\n");
  write("dhcpcd/resolv.conf/eth0.dhcp", "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch lab.example\n");
  write("dhcpcd/resolv.conf/eth0.dhcp6", "nameserver 2001:db8::53\n");
  write("dhcpcd/resolv.conf/eth0.dhcp.new", "nameserver 10.9.9.9\n");
  write("wwan/resolv.conf/wwan0.dhcp", "nameserver 10.64.0.1\n");
  const { resolv } = await readNetwork(device, []);
  assertEquals([...resolv], [
    ["eth0", {
      servers: ["10.0.0.1", "10.0.0.2", "2001:db8::53", "fe80::1"],
      domains: ["lab.example.", "ra.example."],
    }],
    ["wwan0", { servers: ["10.64.0.1"], domains: [] }],
  ]);
});

Deno.test("[nim#39] three servers a file, dotted search domains, the files of DHCP and of advertisements merged", () => {
  const dhcp = "# made by dhcpcd\ndomain old.example\nsearch lab.example corp.example.\n" +
    [1, 2, 3, 4].map((n) => `nameserver 10.0.0.${n}\n`).join("") + "nameserver name\n";
  const ra = "nameserver fe80::1%eth0\nnameserver 10.0.0.1\nsearch lab.example\n";
  assertEquals(mergeResolvConfs([dhcp, ra]), {
    servers: ["10.0.0.1", "10.0.0.2", "10.0.0.3", "fe80::1"],
    domains: ["lab.example.", "corp.example."],
  });
  assertEquals(mergeResolvConfs([]), { servers: [], domains: [] });
});
