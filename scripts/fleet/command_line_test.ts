import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseOrder } from "./command_line.ts";
import { jobTemplate, manifest } from "./manifest.ts";
import { barText } from "./progress_bar.ts";

Deno.test("a fleet's words, with the shard of a Job", () => {
  const order = parseOrder(["--devices", "40", "--config", "c"], {
    JOB_COMPLETION_INDEX: "1",
    FLEET_SHARDS: "2",
  });
  assert(order.kind === "fleet");
  assertEquals([order.devices, order.ramp, order.config, order.shard], [40, 2, "c", { index: 1, count: 2 }]);
  assertEquals(parseOrder(["merge", "a.json", "b.json", "--out", "c.json"], {}), {
    kind: "merge",
    files: ["a.json", "b.json"],
    out: "c.json",
  });
});

Deno.test("words that can't be are refused", () => {
  const refused = (words: string[], says: string) => assertThrows(() => parseOrder(words, {}), Error, says);
  refused(["--controller"], "--devices: expected a number");
  refused(["--devices", "5"], "either --controller or --config");
  refused(["--devices", "5", "--controller", "--config", "c"], "either --controller or --config");
  refused(["--devices", "5", "--controller", "--poll", "0"], "--poll: expected a number from 0.1 on, got 0");
  refused(["--devices", "5", "--controller", "--polls", "1"], "unknown: --polls");
  refused(["--devices", "5", "--controller", "go"], 'got "go"');
});

Deno.test("the manifest has the numbers that are asked for, and the file as it is has its own", () => {
  const template = jobTemplate();
  assertEquals(manifest(template, 4, 4000, "controller.example.com:443"), template);
  const text = manifest(template, 10, 50_000, "10.0.0.1:8443");
  assertStringIncludes(text, "completions: 10");
  assertStringIncludes(text, "parallelism: 10");
  assertStringIncludes(text, 'name: FLEET_SHARDS\n              value: "10"');
  assertStringIncludes(text, '"--devices=50000"');
  assertStringIncludes(text, '"--server=10.0.0.1:8443"');
  assertThrows(() => manifest("kind: Job", 1, 1, "x"), Error, "job.yaml: expected a line like");
});

Deno.test("the progress bar adds up what the processes tell", () => {
  const part = { devices: 10, onboarded: 5, configured: 4, polls: 9, uploads: 1, seconds: 3 };
  assertEquals(
    barText([part, { ...part, onboarded: 10, seconds: 4 }], 20),
    `[${"#".repeat(22)}${"-".repeat(8)}] 15 of 20 onboarded, 8 configured, 18 config answers, 2 uploads, 4 s`,
  );
});
