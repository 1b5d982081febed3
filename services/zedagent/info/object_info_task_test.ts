/** Infos of single objects on their way to a real controller; the test plays the agents that publish them. */
import { assert, assertEquals } from "@std/assert";
import { info, ZInfoMsg } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import {
  appDiskKey,
  goAppDiskMetric,
  goAppInstanceStatus,
  goAppInstMetaData,
  goAppNetAdapterStatus,
  goBlobStatus,
  goContentTreeStatus,
  goEdgeviewStatus,
  goKubeClusterUpdateStatus,
  goNetworkInstanceStatus,
  goPatchEnvelopeInfo,
  goVolumeStatus,
  SwState,
  topics,
} from "../../topics/mod.ts";
import { loopback } from "../testdata/test_site.ts";
import { startInfo } from "./info_task.ts";
import { startObjectInfos } from "./object_info_task.ts";
import { openTestAccess, type TestAccess, testReport } from "./testdata/test_access.ts";

const { ZiApp, ZiVolume, ZiNetworkInstance } = info.ZInfoTypes;
const id = (digit: number) => `${String(digit).repeat(8)}-0000-4000-8000-000000000000`;

/** Answered with a 2xx, in order. */
function delivered(site: TestAccess): info.ZInfoMsg[] {
  return site.controller.requests
    .filter(({ endpoint, status }) => endpoint === "info" && status >= 200 && status < 300)
    .map(({ payload }) => ZInfoMsg.decode(payload ?? new Uint8Array()));
}
const ofType = (site: TestAccess, ztype: info.ZInfoTypes) =>
  delivered(site).filter((message) => message.ztype === ztype);
const apps = (site: TestAccess) => ofType(site, ZiApp).map(({ ainfo }) => ainfo);
/** Sends messages of another object behind all that was queued before. */
function marks(site: TestAccess): (name: string) => Promise<void> {
  const publication = site.others.publication(topics.volumemgr.ContentTreeStatus);
  return async (DisplayName) => {
    publication.publish(id(9), goContentTreeStatus.make({ DisplayName }));
    await until(DisplayName, () => delivered(site).some(({ cinfo }) => cinfo?.displayName === DisplayName));
  };
}

const app = (State: number) => goAppInstanceStatus.make({ DisplayName: "web", State });

Deno.test("each type has its message, complete without the other agents", async () => {
  await using site = await openTestAccess();
  startObjectInfos(site.access);
  const { zedmanager, zedrouter, volumemgr, msrv, edgeview } = topics;
  const { others } = site;
  others.publication(zedmanager.AppInstanceStatus).publish(id(1), app(SwState.RUNNING));
  others.publication(zedrouter.NetworkInstanceStatus).publish(id(2), goNetworkInstanceStatus.zero());
  others.publication(volumemgr.VolumeStatus).publish(`${id(3)}#0`, goVolumeStatus.zero());
  others.publication(volumemgr.ContentTreeStatus).publish(id(4), goContentTreeStatus.zero());
  others.publication(volumemgr.BlobStatus).publish("ab", goBlobStatus.zero());
  others.publication(msrv.AppInstMetaData).publish(
    `${id(1)}-2`,
    goAppInstMetaData.make({ AppInstUUID: id(1), Type: 2 }),
  );
  others.publication(edgeview.EdgeviewStatus).publish("global", goEdgeviewStatus.make({ CmdCountApp: 1 }));
  others.publication(msrv.PatchEnvelopeInfo).publish(
    `${id(5)}v1`,
    goPatchEnvelopeInfo.make({ PatchID: id(5), Version: "1" }),
  );
  others.publication(topics.zedkube.KubeClusterUpdateStatus).publish(
    "global",
    goKubeClusterUpdateStatus.make({ CurrentNode: "n1" }),
  );
  await until("nine infos", () => delivered(site).length >= 9);
  const messages = delivered(site).sort((a, b) => a.ztype - b.ztype);
  assertEquals(messages.map(({ ztype }) => ztype), [3, 6, 7, 8, 9, 10, 12, 14, 18]);
  assert(messages.every(({ devId, atTimeStamp }) => devId === site.uuid && atTimeStamp !== null));
  assertEquals([
    messages[0]?.ainfo?.AppID,
    messages[1]?.niinfo?.networkID,
    messages[2]?.vinfo?.uuid,
    messages[3]?.cinfo?.uuid,
    messages[4]?.binfo?.blob[0]?.sha256,
    messages[5]?.amdinfo?.uuid,
    messages[6]?.evinfo?.count_app,
    messages[7]?.patchInfo?.id,
    messages[8]?.cluster_update_info?.current_node,
  ], [id(1), id(2), id(3), id(4), "ab", id(1), 1, id(5), "n1"]);
});

