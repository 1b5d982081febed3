/** The content of a device info. */
import { assert, assertEquals } from "@std/assert";
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import {
  goAppInstanceStatus,
  goNodeAgentStatus,
  goVaultStatus,
  goWwanStatus,
  goZbootStatus,
} from "../../topics/mod.ts";
import { type DeviceInfoInputs, deviceInfoMessage } from "./device_info.ts";
import { biosVersion, type Dmi } from "./dmi.ts";
import { parseResolvConf } from "./host_facts.ts";
import { testReport } from "./testdata/test_access.ts";

const dmi: Dmi = {
  manufacturer: "Acme",
  productName: "Box",
  version: "",
  serialNumber: "S1",
  UUID: "",
  compatible: "",
  biosVendor: "Vendor",
  biosVersion: "1.0",
  biosReleaseDate: "01/01/2026",
};
const now = Date.UTC(2026, 0, 1, 12);
const bare: DeviceInfoInputs = {
  devUUID: "d",
  now,
  host: { machine: "x86_64", hostName: undefined, uptimeSeconds: undefined },
  dmi,
  resolvConf: { servers: [], search: [] },
  shaRootCa: undefined,
  hsmStatus: 0,
  hardwareWatchdog: undefined,
  remoteAccessDisabled: false,
  systemAdapter: undefined,
  attestation: { state: 0, error: "" },
  node: undefined,
  partitions: [],
  vaults: [],
  apps: [],
  wwan: undefined,
  report: testReport(),
};

function received(inputs: Partial<DeviceInfoInputs>): info.ZInfoDevice {
  const message = ZInfoMsg.decode(deviceInfoMessage({ ...bare, ...inputs }));
  assertEquals([message.ztype, message.devId, fromTimestamp(message.atTimeStamp)], [1, "d", now]);
  assert(message.dinfo !== null);
  return message.dinfo;
}

Deno.test("what nobody knows stays empty", () => {
  const dinfo = received({});
  const absent: unknown[] = [
    dinfo.bootTime,
    dinfo.systemAdapter,
    dinfo.sec_info,
    dinfo.dataSecAtRestInfo,
    dinfo.lastRebootTime,
    dinfo.capabilities,
  ];
  assertEquals(absent, [null, null, null, null, null, null]);
  assertEquals([dinfo.HostName, dinfo.ncpu, dinfo.local_profile], ["", 0, ""]);
  assertEquals([dinfo.machineArch, dinfo.minfo?.productName, dinfo.api_capability], ["x86_64", "Box", 22]);
});

Deno.test("host, names, counters, modes and states", () => {
  const dinfo = received({
    host: { machine: "aarch64", hostName: "edge-1", uptimeSeconds: 3600 },
    resolvConf: parseResolvConf(
      "# c\nsearch a.example b.example\nnameserver 192.0.2.1\nnameserver 2001:db8::1\n",
    ),
    shaRootCa: new Uint8Array([1, 2]),
    hsmStatus: info.HwSecurityModuleStatus.NOTFOUND,
    hardwareWatchdog: true,
    remoteAccessDisabled: true,
    attestation: { state: 2, error: "no quote" },
    node: goNodeAgentStatus.make({ RebootStack: "stack", RestartCounter: 7, DeviceReboot: true }),
    report: testReport({
      names: () => ({
        deviceName: "d1",
        projectName: "p1",
        projectId: "p",
        enterpriseName: "e1",
        enterpriseId: "e",
      }),
      maintenance: () => ({ on: true, reasons: [1, 6] }),
      deviceState: () => 3,
      rebootCounter: () => 4,
      shutdownCounter: () => 5,
      bootReason: () => ({ reason: 2, text: "NORMAL: controller reboot", time: "2026-01-01T00:00:00Z" }),
    }),
  });
  assertEquals([dinfo.HostName, fromTimestamp(dinfo.bootTime)], ["edge-1", now - 3_600_000]);
  assertEquals([dinfo.dns?.DNSservers, dinfo.dns?.DNSsearch], [["192.0.2.1", "2001:db8::1"], [
    "a.example",
    "b.example",
  ]]);
  assertEquals([dinfo.sec_info?.sha_root_ca, dinfo.HSMStatus], [new Uint8Array([1, 2]), 1]);
  assertEquals([dinfo.hardware_watchdog_present, dinfo.remote_access_disabled], [true, true]);
  assertEquals([dinfo.attestation_info?.state, dinfo.attestation_info?.error?.description], [2, "no quote"]);
  assertEquals([dinfo.device_name, dinfo.project_id, dinfo.enterprise_name], ["d1", "p", "e1"]);
  assertEquals([dinfo.maintenance_mode, dinfo.maintenance_mode_reason, dinfo.maintenance_mode_reasons], [
    true,
    1,
    [1, 6],
  ]);
  assertEquals([dinfo.state, dinfo.rebootConfigCounter, dinfo.shutdown_config_counter], [3, 4, 5]);
  assertEquals([dinfo.last_boot_reason, dinfo.lastRebootReason, dinfo.lastRebootStack], [
    2,
    "NORMAL: controller reboot",
    "stack",
  ]);
  assertEquals([dinfo.reboot_inprogress, dinfo.restartCounter], [true, 7]);
  assertEquals(fromTimestamp(dinfo.lastRebootTime), Date.UTC(2026, 0, 1));
});

Deno.test("settings by key, unknown ones in a map of their own, hostile keys too (W12)", () => {
  const { configItemStatus } = received({
    report: testReport({
      configItemStatus: () =>
        new Map([
          ["timer.config.interval", { value: "60", error: "out of range", unknown: false }],
          ["no.such.item", { value: "1", error: "unknown", unknown: true }],
          ["__proto__", { value: "1", error: "unknown", unknown: true }],
        ]),
    }),
  });
  assertEquals(Object.keys(configItemStatus?.configItems ?? {}), ["timer.config.interval"]);
  assertEquals(configItemStatus?.configItems["timer.config.interval"]?.error, "out of range");
  assertEquals(configItemStatus?.unknownConfigItems["no.such.item"]?.value, "1");
});

Deno.test("partitions, vaults, apps and modems of the other agents", () => {
  const dinfo = received({
    partitions: [
      goZbootStatus.make({
        PartitionLabel: "IMGA",
        CurrentPartition: true,
        PartitionState: "active",
        ShortVersion: "1.0",
      }),
      goZbootStatus.make({ PartitionLabel: "IMGB", PartitionState: "unused" }),
    ],
    vaults: [
      goVaultStatus.make({ Name: "Application Data Store", Status: 4, PCRStatus: 1, Error: "locked" }),
    ],
    apps: [goAppInstanceStatus.make({ DisplayName: "app" })],
    wwan: goWwanStatus.make({}),
  });
  assertEquals(
    dinfo.swList.map(({ partitionLabel, activated, status }) => [partitionLabel, activated, status]),
    [["IMGA", true, 5], ["IMGB", false, 1]],
  );
  const [vault] = dinfo.dataSecAtRestInfo?.vaultList ?? [];
  assertEquals([vault?.status, vault?.pcrStatus, vault?.vaultErr?.description], [4, 1, "locked"]);
  assertEquals(dinfo.appInstances.map(({ name }) => name), ["app"]);
});

Deno.test("the firmware's version is vendor-version-date, as far as it is known", () => {
  assertEquals(biosVersion(dmi), "Vendor-1.0-01/01/2026");
  assertEquals(biosVersion({ ...dmi, biosVendor: "", biosVersion: "", biosReleaseDate: "" }), "");
});
