/** A hostile or broken controller, bus and disk, against running executables: the program lives on, the last good state stays. */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import type { Fault } from "../scripts/controller/mod.ts";
import { mountTmpfs } from "../services/pubsub/testdata/mounted.ts";
import { onboarding, openSite, quickConfig, type WholeSite } from "./site/open_site.ts";

const lastConfig = "persist/checkpoint/lastconfig";
const info = "run/zedagent/EdgeNodeInfo/global.json";

/** zedagent with a first configuration applied. */
async function running(): Promise<WholeSite> {
  const site = await openSite();
  site.start("nim");
  site.start("zedagent");
  assertEquals((await site.run("client", onboarding)).code, 0);
  site.putConfig(quickConfig());
  await site.until(
    "configured",
    () => site.device.exists(lastConfig) && site.device.json(info)?.["DeviceName"] === "edge-1",
    90_000,
  );
  return site;
}

/** What the controller does to one answer, and what zedagent says of it. */
const answers: readonly (readonly [name: string, fault: Fault, says: RegExp])[] = [
  ["a flipped bit", { envelope: "flipped-payload" }, /signature does not match the payload/],
  ["an unknown signer", { envelope: "unknown-hash" }, /signed by the certificate with hash/],
  ["an unknown algorithm", { envelope: "algo-0" }, /algo/i],
  ["a hash of 20 bytes", { envelope: "hash-20" }, /hash/i],
  ["a short signature", { envelope: "short-signature" }, /expected a signature of 64 bytes/],
  ["an empty payload", { payload: "empty" }, /config/i],
  ["a payload that is no protobuf", { payload: "garbage" }, /ConfigResponse/],
  ["a body that is no envelope", { body: "garbage" }, /AuthContainer|envelope/i],
  ["a truncated body", { closeAfterBytes: 40 }, /bytes|ended|closed|reset/i],
  ["10 MB of noise", { bodyLength: 10_000_000 }, /AuthContainer|envelope/i],
  ["another content type", { contentType: "text/html" }, /text\/html/],
  [
    "a config for another device",
    { config: { uuid: "11111111-2222-4333-8444-555555555555" } },
    /11111111-2222-4333-8444-555555555555/,
  ],
  [
    "an older config",
    { config: { timestampMs: 1_000_000_000_000 } },
    /config_timestamp: expected .* or later/,
  ],
  ["a redirect", { status: 302, headers: { Location: "http://127.0.0.1:1/" } }, /302|redirect/i],
];

/** So many devices share the answers: each waits most of its time for the next poll, 5 s apart. */
const DEVICES = 5;

Deno.test("zedagent: each bad answer is told in words, the last good configuration stays, and the next good one is applied", async () => {
  const shares = Array.from({ length: DEVICES }, (_, n) => answers.filter((_, i) => i % DEVICES === n));
  assertEquals(shares.flat().length, answers.length);
  await Promise.all(shares.map(answerBadly));
});

async function answerBadly(share: typeof answers): Promise<void> {
  await using site = await running();
  const { controller } = site;
  let version = 1;
  for (const [name, fault, says] of share) {
    const before = site.device.text(lastConfig);
    const told = site.logged("zedagent").length;
    controller.faults.add("config", fault);
    site.putConfig(quickConfig({ device_name: `edge-${version + 1}` }));
    await site.until(
      `${name} is told`,
      () => site.logged("zedagent").slice(told).some((line) => says.test(line)),
      20_000,
    );
    assertEquals(site.device.json(info)?.["DeviceName"], `edge-${version}`, `${name}: the old names stay`);
    assertEquals(site.device.text(lastConfig), before, `${name}: lastconfig is untouched`);
    controller.faults.clear();
    version++;
    // A refused configuration is not downloaded again (decisions.md 12): the controller makes another.
    site.putConfig(quickConfig({ device_name: `edge-${version}` }));
    await site.until(
      `the good answer after ${name}`,
      () =>
        site.device.json(info)?.["DeviceName"] === `edge-${version}` &&
        site.device.text(lastConfig)?.includes(`edge-${version}`) === true,
      20_000,
    );
  }
  assertEquals(site.logged("zedagent").filter((line) => /^(fatal|panic)/.test(line)), []);
  assertEquals(await site.endAll(), []);
}

