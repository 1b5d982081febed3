/** The uploader's pace against a real controller: how many at once, who goes when, and how long a controller's word holds. */
import { assert, assertEquals } from "@std/assert";
import type { RequestRecord } from "../../scripts/controller/mod.ts";
import { appUUID, eventually, openSite, type Site } from "./test_site.ts";

const otherApps = [1, 2, 3, 4, 5].map((n) => `aaaaaaaa-0000-4000-8000-00000000000${n}`);

/** Uploads in the order in which they came. */
function uploads(site: Site): RequestRecord[] {
  return site.controller.requests.filter(({ endpoint }) => endpoint.endsWith("newlogs"));
}

/** The largest number of requests that were under way at one moment. */
function atOnce(requests: readonly RequestRecord[]): number {
  return Math.max(
    ...requests.map(({ at }) =>
      requests.filter((other) => other.at <= at && at < other.at + other.durationMs).length
    ),
  );
}

async function appFiles(site: Site, appUuid: string, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await site.logs.writeAppLog({ appUuid, displayName: "app" }, [{ content: `${n}` }]);
  }
}

Deno.test("four uploads are under way at once, two of one app while others wait, and no app waits for the backlog of another", async () => {
  await using site = await openSite();
  for (const endpoint of ["newlogs", "app-newlogs"] as const) {
    site.controller.faults.add(endpoint, { handle: true, delayAnswerMs: 50 });
  }
  await appFiles(site, appUUID, 40);
  for (const uuid of otherApps) await appFiles(site, uuid, 1);
  await site.deviceFile();
  site.fastUpload(true);
  site.ready();
  site.start(10);
  await eventually("all are delivered", () => {
    return site.names("devUpload").length + site.names("appUpload").length === 0;
  });
  const all = uploads(site);
  assertEquals(all.length, 46);
  assertEquals(atOnce(all), 4);
  const last = Math.max(...[...otherApps, undefined].map((uuid) => all.findIndex((r) => r.appUuid === uuid)));
  assert(last < 20, `the last of six short queues had its turn as number ${last} of 46`);
});

Deno.test("while the controller takes its time the uploader sleeps, though more files wait", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { handle: true, delayAnswerMs: 500, times: 5 });
  for (let n = 0; n < 20; n++) await site.deviceFile(`${n}`);
  site.fastUpload(true);
  site.ready();
  let sleeps = 0;
  const device = site.start(1, (clock) => ({
    ...clock,
    sleep(ms, signal) {
      sleeps++;
      return clock.sleep(ms, signal);
    },
  }));
  await eventually("all are delivered", () => site.names("devUpload").length === 0);
  // A few for each file, and those of the loops; not one for each millisecond of waiting.
  assert(sleeps < 250, `${sleeps} sleeps in ${device.clock.monotonic()} ms`);
});

Deno.test("[loguploader#9] without fast upload a backlog drains at once, oldest second first, two files a second at most", async () => {
  await using site = await openSite();
  const order = ["1999", "2000", "10001", "10999", "upload.10000", "30000"];
  for (const part of order.toReversed()) {
    const made = await site.deviceFile(part);
    const folder = `${site.root}/persist/newlog/devUpload`;
    Deno.renameSync(`${folder}/${made}`, `${folder}/dev.log.${part}.gz`);
  }
  site.fastUpload(false);
  site.ready();
  const device = site.start(5);
  await eventually("the backlog is drained", () => site.names("devUpload").length === 0);
  assert(device.clock.monotonic() < 80_000, "before the first tick");
  const starts = uploads(site).map(({ at }) => at);
  const took = 5 * (Math.max(...starts) - Math.min(...starts));
  assert(took >= 3 * 500, `six files within ${took} ms of the device's time`);
  const stored = await site.controller.reports(site.uuid).logs();
  assertEquals(stored.map(({ entries }) => entries[0]?.content), order);
});

Deno.test("[loguploader#14] without fast upload fewer than five files wait for the first tick", async () => {
  await using site = await openSite();
  site.fastUpload(false);
  site.ready();
  const device = site.start(60);
  for (let n = 0; n < 4; n++) await site.deviceFile(`${n}`);
  await eventually("the first one goes", () => uploads(site).length > 0);
  assert(device.clock.monotonic() >= 80_000, `${device.clock.monotonic()} ms after the start`);
  await eventually("the others too", () => site.names("devUpload").length === 0);
});

Deno.test("[loguploader#15] with fast upload a fresh file goes within a second, long before the tick", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  await site.deviceFile("first");
  site.ready();
  const device = site.start(0.1);
  await eventually("the first is delivered", () => site.names("devUpload").length === 0);
  await site.deviceFile("fresh");
  const before = device.clock.monotonic();
  await eventually("the fresh one is delivered", () => site.names("devUpload").length === 0, 20_000);
  assert(device.clock.monotonic() - before < 1_000, `${device.clock.monotonic() - before} ms`);
});

Deno.test("[loguploader#15] fast upload at run time: the waiting file goes within 4 s; off again: the next one waits for the tick", async () => {
  await using site = await openSite();
  site.fastUpload(false);
  site.ready();
  const device = site.start(10);
  await site.deviceFile("waits");
  const time = () => device.clock.monotonic();
  const started = time();
  await eventually("ten seconds pass", () => time() - started > 10_000);
  assertEquals(uploads(site), []);
  const allowed = time();
  site.fastUpload(true);
  await eventually("it is on its way", () => uploads(site).length === 1);
  assert(time() - allowed < 8_000, `${time() - allowed} ms, at ten times the speed of life`);
  await eventually("it is delivered", () => site.names("devUpload").length === 0);
  site.fastUpload(false);
  let waited = 0;
  for (let n = 0; n < 20 && waited < 20_000; n++) {
    const written = time();
    await site.deviceFile(`${n}, perhaps before the change is known`);
    await eventually("it is delivered too", () => site.names("devUpload").length === 0, 20_000);
    waited = time() - written;
  }
  assert(waited >= 20_000, `${waited} ms`);
});

Deno.test("[loguploader#19] 429 with Retry-After: nothing is sent before it is over, then one file a tick; no file is blamed", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { status: 429, retryAfter: "120", times: 1 });
  for (let n = 0; n < 3; n++) await site.deviceFile(`${n}`);
  site.fastUpload(true);
  site.ready();
  const speed = 60;
  site.start(speed);
  await eventually("all are delivered in the end", () => site.names("devUpload").length === 0);
  const [refused, first, second, third] = uploads(site);
  assertEquals([refused, first, second, third].map((r) => r?.status), [429, 201, 201, 201]);
  const between = (a?: RequestRecord, b?: RequestRecord) => speed * ((b?.at ?? 0) - (a?.at ?? 0));
  assert(between(refused, first) >= 119_000, `${between(refused, first)} ms`);
  assert(between(first, second) >= 5_000, `one a tick, not ${between(first, second)} ms later`);
  assertEquals(site.names("failedUpload"), []);
  await eventually("it is counted", () => site.metrics()?.NumTooManyRequest === 1);
  assertEquals([site.metrics()?.Num4xxResponses, site.metrics()?.DevMetrics.NumGZipFileKeptLocal], [0, 0]);
});
