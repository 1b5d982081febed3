/** The uploader against a real controller, real files and a real bus: what is delivered, and where files go. */
import { assert, assertEquals } from "@std/assert";
import { createHash } from "node:crypto";
import { openBus } from "../pubsub/mod.ts";
import { goAppInstanceConfig, nilUUID, topics } from "../topics/mod.ts";
import { appUUID, eventually, networkStatus, openSite, type Site } from "./test_site.ts";

const gates: readonly [string, (site: Site) => void, (site: Site) => void][] = [
  [
    "a nil UUID",
    (site) => site.onboarding.publish("global", { DeviceUUID: nilUUID, HardwareModel: "" }),
    (site) => site.onboarding.publish("global", { DeviceUUID: site.uuid, HardwareModel: "" }),
  ],
  ["no UUID", (site) => site.onboarding.unpublish("global"), (site) => site.ready()],
  [
    "an empty server file",
    (site) => Deno.writeTextFileSync(`${site.root}/config/server`, " \n"),
    (site) => Deno.writeTextFileSync(`${site.root}/config/server`, site.controller.server),
  ],
  [
    "link-local addresses only",
    (site) => site.network.publish("global", networkStatus(["169.254.7.7", "fe80::1"])),
    (site) => site.network.publish("global", networkStatus(["127.0.0.1"])),
  ],
];
for (const [what, close, open] of gates) {
  Deno.test(`[loguploader#1] with ${what} nothing is sent, with all three there the file is delivered`, async () => {
    await using site = await openSite();
    site.fastUpload(true);
    await site.deviceFile();
    site.ready();
    close(site);
    const device = site.start(20);
    const started = device.clock.monotonic();
    await eventually("fifteen seconds pass", () => device.clock.monotonic() - started > 15_000);
    assertEquals(site.controller.requests.map(({ path }) => path), []);
    open(site);
    await eventually("the file is delivered", () => site.names("devUpload").length === 0);
    assertEquals(site.uploads().length, 1);
  });
}

Deno.test("[loguploader#2] a server file that comes late is picked up within about 10 s, white space is no part of it", async () => {
  await using site = await openSite();
  Deno.removeSync(`${site.root}/config/server`);
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  const device = site.start(20);
  await eventually(
    "the missing file is told",
    () => device.logged.some((line) => line.includes("server is missing")),
  );
  const before = device.clock.monotonic();
  Deno.writeTextFileSync(`${site.root}/config/server`, ` ${site.controller.server} \n`);
  await eventually("the file is delivered", () => site.names("devUpload").length === 0);
  assert(
    device.clock.monotonic() - before < 16_000,
    `${device.clock.monotonic() - before} ms of the device's time`,
  );
  assertEquals(site.uploads(), [`/api/v2/edgedevice/id/${site.uuid}/newlogs`]);
});

Deno.test("[loguploader#3][loguploader#4][loguploader#6][loguploader#7][device-api#34] device and app files go to their URLs as they are", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  const [deviceName, appName] = [
    await site.deviceFile("from the device"),
    await site.appFile("from the app"),
  ];
  const appBytes = Deno.readFileSync(`${site.root}/persist/newlog/appUpload/${appName}`);
  const contents = new Map([
    ["newlogs", Deno.readFileSync(`${site.root}/persist/newlog/devUpload/${deviceName}`)],
    ["app-newlogs", appBytes],
  ]);
  site.ready();
  site.start();
  await eventually(
    "both folders are empty",
    () => site.names("devUpload").length + site.names("appUpload").length === 0,
  );
  assertEquals(site.uploads().sort(), [
    `/api/v2/edgedevice/id/${site.uuid}/apps/instanceid/${appUUID}/newlogs`,
    `/api/v2/edgedevice/id/${site.uuid}/newlogs`,
  ]);
  const der = /-----BEGIN CERTIFICATE-----([^-]+)/.exec(
    Deno.readTextFileSync(`${site.root}/config/device.cert.pem`),
  )?.[1];
  const certHash = createHash("sha256").update(Uint8Array.fromBase64(der ?? "")).digest("hex");
  const uploads = site.controller.requests.filter(({ endpoint }) => endpoint.endsWith("newlogs"));
  for (const { endpoint, envelope, headers, payload, status } of uploads) {
    assertEquals(status, 201);
    assertEquals(headers["content-type"], "application/x-proto-binary");
    assertEquals(headers["x-serial-number"], undefined);
    assertEquals(envelope?.signatureOk, true);
    assertEquals(envelope?.algo, 2);
    assertEquals(envelope?.hash, certHash);
    assertEquals(envelope?.hash.length, 64);
    assertEquals(payload?.toHex(), contents.get(endpoint)?.toHex());
    assertEquals(envelope?.hasSenderCert, false);
  }
  const ids = uploads.map(({ headers }) => headers["x-request-id"] ?? "");
  assertEquals(new Set(ids).size, 2);
  assert(
    ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ids.join(),
  );
  const reports = site.controller.reports(site.uuid);
  assertEquals((await reports.logs()).flatMap(({ entries }) => entries.map(({ content }) => content)), [
    "from the device",
  ]);
  assertEquals(
    (await reports.appLogs(appUUID)).flatMap(({ entries }) => entries.map(({ content }) => content)),
    ["from the app"],
  );
  assertEquals(site.names("keepSentQueue"), [appName], "the app file moved, the device file is gone");
  assertEquals(Deno.readFileSync(`${site.root}/persist/newlog/keepSentQueue/${appName}`), appBytes);
});

