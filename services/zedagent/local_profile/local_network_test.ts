import { assertEquals, assertStringIncludes } from "@std/assert";
import { profile } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import {
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goDevicePortConfigList,
  goNetworkPortConfig,
} from "../../topics/mod.ts";
import { goNetworkPortStatus } from "../../topics/device_network_status.ts";
import { emptyLpsConfig, localNetworkConfig, sameLocalNetwork } from "./local_network_config.ts";
import { networkInfo } from "./network_info.ts";

const at = "2026-05-20T22:13:31Z";
const eth0 = goNetworkPortConfig.make({
  IfName: "eth0",
  PCIAddr: "0000:f4:00.0",
  Phylabel: "ethernet0",
  Logicallabel: "mgmt0",
  AllowLocalModifications: true,
  Dhcp: 4,
  Type: 4,
  ConfigSource: { Origin: 1, SubmittedAt: at },
});
const list = goDevicePortConfigList.make({
  CurrentIndex: 1,
  PortConfigList: [
    goDevicePortConfig.make({ Version: 1, Key: "zedagent", State: 1, Ports: [eth0] }),
    goDevicePortConfig.make({ Version: 1, Key: "lastresort", State: 3, LastSucceeded: at, Ports: [eth0] }),
  ],
});

function ports(...wanted: profile.INetworkPortConfig[]): profile.NetworkPortConfig[] {
  return profile.LocalNetworkConfig.decode(profile.LocalNetworkConfig.encode({ ports: wanted }).finish())
    .ports;
}

function refusal(...wanted: profile.INetworkPortConfig[]): string {
  const result = localNetworkConfig(ports(...wanted), list, at);
  return result.kind === "refused" ? result.reason : "accepted";
}

Deno.test("a static port: its addresses from nim's config, the rest from the server, origin 7", () => {
  const result = localNetworkConfig(
    ports({
      logical_label: "mgmt0",
      ip_version: 2,
      ip_addresses: ["192.168.7.2/24"],
      gateways: ["192.168.7.1"],
      dns_servers: ["192.168.7.1"],
      mtu: 1400,
      dhcp_options_ignore: { gateways_exclusively: true },
      proxy_config: { proxies: [{ proto: 1, server: "proxy", port: 3128 }], exceptions: "x" },
    }),
    list,
    at,
  );
  assertEquals(
    result.kind === "config" ? goDevicePortConfig.encode(result.value) : result.reason,
    '{"Version":1,"Key":"lps","TimePriority":"0001-01-01T00:00:00Z","LastFailed":"0001-01-01T00:00:00Z",' +
      '"LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"","LastIPAndDNS":"0001-01-01T00:00:00Z",' +
      '"Ports":[{"IfName":"eth0","PCIAddr":"0000:f4:00.0","Phylabel":"ethernet0","Logicallabel":"mgmt0",' +
      '"NetworkUUID":"00000000-0000-0000-0000-000000000000","MTU":1400,"Dhcp":1,"AddrSubnet":"192.168.7.2/24",' +
      '"Gateway":"192.168.7.1","DNSServers":["192.168.7.1"],"Type":5,' +
      '"Proxies":[{"type":1,"server":"proxy","port":3128}],"Exceptions":"x","pubsub-large-ProxyCertPEM":null,' +
      '"VLAN":{},"Bond":{"MIIMonitor":{},"ARPMonitor":{}},"WirelessCfg":{"CellularV2":{"Probe":{"Disable":false,' +
      '"UserDefinedProbe":{"Method":0,"ProbeHost":"","ProbePort":0}}}},"PNAC":{"Enabled":false,' +
      '"pubsub-large-ProxyCertPEM":null},"LastFailed":"0001-01-01T00:00:00Z",' +
      '"LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"","IgnoreDhcpGateways":true,' +
      `"ConfigSource":{"Origin":7,"SubmittedAt":"${at}"}}]}`,
  );
});

