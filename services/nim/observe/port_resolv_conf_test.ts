import { assertEquals } from "@std/assert";
import { mergeResolvConfs } from "./port_resolv_conf.ts";

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
