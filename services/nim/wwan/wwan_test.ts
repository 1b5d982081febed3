/** What nim asks of the wwan agent, and what it takes from its answers. */
import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  goCellularAccessPoint,
  goDevicePortConfig,
  goNetworkPortConfig,
  goWirelessConfig,
  type NetworkPortConfig,
  topics,
  type WirelessConfig,
  zeroTime,
} from "../../topics/mod.ts";
import { wwanConfig } from "./wwan_config.ts";
import { answers, isAcceptable, withModemNames } from "./wwan_status.ts";

const at = "2026-08-22T10:00:00.123456789Z";
const point = goCellularAccessPoint.make({ APN: "internet", Activated: true });
const wireless = (some: Partial<WirelessConfig["CellularV2"]> = {}): WirelessConfig => {
  const zero = goWirelessConfig.zero();
  return { ...zero, WType: 1, CellularV2: { ...zero.CellularV2, AccessPoints: [point], ...some } };
};
const modem = (Logicallabel: string, some: Partial<NetworkPortConfig> = {}) =>
  goNetworkPortConfig.make({ Logicallabel, IsMgmt: true, Cost: 10, WirelessCfg: wireless(), ...some });
const dpcOf = (...Ports: NetworkPortConfig[]) =>
  goDevicePortConfig.make({ Version: 1, Key: "zedagent", TimePriority: at, Ports });
const radio = { Imposed: false, ChangeRequestedAt: zeroTime };
const statusOf = (json: unknown) => topics.wwan.WwanStatus.codec.decode(JSON.stringify(json));

Deno.test("the wwan agent is asked for modems by USB or PCI address, by name only without, with unique metrics", () => {
  const Proxies = [{ type: 0, server: "proxy", port: 3128 }];
  const dpc = dpcOf(
    goNetworkPortConfig.make({ Logicallabel: "eth0", IsMgmt: true }),
    modem("a", { IfName: "wwan0", USBAddr: "1:2", MTU: 1400, Proxies }),
    modem("b", { IfName: "wwan1", PCIAddr: "0000:01:00.0" }),
    modem("c", { IfName: "wwan2" }),
  );
  const config = wwanConfig(dpc, undefined, { Imposed: true, ChangeRequestedAt: at });
  assertEquals([config.DPCKey, config.DPCTimestamp, config.RSConfigTimestamp, config.RadioSilence], [
    "zedagent",
    at,
    at,
    true,
  ]);
  assertEquals(
    config.Networks?.map((
      { LogicalLabel, PhysAddrs, RouteMetric },
    ) => [LogicalLabel, PhysAddrs, RouteMetric]),
    [
      ["a", { Interface: "", USB: "1:2", PCI: "", Dev: "" }, 5001],
      ["b", { Interface: "", USB: "", PCI: "0000:01:00.0", Dev: "" }, 5002],
      ["c", { Interface: "wwan2", USB: "", PCI: "", Dev: "" }, 5003],
    ],
  );
  const [first] = config.Networks ?? [];
  assertEquals([first?.MTU, first?.Proxies, first?.AccessPoint.APN], [1400, Proxies, "internet"]);
});

Deno.test("ports that are invalid, in pciback, not cellular or without an active access point are left out", () => {
  const adapters = topics.domainmgr.AssignableAdapters.codec.decode(
    '{"Initialized":true,"IoBundleList":[{"Logicallabel":"app","IsPCIBack":true}]}',
  );
  const dpc = dpcOf(
    modem("bad", { InvalidConfig: true }),
    modem("app"),
    goNetworkPortConfig.make({ Logicallabel: "eth0" }),
    modem("none", { WirelessCfg: wireless({ AccessPoints: [{ ...point, Activated: false }] }) }),
  );
  const config = wwanConfig(dpc, adapters, radio);
  assertEquals(config.Networks, []);
  assertEquals(topics.nim.WwanConfig.codec.encode(config).includes('"Networks":[]'), true);
});

Deno.test("the second of two access points is active; the form before CellularV2 still counts", () => {
  const two = wireless({
    AccessPoints: [{ ...point, Activated: false }, { ...point, APN: "b" }],
    LocationTracking: true,
  });
  const old = {
    ...wireless({ AccessPoints: null }),
    Cellular: [{ APN: "old", ProbeAddr: "1.1.1.1", DisableProbe: false, LocationTracking: true }],
  };
  const { Networks } = wwanConfig(
    dpcOf(modem("a", { WirelessCfg: two }), modem("b", { WirelessCfg: old })),
    undefined,
    radio,
  );
  assertEquals(Networks?.map(({ AccessPoint, LocationTracking }) => [AccessPoint.APN, LocationTracking]), [
    ["b", true],
    ["old", true],
  ]);
  const UserDefinedProbe = { Method: 1, ProbeHost: "1.1.1.1", ProbePort: 0 };
  assertEquals(Networks?.[1]?.Probe, { Disable: false, UserDefinedProbe });
});

Deno.test("a wwan status counts only if it is about the current configuration and the last radio request", () => {
  const status = statusOf({
    DPCKey: "zedagent",
    DPCTimestamp: "2026-08-22T12:00:00.123456789+02:00",
    RSConfigTimestamp: at,
  });
  const dpc = dpcOf();
  assertEquals([answers(status, dpc), answers(undefined, dpc)], [true, false]);
  assertEquals(answers(status, { ...dpc, TimePriority: "2026-08-22T10:00:00.123456788Z" }), false);
  assertEquals([isAcceptable(status, dpc, at), isAcceptable(status, undefined, at)], [true, true]);
  assertEquals(isAcceptable(status, { ...dpc, Key: "usb" }, at), false);
  assertEquals(isAcceptable(status, dpc, "2026-08-22T10:00:01Z"), false);
});

const names = (dpc: { Ports: readonly NetworkPortConfig[] | null }) => dpc.Ports?.map(({ IfName }) => IfName);
const network = (LogicalLabel: string, Interface: string) => ({ LogicalLabel, PhysAddrs: { Interface } });

Deno.test("interface names of modems come from the wwan agent; a name that moved is taken from the first port", () => {
  const dpc = dpcOf(
    modem("a"),
    modem("b", { IfName: "wwan0" }),
    goNetworkPortConfig.make({ IfName: "eth0" }),
  );
  const moved = withModemNames(dpc, statusOf({ Networks: [network("a", "wwan0")] }));
  assertEquals(names(moved), ["wwan0", "", "eth0"]);
  const both = statusOf({ Networks: [network("a", "wwan0"), network("b", "wwan1")] });
  assertEquals(names(withModemNames(moved, both)), ["wwan0", "wwan1", "eth0"]);
  const again = withModemNames(moved, both);
  assertStrictEquals(withModemNames(again, both), again);
  assertStrictEquals(withModemNames(dpc, undefined), dpc);
});

Deno.test("a new configuration has the names of the same modems of the current one until the agent speaks", () => {
  const current = dpcOf(
    modem("a", { IfName: "wwan0", USBAddr: "1:2" }),
    modem("b", { IfName: "wwan1", USBAddr: "1:3" }),
  );
  const next = dpcOf(modem("a", { USBAddr: "1:2" }), modem("b", { USBAddr: "9:9" }));
  assertEquals(names(withModemNames(next, undefined, current)), ["wwan0", ""]);
  const taken = statusOf({ Networks: [network("b", "wwan0")] });
  assertEquals(names(withModemNames(next, taken, current)), ["", "wwan0"]);
});
