/** Ports in device info: as nim sees them, as they are configured, and which changes count. */
import { assertEquals } from "@std/assert";
import { info } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import {
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goDevicePortConfigList,
  goNetworkPortConfig,
  goNetworkPortStatus,
  goPNACStatus,
  type NetworkPortStatus,
} from "../../topics/mod.ts";
import { networkReallyChanged, portConfigsReallyChanged } from "./real_change.ts";
import { systemAdapterInfo } from "./system_adapter.ts";

const networkUUID = "11111111-2222-3333-4444-555555555555";
const noWwan = goNetworkPortStatus.zero().WirelessStatus.Cellular;
const geo = goNetworkPortStatus.make({}).AddrInfoList;

const eth0: NetworkPortStatus = goNetworkPortStatus.make({
  IfName: "eth0",
  Logicallabel: "mgmt0",
  IsMgmt: true,
  Dhcp: 4,
  Up: true,
  MTU: 1500,
  MacAddr: new Uint8Array([2, 0, 0, 0, 0, 0xab]),
  IPv4Subnet: { IP: "192.168.1.0", Mask: new Uint8Array([255, 255, 255, 0]) },
  DomainName: "lab.example.",
  DNSServers: ["192.168.1.1"],
  NtpServers: ["a.example", "b.example", "c.example"],
  DefaultRouters: ["192.168.1.1"],
  AddrInfoList: [{
    Addr: "192.168.1.7",
    Mask: new Uint8Array([255, 255, 255, 0]),
    Geo: {
      ip: "203.0.113.5",
      hostname: "",
      city: "Bern",
      region: "",
      country: "CH",
      loc: "",
      org: "",
      postal: "",
    },
    LastGeoTimestamp: "2026-01-01T00:00:00Z",
  }],
  Proxies: [{ type: 1, server: "proxy.example", port: 3128 }],
  LastFailed: "2026-01-01T00:00:00Z",
  LastSucceeded: "2026-01-02T00:00:00Z",
  LastWarning: "slow",
  ConfigSource: { Origin: 1, SubmittedAt: "2026-01-01T00:00:00Z" },
});
const list = goDevicePortConfigList.make({
  CurrentIndex: 1,
  PortConfigList: [
    goDevicePortConfig.make({
      Version: 1,
      Key: "zedagent",
      TimePriority: "2026-01-03T00:00:00Z",
      LastFailed: "2026-01-03T00:00:01Z",
      LastError: "no address",
      Ports: [
        goNetworkPortConfig.make({
          IfName: "eth1",
          Logicallabel: "app0",
          Cost: 5,
          AddrSubnet: "10.0.0.2/24",
          Gateway: "10.0.0.1",
          Dhcp: 1,
          NetworkUUID: networkUUID,
          LastFailed: "2026-01-03T00:00:01Z",
          LastError: "no link",
        }),
      ],
    }),
    goDevicePortConfig.make({
      Version: 1,
      Key: "manual",
      Ports: [
        goNetworkPortConfig.make({ IfName: "eth0", Logicallabel: "mgmt0", NetworkUUID: networkUUID }),
        goNetworkPortConfig.make({ IfName: "eth9", Logicallabel: "gone", DomainName: "configured." }),
      ],
    }),
  ],
});
const network = goDeviceNetworkStatus.make({ Version: 1, CurrentIndex: 1, Ports: [eth0] });

/** As the controller reads it. */
function received(currentList = list, status = network): info.SystemAdapterInfo {
  const usages = new Map([["mgmt0", 1]]);
  return info.SystemAdapterInfo.decode(
    info.SystemAdapterInfo.encode(systemAdapterInfo(currentList, status, usages)).finish(),
  );
}

Deno.test("the current configuration shows the ports as they are, where nim knows them", () => {
  const { currentIndex, status } = received();
  assertEquals([currentIndex, status.map(({ key }) => key)], [1, ["zedagent", "manual"]]);
  const [live, configured] = status[1]?.ports ?? [];
  assertEquals(live?.IPAddrs, ["192.168.1.7"]);
  assertEquals([live?.macAddr, live?.mtu, live?.up], ["02:00:00:00:00:ab", 1500, true]);
  assertEquals([live?.subnet, live?.networkUUID], ["192.168.1.0/24", networkUUID]);
  assertEquals([live?.ntpServer, live?.more_ntp_servers], ["a.example", ["b.example", "c.example"]]);
  assertEquals([live?.free, live?.usage, live?.location?.City], [true, 1, "Bern"]);
  assertEquals(live?.proxy?.proxies.map(({ type, server, port }) => [type, server, port]), [[
    1,
    "proxy.example",
    3128,
  ]]);
  assertEquals([live?.err?.severity, live?.err?.description], [2, "slow"]);
  assertEquals(fromTimestamp(live?.err?.timestamp), Date.UTC(2026, 0, 2));
  assertEquals([configured?.ifname, configured?.dns?.DNSdomain, configured?.up], [
    "eth9",
    "configured.",
    false,
  ]);
});

