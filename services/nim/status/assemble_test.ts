/** The status as a whole, and what of it needs a machine. */
import { assertEquals } from "@std/assert";
import { blockExample } from "../../topics/testdata/spec_example.ts";
import {
  goAddrInfo,
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goErrorAndTime,
  goPNACStatus,
  goRadioSilence,
  topics,
  zeroTime,
} from "../../topics/mod.ts";
import type { AssembleStatus } from "../parts.ts";
import { assembleStatus } from "./assemble.ts";
import type { StatusFacts } from "./facts.ts";
import { firstPort, inputs, linkOf, now, portConfig, statusPorts } from "./testdata/inputs.ts";

const { codec } = topics.nim.DeviceNetworkStatus;

/** Types only: what all folders agreed on is enough. */
export const asAgreed: AssembleStatus = assembleStatus;

Deno.test("the status of one DHCP port is what Go writes, byte for byte (nim.md §12.3)", () => {
  const eth0 = portConfig("eth0", {
    PCIAddr: "0000:02:00.0",
    SharedLabels: ["all", "uplink", "freeuplink"],
    LastSucceeded: "2026-08-22T10:00:07.48Z",
    ConfigSource: { Origin: 1, SubmittedAt: "2026-08-22T10:00:01Z" },
  });
  const link = linkOf("eth0", "fe80::5054:ff:fe12:3456/64", "192.168.1.10/24");
  const status = assembleStatus(inputs([eth0], [{ ...link, defaultRouters: ["192.168.1.1"] }], {
    network: {
      links: [{ ...link, defaultRouters: ["192.168.1.1"] }],
      leases: new Map([["eth0", {
        v4: { subnet: { network: "192.168.1.0", prefix: 24 }, ntpServers: ["132.163.96.5"] },
      }]]),
      resolv: new Map([["eth0", { servers: ["192.168.1.1"], domains: ["lab.example."] }]]),
      hostResolv: { servers: ["127.0.0.53"], domains: [] },
    },
  }));
  assertEquals(codec.encode(status), blockExample("nim.md", "### 12.3"));
});

Deno.test("[nim#35] without a configuration the status is the zero value, Ports null and CurrentIndex 0", () => {
  const { config: _, ...without } = inputs([], []);
  const status = assembleStatus({
    ...without,
    currentIndex: -1,
    testing: true,
    radioSilence: goRadioSilence.make({ Imposed: true }),
  });
  assertEquals(codec.encode(status), codec.encode(goDeviceNetworkStatus.zero()));
  assertEquals([status.Ports, status.CurrentIndex], [null, 0]);
});

Deno.test("key, version, state, index, testing and radio silence come from the current configuration", () => {
  const dpc = goDevicePortConfig.make({ Version: 1, Key: "usb", State: 4 });
  const radioSilence = goRadioSilence.make({ Imposed: true, ConfigError: "no" });
  const status = assembleStatus(inputs([], [], {
    config: { dpc, overridden: new Set(), errors: new Map() },
    currentIndex: 2,
    testing: true,
    radioSilence,
  }));
  const heading = { DPCKey: "usb", Version: 1, State: 4, CurrentIndex: 2, Testing: true };
  assertEquals(status, { ...heading, RadioSilence: radioSilence, Ports: [] });
});

const inPciback = topics.domainmgr.AssignableAdapters.codec.decode(
  '{"IoBundleList":[{"Logicallabel":"eth0","Ifname":"other","IsPCIBack":true}]}',
);

Deno.test("[nim#36] pciback, no name, no interface are port errors only where no test has one", () => {
  const failed = { LastFailed: "2026-08-22T10:00:01Z", LastError: "tested" };
  const errors = (some: Partial<ReturnType<typeof portConfig>>) =>
    statusPorts(inputs(
      [portConfig("eth0", some), portConfig("", { Logicallabel: "wwan", ...some }), portConfig("eth9", some)],
      [linkOf("eth0", "10.0.0.1/8")],
      { adapters: inPciback },
    ));
  assertEquals(errors({}).map(({ LastError, LastFailed }) => [LastError, LastFailed]), [
    ["port eth0 is in PCIBack", now],
    ["port wwan is missing interface name", now],
    ["interface eth9 is missing", now],
  ]);
  assertEquals(errors(failed).map(({ LastError }) => LastError), ["tested", "tested", "tested"]);
  const worked = errors({ ...failed, LastSucceeded: "2026-08-22T10:00:02Z" })[2];
  assertEquals([worked?.LastError, worked?.LastSucceeded], [
    "interface eth9 is missing",
    "2026-08-22T10:00:02Z",
  ]);
  assertEquals(errors({}).map(({ AddrInfoList, Up, MTU }) => [AddrInfoList, Up, MTU]), [
    [null, false, 0],
    [null, false, 0],
    [null, false, 0],
  ]);
});

