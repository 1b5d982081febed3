import { assertEquals } from "@std/assert";
import { goNetworkPortConfig, type NetworkPortConfig } from "../../topics/mod.ts";
import { dhcpcdArguments, dhcpcdStopArguments } from "./dhcpcd_arguments.ts";

const port = (some: Partial<NetworkPortConfig>) =>
  goNetworkPortConfig.make({ IfName: "eth0", Dhcp: 4, Type: 5, ...some });
const words = (some: Partial<NetworkPortConfig>, metric?: number, sendVendorClass = false) =>
  dhcpcdArguments(port(some), { sendVendorClass, ...(metric === undefined ? {} : { metric }) })?.join(" ");

Deno.test("[nim#40] dhcpcd: client, static, family, vendor class; the metric stands before -f", () => {
  assertEquals(words({}), "--request -f /etc/dhcpcd.conf -b -t 0 --noipv4ll --ipv4only eth0");
  assertEquals(
    words({
      Dhcp: 1,
      Type: 4,
      AddrSubnet: "192.168.1.44/24",
      Gateway: "192.168.1.1",
      DomainName: "lab.example",
      DNSServers: ["192.168.1.2"],
      NTPServers: ["ntp1", "ntp2"],
    }, 5_000),
    "--static ip_address=192.168.1.44/24 --static routers=192.168.1.1 --static domain_name=lab.example " +
      "--static domain_name_servers=192.168.1.2 --static ntp_servers=ntp1 --static ntp_servers=ntp2 " +
      "--metric 5000 -f /etc/dhcpcd.conf -b -t 0 --noipv4ll eth0",
  );
  assertEquals(
    words({ Dhcp: 1, Type: 4, AddrSubnet: "10.0.0.2/8", DNSServers: ["10.0.0.1", "10.0.0.3"] }),
    "--static ip_address=10.0.0.2/8 --nogateway --static domain_name_servers=10.0.0.1 10.0.0.3 " +
      "-f /etc/dhcpcd.conf -b -t 0 --noipv4ll eth0",
  );
  assertEquals(
    words({ Type: 7 }, 10_001, true),
    "--request -i LFEDGE-EVE --metric 10001 -f /etc/dhcpcd.conf -b -t 0 --ipv6only eth0",
  );
});

Deno.test("dhcpcd: the default route of a client is replaced or left out as configured", () => {
  const rest = "-f /etc/dhcpcd.conf -b -t 0 --noipv4ll --ipv4only eth0";
  assertEquals(words({ Gateway: "10.0.0.1" }), `--request --static routers=10.0.0.1 ${rest}`);
  assertEquals(words({ Gateway: "0.0.0.0" }), `--request --nogateway ${rest}`);
  assertEquals(words({ IgnoreDhcpGateways: true }), `--request --nogateway ${rest}`);
});

Deno.test("dhcpcd: none for switch ports, cellular ports, ports without a name; the end gives the lease back", () => {
  assertEquals(words({ Dhcp: 2 }), undefined);
  assertEquals(words({ IfName: "" }), undefined);
  const { WirelessCfg } = port({});
  assertEquals(words({ WirelessCfg: { ...WirelessCfg, WType: 1 } }), undefined);
  assertEquals(dhcpcdStopArguments(port({})), ["--release", "--ipv4only", "eth0"]);
  assertEquals(dhcpcdStopArguments(port({ Type: 4 })), ["--release", "eth0"]);
});