Deno.test("another configuration shows its ports as configured; an error has severity 3", () => {
  const [dpc] = received().status;
  const [port] = dpc?.ports ?? [];
  assertEquals([dpc?.lastError, fromTimestamp(dpc?.lastFailed)], [
    "no address",
    Date.UTC(2026, 0, 3, 0, 0, 1),
  ]);
  const lastSucceeded: unknown = dpc?.lastSucceeded;
  assertEquals(lastSucceeded, null);
  assertEquals([port?.subnet, port?.defaultRouters, port?.cost, port?.free], [
    "10.0.0.2/24",
    ["10.0.0.1"],
    5,
    false,
  ]);
  assertEquals([port?.err?.severity, port?.err?.description], [3, "no link"]);
});

Deno.test("nothing selected is the largest number, as in Go", () => {
  assertEquals(received({ ...list, CurrentIndex: -1 }).currentIndex, 4294967295);
});

Deno.test("modem, 802.1X and bond, each only where there is one", () => {
  const port = goNetworkPortStatus.make({
    Logicallabel: "mgmt0",
    L2Type: 2,
    WirelessStatus: {
      WType: 1,
      Cellular: {
        ...noWwan,
        Module: { ...noWwan.Module, Name: "modem" },
        CurrentRATs: ["lte", "?"],
        ConnectedAt: 1_700_000_000,
        CurrentProvider: { ...noWwan.CurrentProvider, PLMN: "228-01" },
        VisibleProviders: [{ ...noWwan.CurrentProvider, PLMN: "228-01", CurrentServing: true }],
        SimCards: [{
          Name: "sim",
          SlotNumber: 1,
          SlotActivated: true,
          ICCID: "894",
          IMSI: "",
          Type: 1,
          State: "",
        }],
        Bearers: [{
          APN: "internet",
          Type: 2,
          IPType: "ipv4v6",
          Connected: true,
          ConnectionError: "",
          ConnectedAt: 1_700_000_000,
        }],
        Profiles: [{ Name: "default", APN: "internet", BearerType: 1, IPType: "ipv6", ForbidRoaming: true }],
      },
    },
    PNAC: goPNACStatus.make({ Enabled: true, State: 4 }),
    BondStatus: {
      ...goNetworkPortStatus.zero().BondStatus,
      Mode: 5,
      LACP: {
        Enabled: true,
        LACPRate: 2,
        ActiveAggregatorID: 1,
        PartnerMAC: new Uint8Array([1, 2, 3, 4, 5, 6]),
        ActorKey: 9,
        PartnerKey: 10,
      },
      Members: [{
        Logicallabel: "eth1",
        MIIUp: true,
        LACP: { AggregatorID: 1, ActorChurnState: 1, PartnerChurnState: 2 },
      }],
    },
  });
  const [shown] = received(list, { ...network, Ports: [port] }).status[1]?.ports ?? [];
  assertEquals([shown?.wireless_status?.type, shown?.wireless_status?.cellular?.current_rats], [2, [3, 0]]);
  const modem = shown?.wireless_status?.cellular;
  assertEquals(fromTimestamp(modem?.connected_at), 1_700_000_000_000);
  assertEquals([modem?.sim_cards, modem?.providers.map(({ plmn }) => plmn)], [["sim"], ["228-01"]]);
  assertEquals(
    modem?.bearers.map((
      { apn, bearer_type, ip_type, connected, connected_at },
    ) => [apn, bearer_type, ip_type, connected, fromTimestamp(connected_at)]),
    [["internet", 2, 2, true, 1_700_000_000_000]],
  );
  assertEquals(
    modem?.profiles.map((
      { profile_name, apn, bearer_type, ip_type, forbid_roaming },
    ) => [profile_name, apn, bearer_type, ip_type, forbid_roaming]),
    [["default", "internet", 1, 3, true]],
  );
  assertEquals([shown?.pnac_status?.state, shown?.bond_status?.lacp?.partner_mac], [4, "01:02:03:04:05:06"]);
  assertEquals(shown?.bond_status?.members.map(({ mii_up, lacp }) => [mii_up, lacp?.partner_churn_state]), [[
    true,
    2,
  ]]);
  const [wired] = received().status[1]?.ports ?? [];
  const absent: unknown[] = [wired?.wireless_status, wired?.pnac_status, wired?.bond_status];
  assertEquals(absent, [null, null, null]);
});

Deno.test("tests of ports and places of addresses are no change, addresses are", () => {
  const tested = {
    ...network,
    Testing: true,
    Ports: [{
      ...eth0,
      LastFailed: "2026-02-01T00:00:00Z",
      LastSucceeded: "2026-02-02T00:00:00Z",
      AddrInfoList: eth0.AddrInfoList?.map((address) => ({
        ...address,
        LastGeoTimestamp: "2026-02-02T00:00:00Z",
      })) ?? geo,
    }],
  };
  assertEquals(networkReallyChanged(network, tested), false);
  assertEquals(networkReallyChanged(network, { ...network, State: 2 }), true);
  assertEquals(networkReallyChanged(network, { ...network, Ports: [{ ...eth0, Up: false }] }), true);
  assertEquals(networkReallyChanged(network, { ...network, Ports: [{ ...eth0, AddrInfoList: null }] }), true);
  const retested = {
    ...list,
    PortConfigList:
      list.PortConfigList?.map((config) => ({ ...config, LastFailed: "2026-02-02T00:00:00Z" })) ??
        null,
  };
  assertEquals(portConfigsReallyChanged(list, retested), false);
  assertEquals(portConfigsReallyChanged(list, { ...list, CurrentIndex: 0 }), true);
});
