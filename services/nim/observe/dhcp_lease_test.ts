import { assertEquals } from "@std/assert";
import { leaseOutcome, parseLease4, parseLease6 } from "./dhcp_lease.ts";

Deno.test("[nim#41] a lease with only one of network_number and subnet_cidr has no subnet; NTP host names are taken", () => {
  assertEquals(
    parseLease4("network_number='192.168.1.0'\nsubnet_cidr=24\nntp_servers='pool.example 10.0.0.1'\n"),
    {
      subnet: { network: "192.168.1.0", prefix: 24 },
      ntpServers: ["pool.example", "10.0.0.1"],
    },
  );
  assertEquals(parseLease4("network_number=192.168.1.0\n"), { ntpServers: [] });
  assertEquals(parseLease4("subnet_cidr=24\n"), { ntpServers: [] });
  assertEquals(parseLease4("network_number=192.168.1.0\nsubnet_cidr=99\ngarbage\n=\n"), { ntpServers: [] });
});

Deno.test("IPv6: each prefix with its own length; one without is left out", () => {
  assertEquals(
    parseLease6(
      "nd1_prefix_information1_prefix=2001:db8:1::\nnd1_prefix_information1_length=64\n" +
        "nd2_prefix_information1_prefix=2001:db8:2::\nnd1_prefix_information2_length=48\n" +
        'dhcp6_ntp_server_addr="2001:db8::123"\n',
    ),
    { subnets: [{ network: "2001:db8:1::", prefix: 64 }], ntpServers: ["2001:db8::123"] },
  );
});

Deno.test("dhcpcd that does not run is no lease, anything else that fails is an error", () => {
  assertEquals(leaseOutcome(0, ""), "lease");
  assertEquals(leaseOutcome(1, "dhcpcd is not running\n"), "none");
  assertEquals(leaseOutcome(1, "dhcp_dump: No such file or directory"), "none");
  assertEquals(leaseOutcome(1, "Permission denied"), "failed");
});
