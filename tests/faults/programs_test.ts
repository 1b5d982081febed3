/** Whole programs behind the fault proxy: what they hold stays whole, and goes on its way when the fault is over. */
import { assert, assertEquals, assertGreaterOrEqual } from "@std/assert";
import { fastClock } from "../../services/agent/fake_clock.ts";
import { openSite as openLogSite, type Site } from "../../services/loguploader/test_site.ts";
import { topics } from "../../services/topics/mod.ts";
import {
  openSite as openConfigSite,
  untilConfigGetStatus,
} from "../../services/zedagent/testdata/test_site.ts";
import { until } from "../site/until.ts";
import { noise } from "./fault_bench.ts";
import { type FaultProxy, startFaultProxy } from "./fault_proxy.ts";
import type { WireRule } from "./wire_rule.ts";

const PATIENCE_MS = 20_000;

interface Fault {
  readonly name: string;
  readonly rule: WireRule;
  /** The controller gets the message, the device no answer: it comes twice (decisions.md 10). */
  readonly comesTwice: boolean;
}

/** On a connection that is kept, so that the proxy knows where application data begins; dev controllers speak TLS 1.3. */
const FAULTS: readonly Fault[] = [
  { name: "refused", rule: "refuse", comesTwice: false },
  {
    name: "reset in the request",
    rule: { of: "device", phase: "application", byte: 50, then: "reset" },
    comesTwice: false,
  },
  {
    name: "reset before the answer",
    rule: { of: "controller", phase: "application", byte: 0, then: "reset" },
    comesTwice: true,
  },
  {
    name: "answer truncated",
    rule: { of: "controller", phase: "application", byte: 20, then: "end" },
    comesTwice: true,
  },
];

/** Puts a proxy between a device that has not started yet and its controller. */
async function between(
  site: { readonly root: string; readonly controller: { readonly port: number } },
): Promise<FaultProxy> {
  const proxy = await startFaultProxy(site.controller.port);
  Deno.writeTextFileSync(`${site.root}/config/server`, `127.0.0.1:${proxy.port}\n`);
  return proxy;
}

/** Text that gzip can't make much smaller. */
const large = (seed: number) => noise(20_000, seed).toHex();

async function storedTexts(site: Site): Promise<string[]> {
  const files = await site.controller.reports(site.uuid).logs();
  return files.flatMap(({ entries }) => entries.map(({ content }) => content));
}

for (const { name, rule, comesTwice } of FAULTS) {
  Deno.test(`loguploader, ${name}: the file stays on the disk, is delivered afterwards, and accepted once`, async () => {
    await using site = await openLogSite();
    await using proxy = await between(site);
    const waiting = () => site.names("devUpload");
    site.fastUpload(true);
    const before = large(1);
    await site.deviceFile(before);
    site.ready();
    const device = site.start(20);
    await until("the first file is delivered", () => waiting().length === 0, PATIENCE_MS);
    await proxy.lay(rule);
    const text = large(2);
    const file = await site.deviceFile(text);
    const told = () => device.logged.filter((line) => line.includes(file) && line.includes("was not taken"));
    await until(
      "three failures are told",
      () => told().length >= 3,
      PATIENCE_MS,
      () => device.logged.join("\n"),
    );
    assertEquals(waiting(), [file]);
    const during = (await storedTexts(site)).length - 1;
    assertEquals(during > 0, comesTwice, "the controller has it although the device can't know");
    await proxy.lay(undefined);
    await until("it is delivered", () => waiting().length === 0, PATIENCE_MS);
    const last = large(3);
    await site.deviceFile(last);
    await until("so is the next one", () => waiting().length === 0, PATIENCE_MS);
    const copies = Array.from({ length: during + 1 }, () => text);
    assertEquals(
      await storedTexts(site),
      [before, ...copies, last],
      "nothing lost, nothing sent after the answer",
    );
    assertEquals(site.names("failedUpload"), []);
    // Published after the file is gone.
    await until("all are counted", () => site.metrics()?.DevMetrics.NumGZipFilesSent === 3, PATIENCE_MS);
  });
}

for (const { name, rule } of FAULTS) {
  Deno.test(`zedagent, ${name}: the last good configuration stays, the next one is applied afterwards`, async () => {
    await using site = await openConfigSite();
    await using proxy = await between(site);
    const deviceName = () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;
    site.serve({ device_name: "edge-1" });
    site.openGates();
    await using program = site.start({ clock: fastClock(60) });
    await untilConfigGetStatus(site, 1, PATIENCE_MS);
    await until("it is saved", () => site.lastConfig() !== undefined, PATIENCE_MS);
    const saved = site.lastConfig();
    const strokes = proxy.strokes;
    await proxy.lay(rule);
    site.serve({ device_name: "edge-2" });
    await untilConfigGetStatus(site, 2, PATIENCE_MS);
    if (rule !== "refuse") assertGreaterOrEqual(proxy.strokes, strokes + 1);
    assertEquals([deviceName(), site.lastConfig()], ["edge-1", saved]);
    await proxy.lay(undefined);
    await until("the next one", () => deviceName() === "edge-2", PATIENCE_MS);
    await untilConfigGetStatus(site, 1, PATIENCE_MS);
    assert(program.device.logged.every((line) => !line.startsWith("CRITICAL")));
  });
}
