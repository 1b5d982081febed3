/** zedagent's traffic by purpose on the bus, as `busctl` shows it. */
import { assert, assertEquals } from "@std/assert";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { openSite } from "./testdata/test_site.ts";

const busctlMain = new URL("../busctl/main.ts", import.meta.url).pathname;

async function busctl(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-check", "--no-lock", busctlMain, ...args],
    stdin: "null",
  }).output();
  return { code, text: [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("") };
}

Deno.test("a running device tells what it sent for what; busctl gets it, and its check knows the topic", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using program = site.start({ standalone: true, clock: fastClock(40) });
  const counted = () => site.read(topics.zedagent.TrafficCounters)?.["lo"] ?? {};
  for (const purpose of ["certs", "config", "attest", "info", "metrics"]) {
    await until(purpose, () => (counted()[purpose]?.Requests ?? 0) > 0, 20_000);
  }
  const bytes = () => {
    const { config, info } = counted();
    return [config?.SentBytes, config?.ReceivedBytes, info?.SentBytes].map((each) => each ?? 0);
  };
  await until("bytes", () => bytes().every((count) => count > 100), 20_000);
  assertEquals(counted()["config"]?.Failures, 0);

  const got = await busctl(
    "get",
    "zedagent/TrafficCounters",
    "global",
    "--field",
    "lo.info.Requests",
    "--root",
    site.root,
  );
  assertEquals(got.code, 0, got.text);
  assert(Number(got.text.trim()) > 0, got.text);
  const all = await busctl("check", "--root", site.root);
  assert(!all.text.includes("TrafficCounters"), all.text);
  await program.stop();
  Deno.writeTextFileSync(
    `${site.root}/run/zedagent/TrafficCounters/global.json`,
    '{"lo":{"info":{"Requests":"x"}}}',
  );
  const wrong = await busctl("check", "--root", site.root);
  assert(/TrafficCounters[^\n]*Requests/.test(wrong.text), `${wrong.code} ${wrong.text}`);
});
