/** Ports of a configuration as they stand on the bus, byte for byte (`spec/zedagent.md §8.8`). */
import { assertEquals } from "@std/assert";
import { type DevicePortConfig, topics } from "../../topics/mod.ts";
import { dhcpNetwork, eth0, networkUUID } from "../testdata/edge_dev_config.ts";
import { adapter, dpcOf, mgmt, time } from "./testdata/port_config.ts";

/** Parts of the JSON of a port as §8.8 lists them. */
const json = {
  noProxy: '"pubsub-large-ProxyCertPEM":null',
  noLayer2: '"VLAN":{},"Bond":{"MIIMonitor":{},"ARPMonitor":{}}',
  noProbe: '"Probe":{"Disable":false,"UserDefinedProbe":{"Method":0,"ProbeHost":"","ProbePort":0}}',
  nil: "00000000-0000-0000-0000-000000000000",
  end: '"PNAC":{"Enabled":false,"pubsub-large-ProxyCertPEM":null},' +
    '"LastFailed":"0001-01-01T00:00:00Z","LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"",' +
    `"ConfigSource":{"Origin":1,"SubmittedAt":"${time}"}}`,
  noError:
    '"Error":"","ErrorTime":"0001-01-01T00:00:00Z","ErrorSeverity":0,"ErrorRetryCondition":"","ErrorEntities":null',
} as const;
const noCipher = (id: string) =>
  `"CipherBlockID":"${id}","CipherContextID":"","InitialValue":null,"pubsub-large-CipherData":null,"ClearTextHash":null,` +
  `"IsCipher":false,"CipherContext":null,${json.noError}`;
const wired = `"WirelessCfg":{"CellularV2":{${json.noProbe}}}`;

/** As it is on the bus, and as a reader of the bus gets it back. */
function assertPorts(dpc: DevicePortConfig, ports: readonly string[]): void {
  const { codec } = topics.zedagent.DevicePortConfig;
  const text = codec.encode(dpc);
  assertEquals(
    text,
    `{"Version":1,"TimePriority":"${time}","LastFailed":"0001-01-01T00:00:00Z","LastSucceeded":"0001-01-01T00:00:00Z",` +
      `"LastError":"","LastWarning":"","LastIPAndDNS":"0001-01-01T00:00:00Z","Ports":[${ports.join(",")}]}`,
  );
  assertEquals(codec.decode(text), dpc);
}

Deno.test("[zedagent#22] a static port and one without a network give the JSON of §8.8", () => {
  const dpc = dpcOf({
    deviceIoList: [eth0, adapter("eth1")],
    systemAdapterList: [{ ...mgmt, addr: "192.168.1.44", cost: 3, shared_labels: ["mine"] }, {
      name: "eth1",
    }],
    networks: [{
      id: networkUUID,
      type: 4,
      mtu: 1400,
      ip: {
        dhcp: 1,
        subnet: "192.168.1.0/24",
        gateway: "192.168.1.1",
        domain: "example.com",
        dns: ["9.9.9.9"],
        dhcp_options_ignore: { gateways_exclusively: true },
      },
    }],
  });
  assertPorts(dpc, [
    '{"IfName":"eth0","PCIAddr":"0000:f4:00.0","Phylabel":"ethernet0","Logicallabel":"mgmt0",' +
    `"SharedLabels":["mine","all","uplink"],"NetworkUUID":"${networkUUID}","IsMgmt":true,"IsL3Port":true,"Cost":3,"MTU":1400,` +
    '"Dhcp":1,"AddrSubnet":"192.168.1.44/24","Gateway":"192.168.1.1","DomainName":"example.com","DNSServers":["9.9.9.9"],"Type":4,' +
    `${json.noProxy},${json.noLayer2},${wired},` +
    json.end.replace('"ConfigSource"', '"IgnoreDhcpGateways":true,"ConfigSource"'),
    '{"IfName":"eth1","Phylabel":"eth1","Logicallabel":"eth1","SharedLabels":["all"],' +
    `"NetworkUUID":"${json.nil}","IsL3Port":true,"Dhcp":2,${json.noProxy},${json.noLayer2},${wired},${json.end}`,
  ]);
});

Deno.test("[zedagent#22] a VLAN over a bond gives the JSON of §8.8", () => {
  const dpc = dpcOf({
    deviceIoList: [adapter("eth0"), adapter("eth1")],
    bonds: [{
      logicallabel: "bond-a",
      interface_name: "bonda",
      lower_layer_names: ["eth0", "eth1"],
      bond_mode: 5,
      lacp_rate: 2,
      mii: { interval: 100, updelay: 1, downdelay: 2 },
    }],
    vlans: [{ logicallabel: "vlan-7", interface_name: "bonda.7", lower_layer_name: "bond-a", vlan_id: 7 }],
    systemAdapterList: [{ name: "mgmt-vlan", lowerLayerName: "vlan-7", uplink: true, networkUUID }],
    networks: [dhcpNetwork],
  });
  const member = (label: string) =>
    `{"IfName":"${label}","Phylabel":"${label}","Logicallabel":"${label}","SharedLabels":["all"],` +
    `"NetworkUUID":"${json.nil}",${json.noProxy},${json.noLayer2},${wired},${json.end}`;
  assertPorts(dpc, [
    member("eth0"),
    member("eth1"),
    `{"IfName":"bonda","Logicallabel":"bond-a","SharedLabels":["all"],"NetworkUUID":"${json.nil}",${json.noProxy},"L2Type":2,` +
    '"VLAN":{},"Bond":{"AggregatedPorts":["eth0","eth1"],"Mode":5,"LacpRate":2,' +
    `"MIIMonitor":{"Enabled":true,"Interval":100,"UpDelay":1,"DownDelay":2},"ARPMonitor":{}},${wired},${json.end}`,
    '{"IfName":"bonda.7","Logicallabel":"mgmt-vlan","SharedLabels":["all","uplink","freeuplink"],' +
    `"NetworkUUID":"${networkUUID}","IsMgmt":true,"IsL3Port":true,"Dhcp":4,"Type":4,${json.noProxy},"L2Type":1,` +
    `"VLAN":{"ParentPort":"bond-a","ID":7},"Bond":{"MIIMonitor":{},"ARPMonitor":{}},${wired},${json.end}`,
  ]);
});

