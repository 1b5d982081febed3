/** DeviceNetworkStatus as the programs use it. */
import { assertEquals } from "@std/assert";
import type { DeviceNetworkStatus as PortsForSending } from "../../controllerconn/mod.ts";
import {
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  managementPorts,
  usableAddresses,
} from "./device_network_status.ts";
import { DPCState, dpcStateName } from "./network_port.ts";
import { hasError } from "./test_results.ts";
import { topics } from "./table.ts";

const port = (IfName: string, IsMgmt: boolean, IsL3Port: boolean, ...addresses: string[]) =>
  goNetworkPortStatus.make({
    IfName,
    IsMgmt,
    IsL3Port,
    AddrInfoList: addresses.map((Addr) => goAddrInfo.make({ Addr })),
  });

const status = goDeviceNetworkStatus.make({
  Version: 1,
  Ports: [
    port("eth0", true, true, "169.254.1.1", "192.168.1.10", "fe80::1", "2001:db8::1"),
    port("eth1", false, true, "10.0.0.1"),
    port("eth2", true, false, "10.0.0.2"),
    goNetworkPortStatus.make({ IfName: "wwan0", IsMgmt: true, IsL3Port: true, Cost: 10 }),
  ],
});

/** Types only: the value from the bus is what controllerconn takes. */
export const forSending: (value: DeviceNetworkStatus) => PortsForSending = (value) => value;

Deno.test("management ports are those marked so, or all below version 1", () => {
  assertEquals(managementPorts(status).map((each) => each.IfName), ["eth0", "eth2", "wwan0"]);
  assertEquals(managementPorts({ ...status, Version: 0 }).length, 4);
  assertEquals(managementPorts(goDeviceNetworkStatus.zero()), []);
});

Deno.test("usable addresses are those of management L3 ports without link-local ones", () => {
  assertEquals(usableAddresses(status), ["192.168.1.10", "2001:db8::1"]);
  assertEquals(usableAddresses({ ...status, Version: 0 }), ["192.168.1.10", "2001:db8::1", "10.0.0.1"]);
  assertEquals(usableAddresses(goDeviceNetworkStatus.zero()), []);
});

Deno.test("a port has an error when it failed after it succeeded", () => {
  const at = (LastFailed: string, LastSucceeded: string) => hasError({ LastFailed, LastSucceeded });
  const zero = "0001-01-01T00:00:00Z";
  assertEquals(at(zero, zero), false);
  assertEquals(at("2026-01-01T00:00:00.000000002Z", "2026-01-01T00:00:00.000000001Z"), true);
  assertEquals(at("2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00"), false);
  assertEquals(at(zero, "2026-01-01T00:00:00Z"), false);
});

Deno.test("states have EVE's names", () => {
  assertEquals(dpcStateName(DPCState.DPC_FAIL_WITH_IPANDDNS), "DPC_FAIL_WITH_IPANDDNS");
  assertEquals([dpcStateName(0), dpcStateName(77)], ["", ""]);
});

Deno.test("a bond whose ports come in another order, and a time in another zone, are the same status", () => {
  const { codec } = topics.nim.DeviceNetworkStatus;
  const ports = (text: string) => codec.decode(`{"Ports":[${text}]}`);
  const a = ports(
    '{"Bond":{"AggregatedPorts":["a","b"]},"ConfigSource":{"SubmittedAt":"2025-01-01T00:00:00Z"}}',
  );
  const b = ports(
    '{"Bond":{"AggregatedPorts":["b","a"]},"ConfigSource":{"SubmittedAt":"2025-01-01T01:00:00+01:00"}}',
  );
  assertEquals(codec.equal(a, b), true);
  assertEquals(codec.equal(ports('{"NtpServers":[]}'), ports('{"NtpServers":null}')), false);
});