for (const status of [200, 204]) {
  Deno.test(`${status === 200 ? "[loguploader#7]" : "[loguploader#8][device-api#35]"} ${status} counts as delivered`, async () => {
    await using site = await openSite();
    for (const endpoint of ["newlogs", "app-newlogs"] as const) {
      site.controller.faults.add(endpoint, { status });
    }
    site.fastUpload(true);
    await site.deviceFile();
    const app = await site.appFile();
    const bytes = Deno.readFileSync(`${site.root}/persist/newlog/appUpload/${app}`);
    site.ready();
    site.start();
    const sent = () =>
      [site.metrics()?.DevMetrics, site.metrics()?.AppMetrics].map((m) => m?.NumGZipFilesSent);
    await eventually("both are counted", () => sent().join() === "1,1");
    await eventually("the device's is gone", () => site.names("devUpload").length === 0);
    await eventually("the app's is kept", () => site.names("keepSentQueue").join() === app);
    assertEquals(Deno.readFileSync(`${site.root}/persist/newlog/keepSentQueue/${app}`), bytes);
    assertEquals([site.names("appUpload").length, site.uploads().length], [0, 2]);
  });
}

Deno.test("[loguploader#5] a try over another port has its own X-Request-Id and the same headers", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { close: "unhandled", times: 2 });
  site.fastUpload(true);
  await site.deviceFile();
  site.onboarding.publish("global", { DeviceUUID: site.uuid, HardwareModel: "" });
  const [first] = networkStatus(["127.0.0.1"]).Ports ?? [];
  const [second] = networkStatus(["127.0.0.2"]).Ports ?? [];
  if (first === undefined || second === undefined) throw new Error("no ports");
  site.network.publish("global", {
    ...networkStatus([]),
    Ports: [first, { ...second, IfName: "lo2", Logicallabel: "lo2" }],
  });
  site.start();
  await eventually("the file is delivered", () => site.names("devUpload").length === 0);
  const tries = site.controller.requests;
  assertEquals(new Set(tries.map(({ remoteAddress }) => remoteAddress)).size, 2, "over both ports");
  assertEquals(new Set(tries.map(({ headers }) => headers["x-request-id"])).size, tries.length);
  for (const { headers } of tries) {
    assertEquals(headers["content-type"], "application/x-proto-binary");
    assert(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(
        headers["x-request-id"] ?? "",
      ),
    );
  }
});

Deno.test("[device-api#35] 202 is a failure: the file stays and is sent again", async () => {
  await using site = await openSite();
  site.controller.faults.add("newlogs", { status: 202, times: 1 });
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  site.start(20);
  await eventually("it is delivered in the end", () => site.names("devUpload").length === 0);
  assertEquals(site.controller.requests.map(({ status }) => status), [202, 201]);
});

Deno.test("[loguploader#10][loguploader#11][loguploader#30] folders that come late are found; names that are no log files are left alone", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  site.ready();
  site.start(10);
  await eventually("it runs", () => site.names("").includes("failedUpload"));
  assertEquals([site.names("").includes("devUpload"), site.names("").includes("appUpload")], [false, false]);
  const odd = ["TempFile123", "x.gz", "dev.log.abc.gz", "dev.log.5"];
  const malformed = [
    "foo.123.gz",
    "app.123.gz",
    `app.${appUUID}.log.x.log.5.gz`,
    `app.skipTx.${appUUID}.log.5.gz`,
  ];
  const strange = { devUpload: odd, appUpload: [...odd, ...malformed] };
  for (const [folder, names] of Object.entries(strange)) {
    Deno.mkdirSync(`${site.root}/persist/newlog/${folder}/sub.1.gz`, { recursive: true });
    for (const name of names) Deno.writeTextFileSync(`${site.root}/persist/newlog/${folder}/${name}`, "odd");
  }
  await site.deviceFile();
  const app = await site.appFile();
  await eventually("the app's file is delivered", () => site.names("keepSentQueue").join() === app);
  await eventually(
    "the device's too",
    () => !site.names("devUpload").some((name) => /^dev\.log\.\d+\.gz$/.test(name)),
  );
  for (const [folder, names] of Object.entries(strange)) {
    assertEquals(site.names(folder), [...names, "sub.1.gz"].sort());
  }
  assertEquals(site.uploads().length, 2);
});

