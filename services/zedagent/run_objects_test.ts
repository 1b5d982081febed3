/** The whole program with agents around it that have apps and volumes: what the controller hears of each. */
import { assertEquals } from "@std/assert";
import { info, ZInfoMsg, ZMetricMsg } from "../../proto/device.ts";
import { fromBigInt } from "../../proto/int64.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import {
  defaultVaultName,
  goAppInstanceStatus,
  goVaultStatus,
  goVolumeStatus,
  SwState,
  topics,
} from "../topics/mod.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const patience = 20_000;
const appUUID = "00000000-0000-4000-8000-0000000000a1";
const volumeUUID = "00000000-0000-4000-8000-0000000000b1";
const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;
const epoch = (value: bigint) => ({ controller_epoch: fromBigInt(value, false) });

const taken = (site: TestSite, endpoint: string) =>
  site.controller.requests.filter((request) => request.endpoint === endpoint && request.status === 201)
    .map(({ payload }) => payload ?? new Uint8Array());
const infos = (site: TestSite) => taken(site, "info").map((payload) => ZInfoMsg.decode(payload));
const apps = (site: TestSite) => infos(site).map(({ ainfo }) => ainfo).filter((ainfo) => ainfo !== null);
const volumes = (site: TestSite) => infos(site).map(({ vinfo }) => vinfo).filter((vinfo) => vinfo !== null);

Deno.test("[zedagent#34] another epoch: apps and volumes are reported again; metrics tell of them too; one that ends is reported as gone", async () => {
  await using site = await openSite();
  site.serve({
    device_name: "one",
    configItems: [{ key: "timer.config.interval", value: "5" }],
    ...epoch(1n),
  });
  site.openGates();
  const statuses = site.publication(topics.zedmanager.AppInstanceStatus);
  const status = goAppInstanceStatus.make({
    UUIDandVersion: { UUID: appUUID, Version: "1" },
    DisplayName: "web",
    State: SwState.RUNNING,
  });
  statuses.publish(appUUID, status);
  site.publication(topics.volumemgr.VolumeStatus).publish(
    `${volumeUUID}#0`,
    goVolumeStatus.make({ VolumeID: volumeUUID }),
  );
  await using _program = site.start({ clock: fastClock(20) });
  await until("one", () => name(site) === "one", patience);
  await until("both", () => apps(site).length > 0 && volumes(site).length > 0, patience);
  assertEquals([apps(site)[0]?.AppID, apps(site)[0]?.state], [appUUID, info.ZSwState.RUNNING]);

  const before = { apps: apps(site).length, volumes: volumes(site).length };
  site.serve({
    device_name: "two",
    configItems: [{ key: "timer.config.interval", value: "5" }],
    ...epoch(2n),
  });
  await until("two", () => name(site) === "two", patience);
  await until(
    "both again",
    () => apps(site).length > before.apps && volumes(site).length > before.volumes,
    patience,
  );
  await until(
    "metrics of both",
    () =>
      taken(site, "metrics").map((payload) => ZMetricMsg.decode(payload)).some(({ am, vm }) =>
        am[0]?.AppID === appUUID && vm[0]?.uuid === volumeUUID
      ),
    patience,
  );
  statuses.unpublish(appUUID);
  await until("gone", () => apps(site).at(-1)?.AppName === "", patience);
  assertEquals(apps(site).at(-1)?.AppID, appUUID);
});

Deno.test("what vaultmgr says of the vault stands in ZedAgentStatus, and in the device info that follows", async () => {
  await using site = await openSite();
  site.serve({});
  site.openGates();
  await using _program = site.start();
  await untilConfigGetStatus(site, 1);
  const told = () => {
    const { VaultStatus, PCRStatus, VaultErr } = site.status() ?? {};
    return [VaultStatus, PCRStatus, VaultErr];
  };
  assertEquals(told(), [0, 0, ""]);
  const vaults = site.publication(topics.vaultmgr.VaultStatus);
  vaults.publish("another", goVaultStatus.make({ Name: "another", Status: 2 }));
  vaults.publish(
    defaultVaultName,
    goVaultStatus.make({ Name: defaultVaultName, Status: 4, PCRStatus: 1, Error: "locked" }),
  );
  await until("the vault", () => site.status()?.VaultErr === "locked");
  assertEquals(told(), [4, 1, "locked"]);
  await until(
    "device info",
    () =>
      infos(site).some(({ dinfo }) =>
        dinfo?.dataSecAtRestInfo?.vaultList.some(({ vaultErr }) => vaultErr?.description === "locked")
      ),
  );
  vaults.unpublish(defaultVaultName);
  await until("it is gone", () => site.status()?.VaultErr === "");
  assertEquals(told(), [0, 0, ""]);
});