Deno.test("torn, empty, foreign and huge JSON on the bus: readers tell it and keep the last good value", async () => {
  await using site = await running();
  site.start("loguploader");
  await site.until(
    "loguploader runs",
    () =>
      site.device.exists("run/loguploader/NewlogMetrics/global.json") ||
      site.logged("loguploader").length > 0,
  );
  const file = join(site.root, "run/zedagent/ZedAgentStatus/zedagent.json");
  assert(site.device.exists("run/zedagent/ZedAgentStatus/zedagent.json"));
  const foreign = join(dirname(file), "foreign.json");
  for (const content of ['{"Name":"zedag', "", "[1,2,3]", `{"Name":"${"x".repeat(17 * 1024 * 1024)}"}`]) {
    const told = site.logged("loguploader").length;
    Deno.writeTextFileSync(`${foreign}.new`, content);
    Deno.renameSync(`${foreign}.new`, foreign);
    await site.until(
      `${JSON.stringify(content.slice(0, 20))} is told`,
      () => site.logged("loguploader").slice(told).some((line) => line.includes("foreign.json")),
    );
  }
  Deno.removeSync(foreign);
  await site.logs.writeDeviceLog({}, [{ content: "still alive" }]);
  await site.until("loguploader delivers on", () => site.device.logsWaiting() === 0);
  assertEquals(await site.endAll(), []);
});

Deno.test("a full checkpoint disk: the configuration is applied all the same, and saved once there is room", async () => {
  await using site = await running();
  const folder = join(site.root, "persist/checkpoint");
  const certs = Deno.readFileSync(join(folder, "controllercerts"));
  await using _disk = await mountTmpfs(folder, "64k");
  Deno.writeFileSync(join(folder, "controllercerts"), certs);
  Deno.writeFileSync(join(folder, "filler"), new Uint8Array(65_536 - 8192));
  try {
    Deno.writeFileSync(join(folder, "filler2"), new Uint8Array(8192));
  } catch (error) {
    if (!(error instanceof Error) || !/space/i.test(error.message)) throw error;
  }
  site.putConfig(quickConfig({ device_name: "edge-full" }));
  await site.until("applied", () => site.device.json(info)?.["DeviceName"] === "edge-full", 20_000);
  await site.until(
    "told",
    () => site.logged("zedagent").some((line) => /lastconfig/.test(line) && /space|storage/i.test(line)),
  );
  assertEquals([...Deno.readDirSync(folder)].filter((entry) => entry.name.startsWith("tmp")), []);
  for (const name of ["filler", "filler2"]) Deno.removeSync(join(folder, name));
  site.putConfig(quickConfig({ device_name: "edge-room" }));
  await site.until(
    "saved",
    () => site.device.json(info)?.["DeviceName"] === "edge-room" && site.device.exists(lastConfig),
    20_000,
  );
  assertEquals(await site.endAll(), []);
});

Deno.test("a full disk below the topics: the old entries stay whole, zedagent lives on and catches up", async () => {
  await using site = await running();
  const folder = join(site.root, "run/zedagent/EdgeNodeInfo");
  const old = Deno.readFileSync(join(folder, "global.json"));
  const disk = await mountTmpfs(folder, "64k");
  Deno.writeFileSync(join(folder, "global.json"), old);
  for (let i = 0; i < 40; i++) {
    try {
      Deno.writeFileSync(join(folder, `filler${i}`), new Uint8Array(4096));
    } catch {
      break;
    }
  }
  site.putConfig(quickConfig({ device_name: "edge-full" }));
  await site.until(
    "told",
    () => site.logged("zedagent").some((line) => /EdgeNodeInfo/.test(line) && /space|storage/i.test(line)),
    20_000,
  );
  assertEquals(Deno.readFileSync(join(folder, "global.json")), old);
  assertEquals([...Deno.readDirSync(folder)].filter((entry) => entry.name.startsWith("tmp")), []);
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.name.startsWith("filler")) Deno.removeSync(join(folder, entry.name));
  }
  await site.until(
    "it catches up without a download",
    () => site.device.json(info)?.["DeviceName"] === "edge-full",
    20_000,
  );
  assertEquals(await site.endAll(), []);
  await disk[Symbol.asyncDispose]();
});