Deno.test("[loguploader#12] an empty file goes to quarantine, one of 65536 bytes is sent, a larger one offered once; none holds up the queue", async () => {
  await using site = await openSite();
  const { logs } = site;
  await logs.writeFile("devUpload", "dev.log.1000.gz", new Uint8Array());
  await logs.writeFile("devUpload", "dev.log.2000.gz", new Uint8Array(65_537).fill(7));
  await logs.writeFile("devUpload", "dev.log.3000.gz", new Uint8Array(65_536).fill(7));
  site.controller.faults.add("newlogs", { status: 413, times: 1 });
  site.controller.faults.add("newlogs", { status: 201 });
  await site.deviceFile();
  site.fastUpload(true);
  site.ready();
  site.start();
  await eventually("all have left devUpload", () => site.names("devUpload").length === 0);
  assertEquals(site.names("failedUpload"), ["dev.log.1000.gz", "dev.log.2000.gz"]);
  const lengths = site.controller.requests.filter(({ endpoint }) => endpoint === "newlogs").map((
    { bodyLength },
  ) => bodyLength);
  assertEquals(lengths.filter((length) => length > 65_537).length, 2, "each large one once");
});

Deno.test("[loguploader#23] what the controller says of itself shows up in ServerStats; garbage does no harm", async () => {
  await using site = await openSite();
  const body = new TextEncoder().encode('{"cpu_percentage":12.5,"log_process_delay_msec":7}\n');
  site.controller.faults.add("newlogs", { status: 200, body, times: 1 });
  site.controller.faults.add("newlogs", { status: 200, body: new TextEncoder().encode("<html>"), times: 1 });
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  const device = site.start();
  await eventually("the report is published", () => site.metrics()?.ServerStats.CurrCPULoadPCT === 12.5);
  assertEquals(site.metrics()?.ServerStats.CurrProcessMsec, 7);
  await site.deviceFile();
  await eventually("the second file is delivered", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 2);
  assert(device.logged.some((line) => line.includes("no report")), device.logged.join("\n"));
});

Deno.test("[loguploader#21] NewlogMetrics has the field names of the spec, in order, none left out", async () => {
  await using site = await openSite();
  site.fastUpload(true);
  await site.deviceFile();
  site.ready();
  site.start();
  await eventually("it is published", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 1);
  const file: Record<string, unknown> = JSON.parse(
    Deno.readTextFileSync(`${site.root}/run/loguploader/NewlogMetrics/global.json`),
  );
  const example = /```json\n(\{"FailedToSend"[\s\S]*?)```/.exec(
    Deno.readTextFileSync("docs/spec/loguploader.md"),
  )?.[1];
  const wanted: Record<string, unknown> = JSON.parse(example ?? "{}");
  const shape = (value: unknown): unknown =>
    value !== null && typeof value === "object"
      ? Object.entries(value).map(([name, member]) => [name, shape(member)])
      : typeof value;
  assertEquals(shape(file), shape(wanted));
});

Deno.test("[loguploader#22] MetricsMap has the URL with its counters; a removed app's URL goes within about an hour", async () => {
  await using site = await openSite();
  const end = new AbortController();
  const bus = openBus({ root: site.root, signal: end.signal, report: () => {} });
  const configured = "aaaaaaaa-0000-4000-8000-000000000001";
  bus.publication(topics.zedagent.AppInstanceConfig).publish(configured, goAppInstanceConfig.zero());
  site.fastUpload(true);
  await site.logs.writeAppLog({ appUuid: configured, displayName: "stays" }, [{ content: "hi" }]);
  await site.appFile();
  site.ready();
  site.start(1500);
  const counters = () => {
    try {
      const text = Deno.readTextFileSync(`${site.root}/run/loguploader/MetricsMap/global.json`);
      return topics.loguploader.MetricsMap.codec.decode(text)["lo"]?.URLCounters ?? {};
    } catch {
      return {};
    }
  };
  const url =
    `${site.controller.deviceUrl}/api/v2/edgedevice/id/${site.uuid}/apps/instanceid/${appUUID}/newlogs`;
  await eventually("the URL is counted", () => counters()[url]?.SentMsgCount === 1);
  const { SentByteCount = 0, RecvMsgCount } = counters()[url] ?? {};
  assert(SentByteCount > 100 && RecvMsgCount === 1, JSON.stringify(counters()[url]));
  await eventually("the URL is forgotten", () => counters()[url] === undefined);
  assert(Object.keys(counters()).some((each) => each.includes(configured)), "a configured app's URL stays");
  end.abort();
});
