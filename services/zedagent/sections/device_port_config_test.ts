/** Ports of a configuration: what they are made of and what is wrong with them. Their bytes: `port_json_test.ts`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { config } from "../../../proto/device.ts";
import { type DevicePortConfig, hasError, type NetworkPortConfig } from "../../topics/mod.ts";
import { dhcpNetwork, edgeDevConfig, eth0, networkUUID } from "../testdata/edge_dev_config.ts";
import { ignoredLayers } from "./lower_layers.ts";
import { physicalIOAdapters } from "./physical_io.ts";
import { adapter, dpcOf, mgmt } from "./testdata/port_config.ts";

function portOf(dpc: DevicePortConfig, label: string): NetworkPortConfig {
  const port = dpc.Ports?.find((candidate) => candidate.Logicallabel === label);
  assert(port !== undefined, `no port ${label}`);
  return port;
}

Deno.test("a lower layer with a system adapter of its own is named after it", () => {
  const dpc = dpcOf({
    deviceIoList: [adapter("eth0")],
    vlans: [{ logicallabel: "vlan-7", lower_layer_name: "eth0", vlan_id: 7 }],
    systemAdapterList: [
      { name: "mgmt", lowerLayerName: "eth0", uplink: true, networkUUID },
      { name: "apps", lowerLayerName: "vlan-7" },
    ],
    networks: [dhcpNetwork],
  });
  assertEquals(dpc.Ports?.map((port) => port.Logicallabel), ["mgmt", "apps"]);
  assertEquals(portOf(dpc, "apps").VLAN.ParentPort, "mgmt");
});

Deno.test("[zedagent#23] WiFi arrives as WType 2, cellular as 1; V4Only as Type 5, V6Only as 7", () => {
  const wifi = "00000000-0000-4000-8000-000000000001";
  const cellular = "00000000-0000-4000-8000-000000000002";
  const dpc = dpcOf({
    deviceIoList: [adapter("wlan0", 5), {
      ptype: 6,
      phylabel: "wwan0",
      logicallabel: "wwan0",
      phyaddrs: { usbaddr: "1:2" },
    }],
    networks: [
      {
        id: wifi,
        type: 7,
        ip: { dhcp: 4 },
        wireless: { type: 1, wifiCfg: [{ wifiSSID: "net", keyScheme: 1, priority: 3 }] },
      },
      { id: cellular, type: 8, ip: { dhcp: 4 }, wireless: { type: 2, cellularCfg: [{ APN: "internet" }] } },
    ],
    systemAdapterList: [{ name: "wlan0", uplink: true, networkUUID: wifi }, {
      name: "wwan0",
      uplink: true,
      networkUUID: cellular,
      cost: 300,
    }],
  });
  const [lan, wan] = [portOf(dpc, "wlan0"), portOf(dpc, "wwan0")];
  assertEquals([lan.WirelessCfg.WType, lan.Type], [2, 5]);
  assertEquals(
    lan.WirelessCfg.Wifi?.map((each) => [each.SSID, each.KeyScheme, each.Priority, each.CipherBlockID]),
    [["net", 1, 3, `${wifi}-net`]],
  );
  assertEquals([wan.WirelessCfg.WType, wan.Type, wan.IfName, wan.USBAddr, wan.Cost], [1, 7, "", "1:2", 255]);
  assertEquals(wan.WirelessCfg.CellularV2.AccessPoints?.map((point) => [point.APN, point.Activated]), [[
    "internet",
    true,
  ]]);
  assertEquals(wan.SharedLabels, ["all", "uplink"]);
});

Deno.test("[zedagent#24] two adapters with one interface: both ports carry an error, the config is there all the same", () => {
  const dpc = dpcOf({
    deviceIoList: [adapter("a"), { ...adapter("b"), phyaddrs: { ifname: "a" } }],
    systemAdapterList: [{ name: "a", uplink: true, networkUUID }, { name: "b", networkUUID }],
    networks: [dhcpNetwork],
  });
  assertEquals(dpc.Ports?.map((port) => [port.InvalidConfig, hasError(port)]), [[true, true], [true, true]]);
  assertStringIncludes(dpc.LastError, "All management ports failed to parse");
});

Deno.test("what is wrong with a port stays on the port", () => {
  const errorOf = (systemAdapter: config.ISystemAdapter, network: config.INetworkConfig = dhcpNetwork) =>
    portOf(dpcOf({ deviceIoList: [eth0], systemAdapterList: [systemAdapter], networks: [network] }), "mgmt0")
      .LastError;
  assertStringIncludes(errorOf({ ...mgmt, networkUUID: "" }), "has no network");
  assertStringIncludes(
    errorOf({ ...mgmt, networkUUID: "00000000-0000-4000-8000-000000000009" }),
    "does not exist",
  );
  assertStringIncludes(errorOf({ ...mgmt, addr: "10.0.0" }), "no IP address");
  assertStringIncludes(
    errorOf(mgmt, { id: networkUUID, type: 9, ip: { dhcp: 4 } }),
    `Network ${networkUUID} assigned to port mgmt0 has invalid config`,
  );
  assertStringIncludes(errorOf(mgmt, { id: networkUUID, type: 4, ip: { dhcp: 1 } }), "static");
  assertStringIncludes(errorOf(mgmt, { id: networkUUID, type: 4, ip: { dhcp: 2 } }), "DHCP type 2");
  assertStringIncludes(errorOf({ ...mgmt, shared_labels: ["uplink"] }), "reserved");
});

Deno.test("what no port can come from is told: bonds and VLANs without label, 802.1X for no adapter or twice", () => {
  const from = edgeDevConfig({
    deviceIoList: [adapter("eth0")],
    bonds: [{ lower_layer_names: ["eth0"] }],
    vlans: [{ lower_layer_name: "eth0", vlan_id: 1 }],
    pnacs: [{ logicallabel: "eth0" }, { logicallabel: "eth0" }, { logicallabel: "eth9" }],
  });
  const reports = ignoredLayers({
    adapters: physicalIOAdapters(from.deviceIoList).entries,
    bonds: from.bonds,
    vlans: from.vlans,
    pnacs: from.pnacs,
    scepProfiles: [],
  });
  assertEquals(reports.length, 4);
  for (const [index, part] of ["bond number 1", "VLAN number 1", "twice", "eth9"].entries()) {
    assertStringIncludes(reports[index] ?? "", part);
  }
});

Deno.test("802.1X: EAP-TLS on an Ethernet adapter with a SCEP profile that exists; anything else is an error of the port", () => {
  const port = (pnac: config.IPNAC, ptype = 1, profiles = ["profile"]) =>
    portOf(
      dpcOf({
        deviceIoList: [adapter("mgmt0", ptype)],
        systemAdapterList: [mgmt],
        networks: [dhcpNetwork],
        pnacs: [{ logicallabel: "mgmt0", cert_enrollment_profile_name: "profile", eap_method: 1, ...pnac }],
        scep_profiles: profiles.map((profile_name) => ({ profile_name, ca_cert_pem: [new Uint8Array([1])] })),
      }),
      "mgmt0",
    );
  const good = port({ eap_identity: "device" });
  assertEquals([
    good.LastError,
    good.PNAC.Enabled,
    good.PNAC.EAPIdentity,
    good.PNAC.CertEnrollmentProfileName,
  ], [
    "",
    true,
    "device",
    "profile",
  ]);
  assertEquals(good.PNAC["pubsub-large-ProxyCertPEM"], [new Uint8Array([1])]);
  assertStringIncludes(port({ eap_method: 0 }).LastError, "EAP method");
  assertStringIncludes(port({}, 5).LastError, "no Ethernet adapter");
  assertStringIncludes(port({}, 1, []).LastError, "does not exist");
});

Deno.test("bonds and VLANs: names, ids, modes and lower layers are checked, errors reach the port above (§8.4, 8.6)", () => {
  const errorOf = (bond: config.IBondAdapter, vlan: config.IVlanAdapter = {}) =>
    portOf(
      dpcOf({
        deviceIoList: [adapter("eth0"), adapter("eth1"), adapter("com1", 2)],
        bonds: [{ logicallabel: "bond", interface_name: "bond1", lower_layer_names: ["eth0"], ...bond }],
        vlans: [{ logicallabel: "vlan", lower_layer_name: "bond", vlan_id: 5, ...vlan }],
        systemAdapterList: [{ ...mgmt, lowerLayerName: "vlan" }],
        networks: [dhcpNetwork],
      }),
      "mgmt0",
    ).LastError;
  assertEquals(errorOf({}), "");
  assertStringIncludes(errorOf({ interface_name: "bond0" }), "reserved");
  assertStringIncludes(errorOf({ interface_name: "x".repeat(16) }), "longer than 15");
  assertStringIncludes(errorOf({ lower_layer_names: ["com1"] }), "no network adapter");
  assertStringIncludes(errorOf({ lower_layer_names: [] }), "no lower layers");
  for (const vlan_id of [0, 4095]) assertStringIncludes(errorOf({}, { vlan_id }), "from 1 to 4094");
  assertEquals([errorOf({}, { vlan_id: 1 }), errorOf({}, { vlan_id: 4094 })], ["", ""]);
  assertStringIncludes(errorOf({}, { lower_layer_name: "com1" }), "neither a network adapter nor a bond");
});

Deno.test("a UUID that is none is no network, even where one has the nil UUID", () => {
  const nil = "00000000-0000-0000-0000-000000000000";
  const port = portOf(
    dpcOf({
      deviceIoList: [eth0],
      systemAdapterList: [{ ...mgmt, networkUUID: "x" }],
      networks: [{ ...dhcpNetwork, id: nil }],
    }),
    "mgmt0",
  );
  assertStringIncludes(port.LastError, "does not exist");
});

Deno.test("an adapter that does not exist is an error of the whole config", () => {
  const dpc = dpcOf({
    deviceIoList: [eth0],
    systemAdapterList: [mgmt, { name: "eth9", lowerLayerName: "eth9" }],
    networks: [dhcpNetwork],
  });
  assertEquals(dpc.Ports?.length, 1);
  assertStringIncludes(dpc.LastError, "eth9");
  assertStringIncludes(
    dpcOf({ deviceIoList: [eth0], systemAdapterList: [{ name: "x" }] }).LastError,
    "No management interfaces",
  );
});

Deno.test("Version 0 makes every port a free management port; FreeUplink elsewhere costs 1", () => {
  const old = dpcOf({
    deviceIoList: [eth0],
    systemAdapterList: [{ ...mgmt, uplink: false, cost: 7 }],
    networks: [dhcpNetwork],
  });
  assertEquals([old.Version, portOf(old, "mgmt0").IsMgmt, portOf(old, "mgmt0").Cost], [0, true, 0]);
  const free = dpcOf({
    deviceIoList: [eth0, { ...adapter("eth1"), usagePolicy: { freeUplink: true } }],
    systemAdapterList: [mgmt, { name: "eth1", uplink: true, networkUUID }],
    networks: [dhcpNetwork],
  });
  assertEquals([portOf(free, "mgmt0").Cost, portOf(free, "eth1").Cost], [1, 0]);
});