Deno.test("an object is reported when it changes, once more when it is gone, and again when it is back", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  startObjectInfos(site.access);
  const publication = site.others.publication(topics.zedmanager.AppInstanceStatus);
  publication.publish(id(1), app(SwState.BOOTING));
  await until("booting", () => apps(site).length === 1);
  publication.publish(id(1), app(SwState.RUNNING));
  await until("running", () => apps(site).at(-1)?.state === info.ZSwState.RUNNING);
  // Of no interest to the controller.
  publication.publish(id(1), { ...app(SwState.RUNNING), RestartInprogress: 1 });
  await marked("first mark");
  assertEquals(apps(site).length, 2);
  publication.unpublish(id(1));
  await until("gone", () => apps(site).length === 3);
  assertEquals([apps(site)[2]?.AppID, apps(site)[2]?.AppName, apps(site)[2]?.state], [id(1), "", 0]);
  publication.publish(id(1), app(SwState.RUNNING));
  await until("back", () => apps(site).length === 4);
  assertEquals(apps(site)[3]?.AppName, "web");
});

Deno.test("[zedagent#33] objects: offline, two updates become one message with the newer; 404 dropped; 500 again after 1 and 2 min; others not held up", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  const offline = { ...loopback({ State: 1 }), Ports: null };
  site.setNetwork(offline);
  startObjectInfos(site.access);
  const publication = site.others.publication(topics.zedmanager.AppInstanceStatus);
  publication.publish(id(1), app(SwState.BOOTING));
  await until(
    "a failure",
    () => site.device.logged.some((line) => line.includes("app info is not delivered")),
  );
  publication.publish(id(1), app(SwState.RUNNING));
  await until(
    "the newer one is queued",
    () =>
      ZInfoMsg.decode(site.access.events.queued(id(1)) ?? new Uint8Array()).ainfo?.state ===
        info.ZSwState.RUNNING,
  );
  assertEquals(site.controller.requests.length, 0);
  site.setNetwork(loopback());
  site.access.events.kickTimerWithinMinute();
  await site.device.clock.advance(61_000);
  await until("reconnected", () => apps(site).length === 1);
  assertEquals(apps(site)[0]?.state, info.ZSwState.RUNNING);
  await marked("first mark");
  assertEquals(apps(site).length, 1);

  site.controller.faults.add("info", { status: 404, times: 1 });
  publication.publish(id(2), app(SwState.HALTED));
  await until("dropped", () => site.access.events.queued(id(2)) === undefined && site.notFound() === 1);
  site.controller.faults.add("info", { status: 500, times: 2 });
  publication.publish(id(3), app(SwState.HALTED));
  const refused = () => site.controller.requests.filter(({ status }) => status === 500).length;
  await until("refused", () => refused() === 1);
  await site.device.clock.advance(53_000);
  assertEquals(refused(), 1);
  await site.device.clock.advance(13_500);
  await until("refused again", () => refused() === 2);
  // Now taken, and not behind the one that waits.
  await marked("second mark");
  await site.device.clock.advance(95_000);
  await marked("third mark");
  assertEquals(apps(site).length, 1);
  await site.device.clock.advance(38_000);
  await until("taken", () => apps(site).length === 2);
  assertEquals(apps(site)[1]?.AppID, id(3));
});