Deno.test("[zedagent#22] WiFi and cellular ports give the JSON of §8.8", () => {
  const wifi = "00000000-0000-4000-8000-000000000001";
  const cellular = "00000000-0000-4000-8000-000000000002";
  const dpc = dpcOf({
    deviceIoList: [adapter("wlan0", 5), {
      ptype: 6,
      phylabel: "modem",
      logicallabel: "wwan0",
      phyaddrs: { usbaddr: "1:2" },
    }],
    networks: [
      {
        id: wifi,
        type: 4,
        ip: { dhcp: 4 },
        wireless: { type: 1, wifiCfg: [{ wifiSSID: "net", keyScheme: 1, password: "secret", priority: 3 }] },
      },
      {
        id: cellular,
        type: 4,
        ip: { dhcp: 4 },
        wireless: {
          type: 2,
          cellularCfg: [{
            activated_sim_slot: 1,
            access_points: [{ sim_slot: 1, apn: "internet", ip_type: 1, forbid_roaming: true }],
            probe: { custom_probe: { probe_method: 2, probe_endpoint: { host: "192.0.2.1", port: 53 } } },
            location_tracking: true,
          }],
        },
      },
    ],
    systemAdapterList: [
      { name: "wlan0", uplink: true, networkUUID: wifi },
      { name: "wwan0", uplink: true, networkUUID: cellular, cost: 300 },
    ],
  });
  const uplink = (uuid: string) => `"NetworkUUID":"${uuid}","IsMgmt":true,"IsL3Port":true`;
  assertPorts(dpc, [
    '{"IfName":"wlan0","Phylabel":"wlan0","Logicallabel":"wlan0","SharedLabels":["all","uplink","freeuplink"],' +
    `${uplink(wifi)},"Dhcp":4,"Type":4,${json.noProxy},${json.noLayer2},` +
    `"WirelessCfg":{"WType":2,"CellularV2":{${json.noProbe}},` +
    `"Wifi":[{"SSID":"net","KeyScheme":1,"Password":"secret","Priority":3,${
      noCipher(`${wifi}-net`)
    }}]},${json.end}`,
    '{"USBAddr":"1:2","Phylabel":"modem","Logicallabel":"wwan0","SharedLabels":["all","uplink"],' +
    `${uplink(cellular)},"Cost":255,"Dhcp":4,"Type":4,${json.noProxy},${json.noLayer2},` +
    '"WirelessCfg":{"WType":1,"CellularV2":{"AccessPoints":[{"SIMSlot":1,"Activated":true,"APN":"internet","IPType":"ipv4",' +
    `"CleartextCredentials":{"Username":"","Password":""},"EncryptedCredentials":{${noCipher("")}},` +
    '"ForbidRoaming":true,"AttachCleartextCredentials":{"Username":"","Password":""}}],' +
    '"Probe":{"Disable":false,"UserDefinedProbe":{"Method":2,"ProbeHost":"192.0.2.1","ProbePort":53}},' +
    `"LocationTracking":true}},${json.end}`,
  ]);
});

Deno.test("[zedagent#22] a DHCP port with a proxy gives the JSON of §8.8", () => {
  const dpc = dpcOf({
    deviceIoList: [eth0],
    systemAdapterList: [mgmt],
    networks: [{
      id: networkUUID,
      type: 4,
      ip: { dhcp: 4, ntp: "pool.ntp.org" },
      entProxy: {
        proxies: [{ proto: 1, server: "proxy.example.com", port: 3128 }],
        exceptions: "example.com",
      },
    }],
  });
  const expected =
    '{"Version":1,"TimePriority":"2026-05-20T22:13:31.07683525Z","LastFailed":"0001-01-01T00:00:00Z","LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"",' +
    '"LastIPAndDNS":"0001-01-01T00:00:00Z","Ports":[{"IfName":"eth0","PCIAddr":"0000:f4:00.0","Phylabel":"ethernet0","Logicallabel":"mgmt0",' +
    '"SharedLabels":["all","uplink","freeuplink"],"NetworkUUID":"572cd3bc-ade6-42ad-97a0-22cd24fed1a0","IsMgmt":true,"IsL3Port":true,' +
    '"Dhcp":4,"NTPServers":["pool.ntp.org"],"Type":4,"Proxies":[{"type":1,"server":"proxy.example.com","port":3128}],"Exceptions":"example.com",' +
    '"pubsub-large-ProxyCertPEM":null,"VLAN":{},"Bond":{"MIIMonitor":{},"ARPMonitor":{}},' +
    '"WirelessCfg":{"CellularV2":{"Probe":{"Disable":false,"UserDefinedProbe":{"Method":0,"ProbeHost":"","ProbePort":0}}}},' +
    '"PNAC":{"Enabled":false,"pubsub-large-ProxyCertPEM":null},' +
    '"LastFailed":"0001-01-01T00:00:00Z","LastSucceeded":"0001-01-01T00:00:00Z","LastError":"","LastWarning":"",' +
    '"ConfigSource":{"Origin":1,"SubmittedAt":"2026-05-20T22:13:31.07683525Z"}}]}';
  assertEquals(topics.zedagent.DevicePortConfig.codec.encode(dpc), expected);
});
