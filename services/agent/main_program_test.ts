/** Real child processes: signals, pid file, exit codes, log on standard error, reasons left behind. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { permissionFlags, programs } from "../../scripts/permissions.ts";
import { debugSignals } from "./debug_dump.ts";
import { until } from "./test_device.ts";

const script = new URL("./testdata/program.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

function temporaryRoot() {
  const root = Deno.makeTempDirSync({ prefix: "eve-comms-main-" });
  Deno.mkdirSync(`${root}/persist`);
  const read = (path: string) => {
    try {
      return Deno.readTextFileSync(`${root}${path}`);
    } catch {
      return undefined;
    }
  };
  return { root, read, [Symbol.dispose]: () => Deno.removeSync(root, { recursive: true }) };
}

function start(...args: string[]) {
  return startWith(["-A"], args);
}

function startWith(permissions: readonly string[], args: readonly string[]) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-lock", "--config", config, ...permissions, script, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = { stdout: "", stderr: "" };
  const collect = async (name: keyof typeof said) => {
    for await (const text of child[name].pipeThrough(new TextDecoderStream())) said[name] += text;
  };
  const output = Promise.all([child.status, collect("stdout"), collect("stderr")])
    .then(([{ code }]) => ({ code, ...said }));
  return { child, output, said };
}

/** The log lines; each must be JSON on one line. */
function lines(stderr: string): { level: string; msg: string; source: string; pid: number; file: string }[] {
  return stderr.trimEnd().split("\n").map((line) => JSON.parse(line));
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`[pubsub#26] ${signal} ends a program with code 0 within 2 s and removes its pid file`, async () => {
    using temp = temporaryRoot();
    const { child, output } = start("--root", temp.root, "wait");
    await until("the pid file", () => temp.read("/run/testagent.pid") === String(child.pid), 20_000);
    await until("the touch file", () => temp.read("/run/testagent.touch") === "", 20_000);
    const before = performance.now();
    child.kill(signal);
    const { code, stderr } = await output;
    assert(performance.now() - before < 2000);
    assertEquals(code, 0, stderr);
    assertEquals(temp.read("/run/testagent.pid"), undefined);
    assertEquals(temp.read("/persist/boot-reason"), undefined);
    const [first, ...others] = lines(stderr);
    assertMatch(first?.msg ?? "", /^tester eve-comms \d.* starts below \//);
    assertEquals([first?.level, first?.source, first?.pid], ["info", "testagent", child.pid]);
    const running = others.find((line) => line.msg === "running");
    assertMatch(running?.file ?? "", /^services\/agent\/testdata\/program\.ts:\d+$/);
  });
}

Deno.test("a second instance ends with code 1 and leaves the first alone", async () => {
  using temp = temporaryRoot();
  const first = start("--root", temp.root, "wait");
  await until("the pid file", () => temp.read("/run/testagent.pid") === String(first.child.pid), 20_000);
  const second = await start("--root", temp.root, "wait").output;
  assertEquals(second.code, 1);
  const [refusal] = lines(second.stderr);
  assertEquals(refusal?.level, "fatal");
  assertMatch(refusal?.msg ?? "", /testagent\.pid: .*; expected no other instance, not starting$/);
  assertEquals(temp.read("/run/testagent.pid"), String(first.child.pid));
  assertEquals(temp.read("/persist/boot-reason"), undefined);
  first.child.kill("SIGTERM");
  assertEquals((await first.output).code, 0);
});

Deno.test("a killed program's pid file does not hold up the next", async () => {
  using temp = temporaryRoot();
  const first = start("--root", temp.root, "wait");
  await until("the pid file", () => temp.read("/run/testagent.pid") === String(first.child.pid), 20_000);
  first.child.kill("SIGKILL");
  await first.output;
  assertEquals(temp.read("/run/testagent.pid"), String(first.child.pid));
  assertEquals((await start("--root", temp.root, "return").output).code, 0);
  assertEquals(temp.read("/run/testagent.pid"), undefined);
});

Deno.test("the exit code is what run returns", async () => {
  using temp = temporaryRoot();
  assertEquals((await start("--root", temp.root, "--code", "7", "return").output).code, 7);
});

for (
  const [what, text] of [["throw", "the flux capacitor is missing"], ["stray", "nobody caught me"]] as const
) {
  Deno.test(`an exception (${what}) is one fatal line, a reason for EVE and code 1`, async () => {
    using temp = temporaryRoot();
    const { code, stderr } = await start("--root", temp.root, what).output;
    assertEquals(code, 1, stderr);
    const fatal = lines(stderr).filter((line) => line.level === "fatal");
    assertEquals(fatal.map((line) => line.msg), [`fatal: ${text}; tester ends with code 1`]);
    assertEquals(temp.read("/persist/boot-reason"), "BootReasonFatal");
    assertStringIncludes(temp.read("/persist/agentdebug/tester/fatal-reason") ?? "", text);
    assertEquals(temp.read("/run/testagent.pid"), undefined);
  });
}