Deno.test("a local error keeps the time at which it began, so that the status is published once (W14)", () => {
  const facts = inputs([portConfig("eth9")], []);
  const first = assembleStatus(facts);
  const second = assembleStatus({ ...facts, previous: first, now: "2026-08-22T11:00:00Z" });
  assertEquals(codec.encode(second), codec.encode(first));
  const back = assembleStatus({
    ...facts,
    ...inputs([portConfig("eth9")], [linkOf("eth9")]),
    previous: second,
  });
  assertEquals(back.Ports?.[0]?.LastFailed, zeroTime);
  const again = assembleStatus({ ...facts, previous: back, now: "2026-08-22T12:00:00Z" });
  assertEquals(again.Ports?.[0]?.LastFailed, "2026-08-22T12:00:00Z");
});

Deno.test("[nim#37] geo data survives a rebuild for the same interface and address, and no other", () => {
  const geo = (Addr: string, ip: string) =>
    goAddrInfo.make({ Addr, Geo: { ...goAddrInfo.zero().Geo, ip }, LastGeoTimestamp: now });
  const facts = inputs([portConfig("eth0"), portConfig("eth1")], [
    linkOf("eth0", "10.0.0.1/8", "2001:db8::1/64"),
    linkOf("eth1", "10.0.0.1/8"),
  ]);
  const known = {
    ...firstPort(facts),
    AddrInfoList: [geo("10.0.0.1", "a"), geo("2001:db8:0::1", "b"), geo("10.0.0.2", "c")],
  };
  const ports = statusPorts({ ...facts, previous: goDeviceNetworkStatus.make({ Ports: [known] }) });
  assertEquals(ports.map(({ AddrInfoList }) => (AddrInfoList ?? []).map(({ Addr, Geo }) => [Addr, Geo.ip])), [
    [["10.0.0.1", "a"], ["2001:db8::1", "b"]],
    [["10.0.0.1", ""]],
  ]);
  assertEquals(ports[0]?.AddrInfoList?.[0]?.LastGeoTimestamp, now);
});

Deno.test("a PAC file that was found stays while the port stays in its network (W3)", () => {
  const asking = (some = {}) =>
    inputs([portConfig("eth0", { NetworkProxyEnable: true, ...some })], [linkOf("eth0", "10.0.0.1/8")]);
  const before = { ...firstPort(asking()), Pacfile: "cGFj", WpadURL: "http://wpad/wpad.dat" };
  const previous = goDeviceNetworkStatus.make({ Ports: [before] });
  const pacfile = (facts: ReturnType<typeof inputs>) => firstPort({ ...facts, previous }).Pacfile;
  assertEquals(pacfile(asking()), "cGFj");
  assertEquals(firstPort({ ...asking(), previous }).WpadURL, "http://wpad/wpad.dat");
  assertEquals(pacfile(asking({ DomainName: "other." })), "");
  assertEquals(pacfile(asking({ NetworkProxyURL: "http://other" })), "");
  assertEquals(pacfile(asking({ NetworkProxyEnable: false })), "");
  assertEquals(pacfile(asking({ Pacfile: "b3du" })), "b3du");
  assertEquals(
    pacfile(inputs([portConfig("eth0", { NetworkProxyEnable: true })], [linkOf("eth0", "10.0.0.2/8")])),
    "",
  );
});

Deno.test("a switch port has link state and no addresses; without a carrier it is down", () => {
  const l2 = firstPort(
    inputs([portConfig("eth0", { IsL3Port: false, Dhcp: 2 })], [linkOf("eth0", "10.0.0.1/8")]),
  );
  assertEquals([l2.Up, l2.MTU, l2.AddrInfoList, l2.DNSServers], [true, 1500, null, null]);
  const down = firstPort(inputs([portConfig("eth0")], [{ ...linkOf("eth0"), up: false, mac: "" }]));
  assertEquals([down.Up, down.AddrInfoList, down.MacAddr], [false, [], null]);
});