Deno.test("wireless ports, and a port without a default route", () => {
  const result = localNetworkConfig(
    ports(
      {
        logical_label: "mgmt0",
        use_dhcp: true,
        without_default_route: true,
        wireless_device_type: 1,
        cellular_config: {
          apn: "apn",
          ip_type: 2,
          activate_sim_slot: 1,
          default_bearer_auth: { auth_protocol: 3, username: "u", password: "p" },
        },
      },
    ),
    list,
    at,
  );
  const port = result.kind === "config" ? result.value.Ports?.[0] : undefined;
  const point = port?.WirelessCfg.CellularV2.AccessPoints?.[0];
  assertEquals([port?.Gateway, port?.Dhcp, port?.Type, port?.WirelessCfg.WType], ["0.0.0.0", 4, 4, 1]);
  assertEquals([point?.IPType, point?.AuthProtocol, point?.CleartextCredentials.Password], [
    "ipv4v6",
    "pap-and-chap",
    "p",
  ]);
});

Deno.test("one port that is wrong refuses all, with the reason", () => {
  const good = { logical_label: "mgmt0", use_dhcp: true };
  for (
    const [wrong, text] of [
      [{ use_dhcp: true }, "undefined logical label"],
      [{ logical_label: "eth9" }, "not found"],
      [{ ...good, mtu: 100 }, "too small"],
      [{ ...good, mtu: 70_000 }, "too large"],
      [{ ...good, ip_addresses: ["10.0.0.1"] }, "invalid IP address"],
      [{ ...good, ip_addresses: ["10.0.0.1/8", "10.0.0.2/8"] }, "not supported"],
      [{ ...good, gateways: ["x"] }, "invalid gateway"],
      [{ ...good, dns_servers: ["x"] }, "invalid DNS server"],
      [{ ...good, wireless_device_type: 1 }, "missing cellular"],
      [{ ...good, wireless_device_type: 2 }, "missing WiFi"],
    ] as const
  ) assertStringIncludes(refusal(good, wrong), text);
  assertEquals(localNetworkConfig(ports(good), undefined, at).kind, "refused");
});

Deno.test("the time of receipt alone is no change", () => {
  const config = (time: string, mtu: number) => {
    const result = localNetworkConfig(ports({ logical_label: "mgmt0", mtu }), list, time);
    return result.kind === "config" ? result.value : emptyLpsConfig;
  };
  assertEquals(sameLocalNetwork(config(at, 1400), config("2027-01-01T00:00:00Z", 1400)), true);
  assertEquals(sameLocalNetwork(config(at, 1400), config(at, 1500)), false);
  assertEquals(sameLocalNetwork(emptyLpsConfig, { ...emptyLpsConfig, Ports: [] }), true);
});

Deno.test("the report: latest config, fallback in use, what is local, how the ports are", () => {
  const status = goDeviceNetworkStatus.make({
    Ports: [goNetworkPortStatus.make({
      IfName: "eth0",
      Logicallabel: "mgmt0",
      Up: true,
      ConfigSource: { Origin: 1, SubmittedAt: at },
      LastFailed: at,
      LastError: "no answer",
    })],
  });
  const info = networkInfo({ list, status, local: emptyLpsConfig, lastError: "bad token" });
  const sent = profile.NetworkInfo.decode(profile.NetworkInfo.encode(info ?? {}).finish());
  assertEquals(
    [sent.is_using_fallback_config, sent.fallback_config.length, sent.local_config?.error_message],
    [
      true,
      1,
      "bad token",
    ],
  );
  assertEquals(
    [sent.config_testing?.controller_reachable, sent.config_testing?.testing_phase],
    [true, "DPC_SUCCESS"],
  );
  assertEquals(fromTimestamp(sent.config_testing?.last_test_time), Date.parse(at));
  const [port] = sent.latest_config;
  assertEquals(
    [port?.config_applied, port?.error_message, port?.use_dhcp, port?.local_modifications_allowed],
    [true, "no answer", true, true],
  );
  assertEquals([sent.port_status[0]?.link_up, sent.port_status[0]?.interface_name], [true, "eth0"]);
  assertEquals(networkInfo({ list: undefined, status, local: emptyLpsConfig, lastError: "" }), undefined);
});