Deno.test("-F: a fatal error at once, with its reason and stack left behind", async () => {
  using temp = temporaryRoot();
  const { code, stderr } = await start("--root", temp.root, "-F", "wait").output;
  assertEquals(code, 1, stderr);
  assertEquals(temp.read("/persist/boot-reason"), "BootReasonFatal");
  assertEquals(temp.read("/persist/reboot-image"), "Unknown");
  assertStringIncludes(temp.read("/persist/reboot-reason") ?? "", "-F asked for a failure");
  for (const file of ["reboot-stack", "agentdebug/tester/fatal-stack"]) {
    assertStringIncludes(temp.read(`/persist/${file}`) ?? "", "services/agent/main_program.ts");
  }
});

for (const signal of debugSignals) {
  Deno.test(`${signal} leaves a dump in agentdebug and in the log, and ends nothing`, async () => {
    using temp = temporaryRoot();
    const { child, output } = start("--root", temp.root, "wait");
    await until("it runs", () => temp.read("/run/testagent.touch") === "", 20_000);
    const file = `/persist/agentdebug/tester/${signal.toLowerCase()}`;
    for (let round = 0; round < 2; round++) {
      Deno.mkdirSync(`${temp.root}/persist/agentdebug/tester`, { recursive: true });
      Deno.writeTextFileSync(`${temp.root}${file}`, "an older one");
      child.kill(signal);
      const isWhole = () => /^SIGUSR.*[^]*\n$/.test(temp.read(file) ?? "");
      await until("the dump", isWhole, 20_000);
    }
    child.kill("SIGTERM");
    const { code, stderr } = await output;
    assertEquals(code, 0, stderr);
    const [head, ...parts] = (temp.read(file) ?? "").trimEnd().split("\n\n");
    assertMatch(head ?? "", new RegExp(`^${signal}: tester eve-comms .*, pid ${child.pid}, at 20.*, up `));
    if (signal === "SIGUSR1") {
      const waits = parts.filter((part) => part.startsWith("sleep of 600000 ms, since "));
      assertEquals(waits.length, 1, parts.join());
      assertMatch(waits[0] ?? "", /\n {4}at .*services\/agent\/testdata\/program\.ts:\d+:\d+/);
    } else {
      assertMatch(parts.join(), /^memory: \d+\.\d MiB resident, heap \d+\.\d MiB of \d+\.\d MiB, /);
    }
    const warnings = lines(stderr).filter(({ level }) => level === "warning").map(({ msg }) => msg);
    assert(parts.length > 0 && warnings.includes(head ?? "") && warnings.includes(parts[0] ?? ""), stderr);
    assertEquals(temp.read("/persist/boot-reason"), undefined);
  });
}

Deno.test("an exception after the signal is logged, but no reason for a reboot", async () => {
  using temp = temporaryRoot();
  const { child, output } = start("--root", temp.root, "late");
  await until("the pid file", () => temp.read("/run/testagent.pid") === String(child.pid), 20_000);
  child.kill("SIGTERM");
  const { code, stderr } = await output;
  assertEquals(code, 1);
  assertEquals(lines(stderr).at(-1)?.msg, "failed while ending: too late; tester ends with code 1");
  assertEquals(temp.read("/persist/boot-reason"), undefined);
});

Deno.test("a program that does not end is left with code 1 within 2 s", async () => {
  using temp = temporaryRoot();
  const { child, output } = start("--root", temp.root, "ignore");
  await until("the pid file", () => temp.read("/run/testagent.pid") === String(child.pid), 20_000);
  const before = performance.now();
  child.kill("SIGTERM");
  const { code, stderr } = await output;
  const took = performance.now() - before;
  assert(took > 1800 && took < 2500, `${took} ms`);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "did not end within 1900 ms");
});

Deno.test("help, version and malformed command lines start nothing", async () => {
  using temp = temporaryRoot();
  const help = await start("--root", temp.root, "--help").output;
  assertEquals([help.code, help.stderr], [0, ""]);
  assertStringIncludes(help.stdout, "usage: tester [flags] [wait|");
  const version = await start("-version").output;
  assertEquals(version.code, 0);
  assertMatch(version.stdout, /^tester eve-comms \S+ \(deno \S+, \S+\)\n$/);
  const bad = await start("--root", temp.root, "-bad").output;
  assertEquals([bad.code, bad.stdout], [2, ""]);
  assertStringIncludes(bad.stderr, "flag provided but not defined: -bad");
  assertEquals(temp.read("/run/testagent.touch"), undefined);
});

for (const name of programs) {
  Deno.test(`the permissions of ${name} are enough for life cycle and log`, async () => {
    using temp = temporaryRoot();
    const what = name === "diag" ? ["--bare"] : [];
    const { child, output, said } = startWith(permissionFlags(name), ["--root", temp.root, ...what, "wait"]);
    await until("it runs", () => said.stderr.includes('"msg":"running"'), 20_000);
    if (name !== "diag") {
      await until("the pid file", () => temp.read("/run/testagent.pid") === String(child.pid), 20_000);
    }
    child.kill("SIGTERM");
    const { code, stderr } = await output;
    // Deno itself tells of each command of --allow-run that this machine does not have.
    const logged = stderr.replaceAll(/^Info Failed to resolve .*\n/gm, "");
    assertEquals([code, lines(logged).filter((line) => line.level !== "info")], [0, []], stderr);
  });
}
