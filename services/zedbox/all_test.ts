import { assertEquals } from "@std/assert";
import { parseCommandLine } from "../agent/mod.ts";
import { testDevice, until } from "../agent/test_device.ts";
import { all, allOptions, runAll } from "./all.ts";
import type { BoxedProgram } from "./choose.ts";
import type { Runnable } from "./programs.ts";

function optionsOf(...words: string[]) {
  const parsed = parseCommandLine(all, words);
  if (parsed.kind !== "run") throw new Error(`${parsed.kind}: ${parsed.text}`);
  return allOptions(parsed.args);
}

Deno.test("each program gets the words that are for it", () => {
  const words = optionsOf("--root", "/r", "-d", "--standalone", "--ports", "p.json", "--screen", "s");
  assertEquals(words, {
    client: ["--root", "/r", "-d", "getUuid"],
    zedagent: ["--root", "/r", "-d", "--standalone"],
    loguploader: ["--root", "/r", "-d"],
    nim: ["--root", "/r", "-d", "--ports", "p.json"],
    diag: ["--root", "/r", "-d", "-f", "-s", "/r/run/diag.out", "-o", "s"],
  });
  assertEquals(optionsOf().diag, ["-f", "-s", "/run/diag.out"]);
});

Deno.test("one program that throws is started again with back-off, the others are not touched", async () => {
  await using device = testDevice();
  const starts: Record<BoxedProgram, number> = { client: 0, zedagent: 0, loguploader: 0, nim: 0, diag: 0 };
  const lives = (program: BoxedProgram): Runnable => ({
    alone: () => Promise.reject(new Error("not alone")),
    async beside(_, signal) {
      starts[program]++;
      if (program === "nim") throw new Error("nim broke");
      if (program !== "client") {
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      }
      return 0;
    },
  });
  const ended = runAll(device, optionsOf("--root", device.paths.root), {
    client: lives("client"),
    zedagent: lives("zedagent"),
    loguploader: lives("loguploader"),
    nim: lives("nim"),
    diag: lives("diag"),
  });
  for (const [again, ms] of [[2, 1_200], [3, 2_400], [4, 4_800]] as const) {
    await until("the next wait", () => device.clock.sleepers.length > 0);
    await device.clock.advance(ms);
    await until("nim's next start", () => starts.nim === again);
  }
  assertEquals(starts, { client: 1, zedagent: 1, loguploader: 1, nim: 4, diag: 1 });
  device.end();
  assertEquals(await ended, 0);
});

Deno.test("[device-api#20] client registers where both onboarding files are there, and only then", async () => {
  const pair = ["onboard.cert.pem", "onboard.key.pem"];
  for (const files of [[], pair.slice(0, 1), pair.slice(1), pair]) {
    await using device = testDevice();
    for (const name of files) device.write(`/config/${name}`, "a half of the pair");
    let words: readonly string[] | undefined;
    const idle: Runnable = {
      alone: () => Promise.reject(new Error("not alone")),
      beside: () => Promise.resolve(0),
    };
    const client: Runnable = {
      ...idle,
      beside: (given) => {
        words = given;
        return Promise.resolve(0);
      },
    };
    const programs = { client, zedagent: idle, loguploader: idle, nim: idle, diag: idle };
    const ended = runAll(device, optionsOf("--root", device.paths.root), programs);
    await until("client", () => words !== undefined);
    const operations = words?.filter((word) => !word.startsWith("-") && word !== device.paths.root);
    assertEquals(operations, files.length === 2 ? ["getUuid", "selfRegister"] : ["getUuid"]);
    device.end();
    await ended;
  }
});