Deno.test("only observing with several uplinks, each tested one warns that its result may be another's", () => {
  const tested = { LastSucceeded: "2026-08-22T10:00:01Z" };
  const ports = [
    portConfig("eth0", { ...tested, LastWarning: "slow" }),
    portConfig("eth1", tested),
    portConfig("eth2"),
  ];
  const links = [linkOf("eth0", "10.0.0.1/8"), linkOf("eth1", "10.1.0.1/16"), linkOf("eth2", "10.2.0.1/16")];
  const warnings = (some: Parameters<typeof inputs>[2], count = 3) =>
    statusPorts(inputs(ports.slice(0, count), links, some)).map(({ LastWarning }) => LastWarning);
  const hint =
    "nim only observes: without rules by source address, packets of eth0, eth1, eth2 may leave by " +
    "another port, so this result may be another port's";
  assertEquals(warnings({ isObserving: true }), [`slow; ${hint}`, hint, ""]);
  assertEquals(warnings({ isObserving: true }, 1), ["slow"]);
  assertEquals(warnings({}), ["slow", "", ""]);
});

Deno.test("a modem's state and PCI address come from the wwan agent, whether its interface is there or not", () => {
  const { WirelessCfg } = portConfig("");
  const cellular = {
    Logicallabel: "lte",
    PCIAddr: "0000:01:00.0",
    WirelessCfg: { ...WirelessCfg, WType: 1 },
  };
  const wwan = topics.wwan.WwanStatus.codec.decode(
    '{"Networks":[{"LogicalLabel":"lte","PhysAddrs":{"PCI":"0000:05:00.0"},"Module":{"OpMode":"online-and-connected"}}]}',
  );
  const [known, unknown, other] = statusPorts(
    inputs(
      [portConfig("", cellular), portConfig("", { ...cellular, Logicallabel: "b" }), portConfig("lte")],
      [],
      { wwan },
    ),
  );
  assertEquals([known?.WirelessStatus.WType, known?.WirelessStatus.Cellular.Module.OpMode, known?.PciLong], [
    1,
    "online-and-connected",
    "0000:05:00.0",
  ]);
  assertEquals([unknown?.WirelessStatus.WType, unknown?.PciLong], [0, "0000:01:00.0"]);
  assertEquals(other?.WirelessStatus.WType, 0);
});

Deno.test("the PCI address is that of the device behind the interface, or behind the one that was bridged", () => {
  const PCIAddr = "0000:09:00.0";
  const ports = ["eth0", "eth1", "enp1", "eth2"].map((name) => portConfig(name, { PCIAddr }));
  const links = [
    linkOf("eth0"),
    { ...linkOf("keth0"), pciLong: "0000:02:00.0" },
    { ...linkOf("eth1"), pciLong: "0000:03:00.0" },
    linkOf("enp1"),
    { ...linkOf("kenp1"), pciLong: "0000:04:00.0" },
  ];
  assertEquals(statusPorts(inputs(ports, links)).map(({ PciLong }) => PciLong), [
    "0000:02:00.0",
    "0000:03:00.0",
    PCIAddr,
    PCIAddr,
  ]);
});

Deno.test("802.1X: enabled by configuration, its state from the supplicant", () => {
  const enabled = { PNAC: { ...portConfig("eth0").PNAC, Enabled: true } };
  const authenticated = { State: 4, LastAuthTimestamp: now, Error: goPNACStatus.zero().Error };
  const facts = inputs([portConfig("eth0", enabled), portConfig("eth1")], [linkOf("eth0"), linkOf("eth1")]);
  const states = (pnac: StatusFacts["pnac"]) =>
    statusPorts({ ...facts, ...(pnac && { pnac }) }).map(({ PNAC }) => [PNAC.Enabled, PNAC.State]);
  assertEquals(states(undefined), [[true, 0], [false, 0]]);
  assertEquals(states(new Map([["eth0", authenticated], ["eth1", authenticated]])), [[true, 4], [false, 0]]);
  const Error = goErrorAndTime.make({ Error: "no certificate", ErrorTime: now });
  const [failed] = statusPorts({
    ...facts,
    pnac: new Map([["eth0", { ...authenticated, State: 0, Error }]]),
  });
  assertEquals([failed?.LastError, failed?.LastFailed, failed?.Up], ["no certificate", now, true]);
});

Deno.test("[nim#31] why an override of a local profile server is not used stands with its port", () => {
  const facts = inputs([portConfig("eth0"), portConfig("eth1")], []);
  const config = { ...facts.config!, errors: new Map([["eth1", "not permitted"]]) };
  assertEquals(statusPorts({ ...facts, config }).map(({ LpsConfigError }) => LpsConfigError), [
    "",
    "not permitted",
  ]);
});