Deno.test("an object that is gone and known to be is forgotten, also behind many whose end the controller does not take", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  const forgotten: string[] = [];
  const { events } = site.access;
  startObjectInfos({
    ...site.access,
    events: {
      ...events,
      removeDeferred(key) {
        forgotten.push(key);
        events.removeDeferred(key);
      },
    },
  });
  const blobs = site.others.publication(topics.volumemgr.BlobStatus);
  const keys = Array.from({ length: 17 }, (_, index) => `blob-${index}`);
  const last = keys.at(-1) ?? "";
  site.setNetwork({ ...loopback({ State: 1 }), Ports: null });
  for (const key of keys) {
    blobs.publish(key, goBlobStatus.make({ Size: 1 }));
    await until(`${key} waits`, () => events.queued(key) !== undefined);
  }
  for (const key of keys) {
    blobs.unpublish(key);
    await until(`the end of ${key}`, () => {
      const { binfo } = ZInfoMsg.decode(events.queued(key) ?? new Uint8Array());
      return binfo?.blob[0]?.resources === null;
    });
  }
  site.controller.faults.add("info", { status: 500, times: keys.length - 1 });
  site.setNetwork(loopback());
  events.kickTimerWithinMinute();
  await site.device.clock.advance(32_000);
  const answered = () => site.controller.requests.filter(({ status }) => status > 0).length;
  for (let count = 1; count <= keys.length; count++) {
    await until(`answer ${count}`, () => answered() >= count);
    // Behind a burst the queue sends about five a second.
    await site.device.clock.advance(250);
  }
  await until("the last one is taken", () => events.queued(last) === undefined);
  assertEquals(keys.filter((key) => events.queued(key) !== undefined).length, keys.length - 1);
  for (const name of ["first mark", "second mark"]) await marked(name);
  assertEquals(forgotten, [last]);
});

Deno.test("objects of several kinds with one UUID are several objects (W16)", async () => {
  await using site = await openTestAccess();
  site.setNetwork({ ...loopback({ State: 1 }), Ports: null });
  startObjectInfos(site.access);
  const { zedmanager, zedrouter, volumemgr } = topics;
  site.others.publication(zedmanager.AppInstanceStatus).publish(id(1), app(SwState.RUNNING));
  site.others.publication(zedrouter.NetworkInstanceStatus).publish(id(1), goNetworkInstanceStatus.zero());
  site.others.publication(volumemgr.VolumeStatus).publish(`${id(1)}#0`, goVolumeStatus.zero());
  site.others.publication(volumemgr.ContentTreeStatus).publish(id(1), goContentTreeStatus.zero());
  await until("all four wait", () => site.access.events.counters().items === 4);
  site.setNetwork(loopback());
  site.access.events.kickTimerWithinMinute();
  await site.device.clock.advance(61_000);
  await until("all four", () => delivered(site).length === 4);
  assertEquals(delivered(site).map(({ ztype }) => ztype).sort(), [
    ZiApp,
    ZiNetworkInstance,
    ZiVolume,
    info.ZInfoTypes.ZiContentTree,
  ]);
});

Deno.test("an app comes before everything else that waits", async () => {
  await using site = await openTestAccess();
  site.setNetwork({ ...loopback({ State: 1 }), Ports: null });
  startObjectInfos(site.access);
  const volumes = site.others.publication(topics.volumemgr.VolumeStatus);
  volumes.publish(`${id(3)}#0`, goVolumeStatus.zero());
  await until("the volume waits", () => site.access.events.queued(`volume:${id(3)}`) !== undefined);
  site.others.publication(topics.zedmanager.AppInstanceStatus).publish(id(1), app(SwState.RUNNING));
  await until("the app waits", () => site.access.events.queued(id(1)) !== undefined);
  site.setNetwork(loopback());
  site.access.events.kickTimerWithinMinute();
  await site.device.clock.advance(61_000);
  await until("both", () => delivered(site).length === 2);
  assertEquals(delivered(site).map(({ ztype }) => ztype), [ZiApp, ZiVolume]);
});

