/** The whole program with bad input: it goes on, and what was good stays. */
import { assert, assertEquals } from "@std/assert";
import { ConfigResponse } from "../../proto/device.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { openSite, type RunningProgram, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;

/** A site with a config applied. */
async function running(factor = 60): Promise<{ site: TestSite; program: RunningProgram } & AsyncDisposable> {
  const site = await openSite();
  site.serve({ device_name: "good" });
  site.openGates();
  const program = site.start({ clock: fastClock(factor) });
  await until("good", () => name(site) === "good");
  await untilConfigGetStatus(site, 1);
  return {
    site,
    program,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await site[Symbol.asyncDispose]();
    },
  };
}

Deno.test("answers that are no config: the last good one stays, and the next good one is taken", async () => {
  await using test = await running(300);
  const { site } = test;
  const kept = site.lastConfig() ?? new Uint8Array();
  const faults = [
    { payload: "garbage" },
    { payload: "empty" },
    { body: "garbage" },
    { body: "empty" },
    { bodyLength: 100_000 },
    { truncateBody: 20 },
    { contentType: "text/html" },
    { contentType: null },
    { config: { withoutConfig: true } },
    { config: { emptyHash: true } },
    { config: { uuid: "11111111-1111-4111-8111-111111111111" } },
    { config: { uuid: "nonsense" } },
    {
      payload: ConfigResponse.encode({ configHash: "x".repeat(1000), config: { id: { uuid: "" } } }).finish(),
    },
    { envelope: "short-signature" },
    { envelope: "no-hash" },
    { status: 302, headers: { location: "https://example.com/" } },
  ] as const;
  for (const fault of faults) {
    const what = JSON.stringify(fault).slice(0, 60);
    const spoilt = () => site.controller.requests.filter((record) => record.faulty).length;
    const before = spoilt();
    const id = site.controller.faults.add("config", fault);
    site.serve({ device_name: `hidden behind ${what}` });
    await until(`an answer with ${what}`, () => spoilt() > before);
    await untilConfigGetStatus(site, 2);
    assertEquals([name(site), site.lastConfig()], ["good", kept], what);
    site.serve({ device_name: "good" });
    site.controller.faults.remove(id);
    await untilConfigGetStatus(site, 1);
    site.writeLastConfig(kept);
  }
});

Deno.test("torn, empty, foreign and huge files on the bus change nothing", async () => {
  await using test = await running();
  const { site, program } = test;
  const files = [
    "/run/nodeagent/NodeAgentStatus/nodeagent.json",
    "/run/nim/DeviceNetworkStatus/global.json",
    "/persist/status/zedclient/OnboardingStatus/global.json",
  ];
  for (const file of files) {
    for (
      const content of [
        "",
        '{"Dev',
        "[]",
        "null",
        '{"DeviceUUID":5,"Ports":"x","BootReason":"y"}',
        `{"x":"${"y".repeat(5_000_000)}"`,
      ]
    ) {
      program.device.write(file, content);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  site.serve({ device_name: "still alive" });
  await until("a config", () => name(site) === "still alive");
  assert(program.device.reported.length > 0);
});

Deno.test("a checkpoint that can't be written: said, and the config is applied all the same", async () => {
  await using test = await running();
  const { site, program } = test;
  Deno.removeSync(`${site.root}/persist/checkpoint`, { recursive: true });
  Deno.writeTextFileSync(`${site.root}/persist/checkpoint`, "in the way");
  site.serve({ device_name: "unsaved" });
  await until("unsaved", () => name(site) === "unsaved");
  await untilConfigGetStatus(site, 1);
  assert(program.device.logged.some((line) => line.includes("lastconfig can't be written")));
});

Deno.test("a reboot whose counter can't be written is not executed", async () => {
  await using test = await running();
  const { site, program } = test;
  site.serve({ device_name: "one", reboot: { counter: 1 } });
  await until("one", () => name(site) === "one");
  const file = `${site.root}/persist/status/rebootConfig`;
  Deno.removeSync(file);
  Deno.mkdirSync(`${file}/in the way`, { recursive: true });
  site.serve({ device_name: "two", reboot: { counter: 2 } });
  await until("a report", () => program.device.logged.some((line) => line.includes("is not executed")));
  await until("two", () => name(site) === "two");
  assertEquals(site.status()?.RebootCmd, false);
});

Deno.test("SIGTERM during a request that hangs ends the program at once", async () => {
  await using test = await running();
  const { site, program } = test;
  site.controller.faults.add("config", { hang: true });
  await until("a hanging request", () => site.controller.requests.some((record) => record.faulty));
  const start = performance.now();
  assertEquals(await program.stop(), 0);
  assert(performance.now() - start < 2000);
});

Deno.test("[zedagent#36] each registered watchdog file is touched at least every 40 s, also while requests hang", async () => {
  await using site = await openSite();
  const registered = `${site.root}/run/watchdog/file`;
  Deno.mkdirSync(registered, { recursive: true });
  site.serve({});
  site.controller.faults.add("config", { hang: true });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await until("a hanging request", () => site.controller.requests.some((record) => record.faulty));
  const names = [...Deno.readDirSync(registered)].map((entry) => entry.name);
  assert(names.includes("zedagentconfig.touch"));
  const touches = new Map(names.map((file) => [file, new Set<number>()]));
  const isTouched = () => {
    for (const [file, times] of touches) {
      times.add(Deno.statSync(`${site.root}/run/${file}`).mtime?.getTime() ?? 0);
    }
    return [...touches.values()].every((times) => times.size > 4);
  };
  await until("four touches of each file", isTouched, 30_000);
  for (const [file, times] of touches) {
    const sorted = [...times].sort((left, right) => left - right);
    for (const [index, time] of sorted.slice(1).entries()) {
      const gap = time - (sorted[index] ?? 0);
      assert(gap <= 40_000, `${file}: ${gap} ms`);
    }
  }
});

Deno.test("a topic that could not be written is written when it can be, without another download", async () => {
  await using test = await running();
  const { site, program } = test;
  const folder = `${site.root}/run/zedagent/DatastoreConfig`;
  Deno.removeSync(folder, { recursive: true });
  Deno.writeTextFileSync(folder, "in the way");
  const id = "00000000-0000-4000-8000-000000000001";
  site.serve({ device_name: "good", datastores: [{ id, dType: 1 }] });
  await until(
    "a report",
    () => program.device.logged.some((line) => line.includes("config section datastores")),
  );
  Deno.removeSync(folder);
  Deno.mkdirSync(folder);
  const full = () => site.configRequests().filter(({ record }) => record.status === 200).length;
  const before = full();
  await until("the datastore", () => site.read(topics.zedagent.DatastoreConfig, id) !== undefined);
  assertEquals(full(), before);
});
