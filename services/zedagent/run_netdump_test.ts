/** The whole program against a controller: what it leaves in `/persist/netdump` and `/persist/nettrace`. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { loopback, openSite, type TestSite } from "./testdata/test_site.ts";

const patienceMs = 20_000;

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

const archives = (site: TestSite) => namesIn(`${site.root}/persist/netdump`);
const ofTopic = (site: TestSite, topic: string) =>
  archives(site).filter((name) => name.startsWith(`${topic}-2`) && name.endsWith(".tgz"));
const requests = (site: TestSite, endpoint: string) =>
  site.controller.requests.filter((record) => record.endpoint === endpoint && record.status !== 0).length;

async function untar(site: TestSite, archive: string): Promise<{ files: string[]; folder: string }> {
  const folder = await Deno.makeTempDir({ dir: site.root });
  const path = `${site.root}/persist/netdump/${archive}`;
  const { code, stdout } = await new Deno.Command("tar", { args: ["xvzf", path, "-C", folder] }).output();
  assertEquals(code, 0);
  return { files: new TextDecoder().decode(stdout).trim().split("\n"), folder };
}

Deno.test("[controllerconn#36] one archive per topic, as §12.3 has it and at most 10; no loose JSON; requests go on where nothing can be traced", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "5" }] });
  site.openGates();
  const netdump = `${site.root}/persist/netdump`;
  const nettrace = `${site.root}/persist/nettrace`;
  Deno.mkdirSync(nettrace, { recursive: true });
  Deno.mkdirSync(netdump, { recursive: true });
  for (const name of ["nettrace_left.json", "nettrace_left.db"]) {
    Deno.writeTextFileSync(`${nettrace}/${name}`, "");
    Deno.utimeSync(`${nettrace}/${name}`, 1_600_000_000, 1_600_000_000);
  }
  for (let day = 10; day < 22; day++) {
    Deno.writeTextFileSync(`${netdump}/zedagent-config-ok-2025-01-${day}T00-00-00.tgz`, "");
  }
  {
    await using program = site.start({ clock: fastClock(20) });
    await until("many configs are asked for", () => requests(site, "config") > 4, patienceMs);
    await until("both dumps", () => ofTopic(site, "zedagent-info-ok").length > 0, patienceMs);
    await until("the sources are gone", () => namesIn(nettrace).length === 0, patienceMs);
    assertEquals(program.device.logged.filter((line) => /^(ERROR|CRITICAL).*net(dump|trace)/.test(line)), []);
  }
  const config = ofTopic(site, "zedagent-config-ok");
  assertEquals(config.length, 10, "the oldest three are gone");
  assertEquals(
    config.slice(0, -1),
    Array.from({ length: 9 }, (_, n) => `zedagent-config-ok-2025-01-${13 + n}T00-00-00.tgz`),
  );
  assertEquals(ofTopic(site, "zedagent-info-ok").length, 1);
  assertEquals(archives(site).length, 11, archives(site).join(" "));

  for (
    const [archive, name, url] of [
      [config.at(-1), "lo-0", "config"],
      [ofTopic(site, "zedagent-info-ok")[0], "ZiDevice-lo-0", "info"],
    ] as const
  ) {
    assert(archive !== undefined);
    const { files, folder } = await untar(site, archive);
    const inside = archive.slice(0, -".tgz".length);
    const below = files.map((file) => file.slice(inside.length + 1));
    assertEquals(files.filter((file) => !file.startsWith(`${inside}/`)), []);
    assertEquals(below.filter((file) => !/^(eve|linux|requests)\//.test(file)), []);
    assertEquals(below.filter((file) => file.startsWith("requests/")), [`requests/${name}/nettrace.json`]);
    for (const file of ["eve/controller.txt", "eve/dns.json", "linux/missing.txt"]) {
      assert(below.includes(file), file);
    }
    const trace = JSON.parse(Deno.readTextFileSync(`${folder}/${inside}/requests/${name}/nettrace.json`));
    assertEquals(Object.keys(trace), [
      "description",
      "traceBeginAt",
      "traceEndAt",
      "dials",
      "tcpConns",
      "udpConns",
      "dnsQueries",
      "httpRequests",
      "tlsTunnels",
    ]);
    assertStringIncludes(trace.description, `/${url} via lo src IP 127.0.0.1`);
    assert([200, 201].includes(trace.httpRequests[0].respStatusCode), JSON.stringify(trace.httpRequests));
    const values = trace.httpRequests[0].reqHeader.filter((header: object) => "fieldVal" in header);
    assertEquals(values, [], "only the lengths of header values");
  }

  Deno.removeSync(netdump, { recursive: true });
  Deno.removeSync(nettrace, { recursive: true });
  for (const folder of [netdump, nettrace]) Deno.writeTextFileSync(folder, "in the way");
  const before = requests(site, "config");
  await using program = site.start();
  await until("config is fetched all the same", () => requests(site, "config") > before, patienceMs);
  await until(
    "it is told",
    () => program.device.logged.some((line) => /^ERROR netdump /.test(line)),
    patienceMs,
  );
  await until("applied", () => site.status()?.ConfigGetStatus === 1, patienceMs);
  assertEquals(Deno.readTextFileSync(nettrace), "in the way");
});

Deno.test("a refused request leaves a -fail archive; none is made while the network is tested or by a lower config", async () => {
  await using site = await openSite();
  site.serve({ configItems: [{ key: "timer.config.interval", value: "5" }] });
  site.controller.faults.add("config", { status: 503 });
  site.openGates(12, loopback({ Testing: true }));
  await using _program = site.start({ clock: fastClock(20) });
  const nim = site.publication(topics.nim.DeviceNetworkStatus);
  await until("refused", () => requests(site, "config") > 1, patienceMs);
  nim.publish("global", loopback({ CurrentIndex: 1 }));
  const soFar = requests(site, "config");
  await until("refused again", () => requests(site, "config") > soFar + 2, patienceMs);
  assertEquals(archives(site), []);
  nim.publish("global", loopback());
  await until("the dump", () => ofTopic(site, "zedagent-config-fail").length > 0, patienceMs);
  const [archive = ""] = ofTopic(site, "zedagent-config-fail");
  const { folder } = await untar(site, archive);
  const inside = archive.slice(0, -".tgz".length);
  const trace = JSON.parse(Deno.readTextFileSync(`${folder}/${inside}/requests/lo-0/nettrace.json`));
  assertEquals(trace.httpRequests[0].respStatusCode, 503);
  assertEquals(ofTopic(site, "zedagent-config-ok"), []);
});