Deno.test("what a message looks up elsewhere may come later: sizes of volumes, servers of networks", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  startObjectInfos(site.access);
  const { volumemgr, zedmanager, zedrouter } = topics;
  const path = "/persist/vault/volumes/v.raw";
  site.others.publication(volumemgr.VolumeStatus).publish(
    `${id(3)}#0`,
    goVolumeStatus.make({ FileLocation: path }),
  );
  site.others.publication(zedmanager.AppInstanceStatus).publish(
    id(1),
    goAppInstanceStatus.make({
      AppNetAdapters: [goAppNetAdapterStatus.make({ VifUsed: "nbu1x1", Network: id(2) })],
    }),
  );
  await until("both", () => delivered(site).length === 2);
  const disks = site.others.publication(volumemgr.AppDiskMetric);
  disks.publish(appDiskKey(path), goAppDiskMetric.make({ UsedBytes: 7 }));
  await until("its size", () => ofType(site, ZiVolume).length === 2);
  assertEquals(ofType(site, ZiVolume)[1]?.vinfo?.resources?.curSizeBytes.toNumber(), 7);
  disks.publish(appDiskKey(path), goAppDiskMetric.make({ UsedBytes: 8 }));
  site.others.publication(zedrouter.NetworkInstanceStatus).publish(
    id(2),
    goNetworkInstanceStatus.make({ Gateway: "10.1.0.1" }),
  );
  await until("its gateway", () => apps(site).at(-1)?.network[0]?.defaultRouters[0] === "10.1.0.1");
  await marked("mark");
  assertEquals([ofType(site, ZiVolume).length, ofType(site, ZiNetworkInstance).length], [2, 1]);
});

Deno.test("of two generations of a volume the new one is reported, and the old one's end is not the volume's", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  startObjectInfos(site.access);
  const volumes = site.others.publication(topics.volumemgr.VolumeStatus);
  const generation = (GenerationCounter: number, DisplayName: string) =>
    goVolumeStatus.make({ GenerationCounter, DisplayName });
  const names = () => ofType(site, ZiVolume).map(({ vinfo }) => vinfo?.displayName);
  volumes.publish(`${id(3)}#1`, generation(1, "old"));
  await until("the old one", () => names().length === 1);
  volumes.publish(`${id(3)}#2`, generation(2, "new"));
  await until("the new one", () => names().length === 2);
  volumes.publish(`${id(3)}#1`, generation(1, "old, ending"));
  volumes.unpublish(`${id(3)}#1`);
  await marked("mark");
  assertEquals(names(), ["old", "new"]);
  volumes.unpublish(`${id(3)}#2`);
  await until("its end", () => names().length === 3);
  assertEquals(ofType(site, ZiVolume)[2]?.vinfo?.uuid, id(3));
});

Deno.test("[zedagent#37] publish-all reports every known object again, with the UUID that counts then; what is gone and known to be is not", async () => {
  await using site = await openTestAccess();
  const marked = marks(site);
  const task = startInfo(site.access, { report: testReport() });
  const { zedmanager, volumemgr } = topics;
  const statuses = site.others.publication(zedmanager.AppInstanceStatus);
  statuses.publish(id(1), app(SwState.RUNNING));
  statuses.publish(id(2), app(SwState.RUNNING));
  site.others.publication(volumemgr.VolumeStatus).publish(`${id(3)}#0`, goVolumeStatus.zero());
  await until("three", () => apps(site).length === 2 && ofType(site, ZiVolume).length === 1);
  statuses.unpublish(id(2));
  await until("one is gone", () => apps(site).length === 3);
  await marked("mark");
  const before = delivered(site).length;
  // Room for another burst of sends.
  await site.device.clock.advance(10_000);
  task.publishAll();
  const again = () => delivered(site).slice(before).filter(({ ztype }) => ztype !== info.ZInfoTypes.ZiDevice);
  await until("all again", () => again().length >= 3);
  assertEquals(again().map(({ ainfo, vinfo, cinfo }) => ainfo?.AppID ?? vinfo?.uuid ?? cinfo?.uuid), [
    id(1),
    id(3),
    id(9),
  ]);

  site.setNetwork({ ...loopback({ State: 1 }), Ports: null });
  site.setUUID(id(7));
  task.publishAll();
  const waiting = [id(1), `volume:${id(3)}`, `contentTree:${id(9)}`].map((key) =>
    site.access.events.queued(key) ?? new Uint8Array()
  );
  assertEquals(waiting.map((payload) => ZInfoMsg.decode(payload).devId), [id(7), id(7), id(7)]);
  assertEquals(site.access.events.queued(id(2)), undefined);
});
