/** Every executable by itself: command line, exit codes, log form, pid and touch files, the end on SIGTERM. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import project from "../deno.json" with { type: "json" };
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { writeLogs } from "../scripts/demo/site.ts";
import { type Executable, executables } from "../scripts/permissions.ts";
import { decodedAs, logLines } from "./site/log_lines.ts";
import { onboarding, openSite, quickConfig } from "./site/open_site.ts";

/** Name on the bus; diag keeps neither pid nor touch file. */
const agents = { client: "zedclient", zedagent: "zedagent", loguploader: "loguploader", nim: "nim" } as const;

async function outcome(
  program: Executable,
  args: readonly string[],
  executableFile = executable(hostArch, program),
) {
  const { code, stdout, stderr } = await new Deno.Command(executableFile, { args: [...args], stdin: "null" })
    .output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}

for (const program of executables) {
  Deno.test(`${program}: --version, --help with exit codes, malformed command lines`, async () => {
    const version = await outcome(program, ["--version"]);
    assertEquals([version.code, version.stderr], [0, ""]);
    assertEquals(
      version.stdout,
      `${program} eve-comms ${project.version} (deno ${Deno.version.deno}, ${hostArch})\n`,
    );
    const help = await outcome(program, ["--help"]);
    assertEquals([help.code, help.stderr], [0, ""]);
    assert(help.stdout.startsWith(`usage: ${program} [flags]`), help.stdout);
    assertStringIncludes(help.stdout, "--root DIR");
    const codes = help.stdout.split("exit codes:\n")[1] ?? "";
    for (const code of [0, 1, 2]) assertMatch(codes, new RegExp(`^  ${code}  \\S`, "m"));
    assertEquals((await outcome(program, ["-h"])).stdout, help.stdout);

    for (const [args, why] of [[["--nonsense"], "nonsense"], [["--root"], "root"]] as const) {
      const wrong = await outcome(program, args);
      assertEquals([wrong.code, wrong.stdout], [2, ""], `${program} ${args.join(" ")}`);
      assert(wrong.stderr.startsWith(`${program}: `), wrong.stderr);
      assertStringIncludes(wrong.stderr.split("\n")[0] ?? "", why);
    }
  });
}

Deno.test("[client#30] client: an unknown operation, and a flag behind an operation", async () => {
  await using site = await openSite();
  for (const words of [["selfregister"], ["getUuid", "-r", "1"]]) {
    assertEquals((await site.run("client", words)).code, 1, words.join(" "));
  }
  assertEquals(site.controller.requests, []);
});

Deno.test("log lines, pid and touch files, and SIGTERM while the controller does not answer: an end within 2 s", async () => {
  await using site = await openSite();
  site.start("nim");
  await site.until("nim publishes", () => site.device.exists("run/nim/DeviceNetworkStatus/global.json"));
  site.start("zedagent");
  site.start("loguploader");
  // Onboarded before everything hangs, so that zedagent and loguploader are in the middle of requests.
  assertEquals((await site.run("client", onboarding)).code, 0);
  site.putConfig(quickConfig());
  await site.until("the configuration", () => site.device.exists("persist/checkpoint/lastconfig"), 90_000);
  site.controller.faults.add("*", { hang: true });
  // A backlog: fewer fresh files would wait for the tick (decisions.md 21).
  await writeLogs(site, 6, 0);
  site.start("client", onboarding);
  for (const endpoint of ["certs", "newlogs", "config"]) {
    const hangs = () => site.controller.requests.some((one) => one.endpoint === endpoint && one.faulty);
    await site.until(`a hanging ${endpoint}`, hangs, 30_000);
  }

  for (const [program, agent] of Object.entries(agents)) {
    const running = site.processes.running.find((one) => one.program === program);
    assertEquals(site.device.text(`run/${agent}.pid`), String(running?.pid), `${agent}.pid`);
    const touched = Deno.statSync(`${site.root}/run/${agent}.touch`);
    assertEquals([touched.size, (touched.mode ?? 0) & 0o777], [0, 0o644]);
    assert(Date.now() - (touched.mtime?.getTime() ?? 0) < 30_000, `${agent}.touch is fresh`);
  }
  const ends = await Promise.all(site.processes.running.map(async (running) => {
    const start = performance.now();
    running.kill("SIGTERM");
    const code = await running.ended;
    return { program: running.program, code, inTime: performance.now() - start < 2_000 };
  }));
  assertEquals(
    ends.sort((a, b) => a.program < b.program ? -1 : 1),
    [
      { program: "client", code: 1, inTime: true },
      { program: "loguploader", code: 0, inTime: true },
      { program: "nim", code: 0, inTime: true },
      { program: "zedagent", code: 0, inTime: true },
    ],
  );
  for (const agent of Object.values(agents)) assert(!site.device.exists(`run/${agent}.pid`), `${agent}.pid`);
  for (const { program, pid } of site.processes.running) {
    const lines = decodedAs(logLines(site.processes.logOf(program)));
    const own = lines.filter((line) => line.pid === pid);
    assert(own.length > 0, `${program} has logged`);
    for (const { level, source, time, file } of lines) {
      assertEquals(source, agents[program as keyof typeof agents]);
      assertMatch(level, /^(trace|debug|info|warning|error|fatal|panic)$/);
      assertMatch(time, /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
      assertMatch(file, /^(services|controllerconn)\/\S+\.ts:\d+$/);
    }
  }
});

for (const program of ["zedagent", "loguploader", "nim"] as const) {
  Deno.test(`${program}: SIGTERM in the first moments of its life ends it with 0, or as the signal does`, async () => {
    await using site = await openSite();
    for (const delay of [0, 15, 30, 45, 60, 90]) {
      const running = site.start(program);
      await new Promise((resolve) => setTimeout(resolve, delay));
      const start = performance.now();
      const code = await site.end(running);
      assert(performance.now() - start < 2_000, `after ${delay} ms`);
      // 143 before the runtime listens to signals: the signal's own death.
      assert(code === 0 || code === 143, `code ${code} after ${delay} ms`);
    }
  });
}

for (const [program, agent] of Object.entries(agents)) {
  Deno.test(`${program === "client" ? "[client#31] " : ""}${program}: a second instance ends with 1, the first goes on`, async () => {
    await using site = await openSite();
    const known = program as keyof typeof agents;
    const first = site.start(known, known === "client" ? ["getUuid"] : []);
    await site.until("its pid file", () => site.device.text(`run/${agent}.pid`) === String(first.pid));
    const second = await site.run(known, known === "client" ? ["getUuid"] : []);
    assertEquals(second.code, 1);
    assert(site.logged(known).some((line) => line.includes(`${agent}.pid`) && line.includes("not starting")));
    assertEquals(site.device.text(`run/${agent}.pid`), String(first.pid));
    assertEquals(await site.end(first), known === "client" ? 1 : 0);
  });
}
