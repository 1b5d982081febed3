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

Deno.test("a reboot whose counter can't be written is not executed before it can, and told once", async () => {
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
  assertEquals(site.read(topics.zedagent.ConfigSections, "reboot")?.WaitsFor, "disk");
  const polls = () => site.configRequests().filter(({ record }) => record.status === 304).length;
  const before = polls();
  await until("more polls", () => polls() >= before + 2);
  assertEquals(program.device.logged.filter((line) => line.includes("is not executed")).length, 1);
  assertEquals(site.status()?.RebootCmd, false);
  Deno.removeSync(file, { recursive: true });
  // No other download: the controller has nothing new.
  await until("the order", () => site.status()?.RebootCmd === true);
  assertEquals(site.file("/persist/status/rebootConfig")?.includes('"Counter":2'), true);
  assertEquals(site.read(topics.zedagent.ConfigSections, "reboot"), undefined);
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

Deno.test("a topic that could not be written is written when it can be, without another download", async () => {
  await using test = await running();
  const { site, program } = test;
  const folders = ["DatastoreConfig", "ConfigItemValueMap"].map((topic) =>
    `${site.root}/run/zedagent/${topic}`
  );
  for (const folder of folders) {
    Deno.removeSync(folder, { recursive: true });
    Deno.writeTextFileSync(folder, "in the way");
  }
  const id = "00000000-0000-4000-8000-000000000001";
  site.serve({
    device_name: "good",
    datastores: [{ id, dType: 1 }],
    configItems: [{ key: "app.allow.vnc", value: "true" }],
  });
  const told = () => program.device.logged.filter((line) => line.includes("config section datastores"));
  await until("a report", () => told().length > 0);
  const polls = () => site.configRequests().filter(({ record }) => record.status === 304).length;
  const failedAt = polls();
  await until("more tries", () => polls() >= failedAt + 3);
  assertEquals(told().length, 1);
  for (const folder of folders) {
    Deno.removeSync(folder);
    Deno.mkdirSync(folder);
  }
  const full = () => site.configRequests().filter(({ record }) => record.status === 200).length;
  const before = full();
  await until("the datastore", () => site.read(topics.zedagent.DatastoreConfig, id) !== undefined);
  await until(
    "the settings",
    () => site.read(topics.zedagent.ConfigItemValueMap)?.GlobalSettings["app.allow.vnc"]?.BoolValue === true,
  );
  assertEquals(full(), before);
});
