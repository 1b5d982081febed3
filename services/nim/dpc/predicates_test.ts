/** Which configurations are the same, usable, working, worth a test. */
import { assertEquals } from "@std/assert";
import { type DevicePortConfig, goDevicePortConfig, topics } from "../../topics/mod.ts";
import {
  isTestable,
  isUntested,
  isUsable,
  managementPortCount,
  mostlyEqual,
  wasWorking,
} from "./predicates.ts";
import { eth0 } from "./testdata/entries.ts";

const coolDownMs = 5 * 60_000;
const make = (some: Partial<DevicePortConfig>) =>
  goDevicePortConfig.make({ Version: 1, Key: "zedagent", Ports: [eth0], ...some });

Deno.test("times, results, submission times and the order of labels do not count in mostlyEqual", () => {
  const a = make({ Ports: [{ ...eth0, SharedLabels: ["a", "b"] }] });
  const b = make({
    TimePriority: "2026-08-22T10:00:00Z",
    State: 3,
    LastSucceeded: "2026-08-22T10:00:01Z",
    Ports: [{
      ...eth0,
      SharedLabels: ["b", "a"],
      LastError: "x",
      LastFailed: "2026-08-22T10:00:01Z",
      DNSServers: [],
      ConfigSource: { ...eth0.ConfigSource, SubmittedAt: "2026-08-22T10:00:01Z" },
    }],
  });
  assertEquals(mostlyEqual(a, b), true);
});

Deno.test("each configured part of a port counts in mostlyEqual, validity and layer too (W13)", () => {
  const parts: Partial<typeof eth0>[] = [
    { IfName: "eth1" },
    { PCIAddr: "0000:02:00.0" },
    { SharedLabels: ["a"] },
    { IsMgmt: false },
    { Cost: 1 },
    { MTU: 1400 },
    { Dhcp: 1 },
    { DNSServers: ["1.1.1.1"] },
    { Pacfile: "eA==" },
    { "pubsub-large-ProxyCertPEM": [Uint8Array.of(1)] },
    { L2Type: 1, VLAN: { ParentPort: "eth1", ID: 7 } },
    { IgnoreDhcpNtpServers: true },
    { PNAC: { ...eth0.PNAC, Enabled: true } },
    { WirelessCfg: { ...eth0.WirelessCfg, WType: 2 } },
    { ConfigSource: { ...eth0.ConfigSource, Origin: 6 } },
    { InvalidConfig: true },
    { IsL3Port: false },
    { NetworkUUID: "6822e35f-c1b8-43ca-b344-0bbc0ece8cf1" },
  ];
  for (const part of parts) {
    assertEquals(mostlyEqual(make({}), make({ Ports: [{ ...eth0, ...part }] })), false, JSON.stringify(part));
  }
  assertEquals(mostlyEqual(make({}), make({ Key: "manual" })), false);
  assertEquals(mostlyEqual(make({}), make({ Ports: [eth0, eth0] })), false);
  assertEquals(mostlyEqual(make({ Ports: null }), make({ Ports: [] })), true);
});

Deno.test("what nim wrote and read again is mostlyEqual to what it was", () => {
  const { codec } = topics.nim.DevicePortConfig;
  const dpc = make({ Ports: [{ ...eth0, DNSServers: [], SharedLabels: ["all"] }] });
  assertEquals(mostlyEqual(dpc, codec.decode(codec.encode(dpc))), true);
});

Deno.test("switch ports are no management ports, invalid ones only if asked for", () => {
  const dpc = make({
    Ports: [eth0, { ...eth0, Dhcp: 2 }, { ...eth0, IsMgmt: false }, { ...eth0, InvalidConfig: true }],
  });
  assertEquals([managementPortCount(dpc, false), managementPortCount(dpc, true)], [2, 1]);
  assertEquals(isUsable(make({ Ports: [{ ...eth0, InvalidConfig: true }] })), false);
  assertEquals(isUsable(make({ Ports: null })), false);
});

Deno.test("untested and working follow from the two times, by instant (W11)", () => {
  assertEquals([isUntested(make({})), wasWorking(make({}))], [true, false]);
  assertEquals(isUntested(make({ Ports: [] })), false);
  const same = make({ LastFailed: "2026-08-22T12:00:00+02:00", LastSucceeded: "2026-08-22T10:00:00Z" });
  assertEquals([isUntested(same), wasWorking(same)], [false, false]);
  assertEquals(wasWorking({ ...same, LastSucceeded: "2026-08-22T10:00:00.000000001Z" }), true);
});

Deno.test("a failure cools down for five minutes; one in the future does not count", () => {
  const failed = make({ LastFailed: "2026-08-22T10:00:00.5Z" });
  assertEquals(isTestable(failed, "2026-08-22T10:05:00.499999999Z", coolDownMs), false);
  assertEquals(isTestable(failed, "2026-08-22T10:05:00.5Z", coolDownMs), true);
  assertEquals(isTestable(failed, "2026-08-22T10:00:00.499999999Z", coolDownMs), true);
  assertEquals(isTestable(failed, "2026-08-22T10:00:00.5Z", coolDownMs), false);
  const works = { ...failed, LastSucceeded: "2026-08-22T10:00:01Z" };
  assertEquals(isTestable(works, "2026-08-22T10:00:02Z", coolDownMs), true);
  assertEquals(isTestable({ ...works, Ports: null }, "2026-08-22T10:00:02Z", coolDownMs), false);
});
