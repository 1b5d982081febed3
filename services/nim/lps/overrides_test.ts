/** Overrides of single ports, and where the results of their tests go. */
import { assertEquals } from "@std/assert";
import { goDevicePortConfig, goNetworkPortConfig, type NetworkPortConfig, topics } from "../../topics/mod.ts";
import { recordFailure, recordSuccess } from "../dpc/results.ts";
import { effectiveConfig, isUpToLocalProfile, noOverrides, overridesOf } from "./overrides.ts";
import { splitResults } from "./split_results.ts";

const port = (Logicallabel: string, some: Partial<NetworkPortConfig> = {}) =>
  goNetworkPortConfig.make({
    IfName: Logicallabel,
    Logicallabel,
    IsMgmt: true,
    AllowLocalModifications: true,
    Dhcp: 4,
    ...some,
  });
const dpcOf = (...Ports: NetworkPortConfig[]) =>
  goDevicePortConfig.make({ Version: 1, Key: "zedagent", Ports });
const { WirelessCfg } = port("");
const modem = { WirelessCfg: { ...WirelessCfg, WType: 1 } };

Deno.test("[nim#31] an override counts with permission and the same wireless type; errors say why not; empty clears", () => {
  const dpc = dpcOf(port("a"), port("b", { AllowLocalModifications: false }), port("c", modem), port("d"));
  const overrides = overridesOf(
    dpcOf(
      port("a", { MTU: 1400 }),
      port("b", { MTU: 1400 }),
      port("c", { MTU: 1400 }),
      port("x", { MTU: 1400 }),
    ),
  );
  const { dpc: effective, overridden, errors } = effectiveConfig(dpc, overrides);
  assertEquals(effective.Ports?.map(({ MTU }) => MTU), [1400, 0, 0, 0]);
  assertEquals([...overridden], ["a"]);
  assertEquals([...errors], [
    ["b", 'local modifications not permitted for port "b"'],
    ["c", 'wireless type of port "c" is 1, the local profile has 0'],
  ]);
  const empty = topics.zedagent.DevicePortConfig.codec.decode('{"Version":1,"Key":"lps"}');
  for (const none of [overridesOf(empty), noOverrides]) {
    assertEquals(effectiveConfig(dpc, none), { dpc, overridden: new Set<string>(), errors: new Map() });
  }
});

Deno.test("of an override only address, proxies, wireless, MTU, flags, source and results are taken", () => {
  const own = port("a", {
    IfName: "eth0",
    PCIAddr: "0000:02:00.0",
    Cost: 3,
    SharedLabels: ["all"],
    L2Type: 1,
    VLAN: { ParentPort: "b", ID: 7 },
    DNSServers: ["1.1.1.1"],
    LastError: "old",
  });
  const override = port("a", {
    IfName: "other",
    IsMgmt: false,
    Cost: 9,
    Dhcp: 1,
    AddrSubnet: "10.0.0.2/8",
    Gateway: "10.0.0.1",
    Proxies: [{ type: 0, server: "proxy", port: 3128 }],
    IgnoreDhcpNtpServers: true,
    IgnoreDhcpIPAddresses: true,
    IgnoreDhcpGateways: true,
    IgnoreDhcpDNSConfig: true,
    InvalidConfig: true,
    ConfigSource: { Origin: 7, SubmittedAt: "2026-08-22T10:00:00Z" },
    LastError: "can't be parsed",
  });
  const { dpc } = effectiveConfig(dpcOf(own), overridesOf(dpcOf(override)));
  assertEquals(dpc.Ports, [{
    ...override,
    IfName: "eth0",
    PCIAddr: "0000:02:00.0",
    IsMgmt: true,
    Cost: 3,
    SharedLabels: ["all"],
    L2Type: 1,
    VLAN: { ParentPort: "b", ID: 7 },
  }]);
});

Deno.test("results of ports with an override stay with it, the others and those of the whole with the base", () => {
  const base = dpcOf(port("a"), port("b"));
  const overrides = overridesOf(dpcOf(port("a", { MTU: 1400 }), port("x")));
  const effective = effectiveConfig(base, overrides);
  const now = "2026-08-22T10:00:00Z";
  const dpc = {
    ...recordSuccess(effective.dpc, now),
    State: 3,
    LastIPAndDNS: now,
    Ports: (effective.dpc.Ports ?? []).map((each) => recordFailure(each, now, `${each.Logicallabel} failed`)),
  };
  const split = splitResults({ ...effective, dpc }, { base, overrides });
  assertEquals([split.base.State, split.base.LastSucceeded, split.base.LastIPAndDNS], [3, now, now]);
  assertEquals(split.base.Ports?.map(({ MTU, LastError }) => [MTU, LastError]), [[0, ""], [0, "b failed"]]);
  assertEquals([...split.overrides.values()].map(({ MTU, LastError }) => [MTU, LastError]), [
    [1400, "a failed"],
    [0, ""],
  ]);
  const again = effectiveConfig(split.base, split.overrides);
  assertEquals(again.dpc.Ports?.map(({ LastError }) => LastError), ["a failed", "b failed"]);
  assertEquals(effectiveConfig(split.base, noOverrides).dpc.Ports?.[0]?.LastError, "");
});

Deno.test("only with an override on every management port it is up to the local profile", () => {
  const isUp = (...labels: string[]) => {
    const dpc = dpcOf(port("a"), port("b"), port("c", { IsMgmt: false }));
    return isUpToLocalProfile(
      effectiveConfig(dpc, overridesOf(dpcOf(...labels.map((label) => port(label))))),
    );
  };
  assertEquals([isUp("a", "b"), isUp("a", "c"), isUp()], [true, false, false]);
  assertEquals(isUpToLocalProfile(effectiveConfig(dpcOf(), overridesOf(dpcOf(port("a"))))), false);
});
