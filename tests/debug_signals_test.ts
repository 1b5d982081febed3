/** What the executables leave behind when a signal asks, and when they fail (spec/pubsub.md §10, 11). */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import type { Program } from "../scripts/permissions.ts";
import { openSite } from "./site/open_site.ts";

const persistent = ["client", "zedagent", "loguploader", "nim"] as const;

Deno.test("SIGUSR1 and SIGUSR2: every program dumps into its own folder, diag into its log alone, and all go on", async () => {
  await using site = await openSite();
  site.controller.faults.add("*", { hang: true });
  const more: Partial<Record<Program, readonly string[]>> = { client: ["getUuid"], nim: ["-s"] };
  const started = persistent.map((program) => ({ program, running: site.start(program, more[program]) }));
  const diag = site.start("diag", ["-f", "-o", `${site.folder}/screen`, "-s", `${site.root}/run/diag.out`]);
  for (const { program } of started) {
    const name = program === "client" ? "zedclient" : program;
    await site.until(`${program} runs`, () => site.device.exists(`run/${name}.touch`));
  }
  await site.until("diag runs", () => site.logged("diag").length > 0);

  for (const signal of ["SIGUSR1", "SIGUSR2"] as const) {
    for (const { running } of [...started, { running: diag }]) running.kill(signal);
    for (const { program } of started) {
      const text = () => site.device.text(`persist/agentdebug/${program}/${signal.toLowerCase()}`) ?? "";
      await site.until(`the dump of ${program}`, () => text().endsWith("\n"));
      assertMatch(text(), new RegExp(`^${signal}: ${program} eve-comms `));
      assertMatch(text(), signal === "SIGUSR1" ? /sleep of \d+ ms[^]*at .*services\/.*\.ts:\d+/ : /memory: /);
    }
    await site.until("diag's dump", () => {
      return site.logged("diag").some((line) => line.startsWith(`warning ${signal}: diag eve-comms `));
    });
  }
  assertEquals(site.device.exists("persist/agentdebug/diag"), false);
  assertEquals(site.device.exists("persist/boot-reason"), false);
  for (const { program, running } of started) {
    assertEquals(await site.end(running), program === "client" ? 1 : 0, program);
  }
  assertEquals(await site.end(diag), 0);
});

for (const program of persistent) {
  Deno.test(`${program} -F: reason, stack, image and boot reason of a fatal end`, async () => {
    await using site = await openSite();
    Deno.writeTextFileSync(`${site.root}/run/eve.id`, "IMGA\n");
    assertEquals((await site.run(program, ["-F"])).code, 1);
    const read = (name: string) => site.device.text(`persist/${name}`) ?? "";
    assertMatch(
      read("reboot-reason"),
      new RegExp(`^Reboot from agent ${program}\\[\\d+\\] in partition IMGA at EVE .*: -F asked for`),
    );
    assertEquals([read("boot-reason"), read("reboot-image")], ["BootReasonFatal", "IMGA"]);
    assertEquals(read(`agentdebug/${program}/fatal-reason`), read("reboot-reason"));
    assertEquals(read("log/reboot-reason.log"), read("reboot-reason"));
    for (const name of ["reboot-stack", "log/reboot-stack.log", `agentdebug/${program}/fatal-stack`]) {
      assertMatch(read(name), /^AgentError: -F asked[^]*\n {4}at .*\(?services\/agent\/main_program\.ts:\d+/);
    }
  });
}

Deno.test("zedbox all: one dump of the whole process; a program that fails in it leaves no reason for a reboot", async () => {
  await using site = await openSite();
  Deno.removeSync(`${site.root}/config/root-certificate.pem`);
  const child = new Deno.Command(executable(hostArch, "zedbox"), {
    args: [
      "all",
      "--root",
      site.root,
      "--standalone",
      "--ports",
      site.portsFile,
      "--screen",
      `${site.folder}/screen`,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await site.until("client has failed", () => site.device.exists("persist/agentdebug/client/fatal-stack"));
    await site.until("nim runs", () => site.device.exists("run/nim/DeviceNetworkStatus/global.json"));
    child.kill("SIGUSR1");
    const dump = () => site.device.text("persist/agentdebug/zedbox/sigusr1") ?? "";
    await site.until("the dump", () => dump().endsWith("\n"));
    for (const folder of ["nim", "zedagent"]) assertStringIncludes(dump(), `services/${folder}/`);
    assertStringIncludes(
      site.device.text("persist/agentdebug/client/fatal-reason") ?? "",
      "root-certificate.pem",
    );
    for (const name of ["boot-reason", "reboot-reason", "reboot-stack"]) {
      assert(!site.device.exists(`persist/${name}`), name);
    }
  } finally {
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0);
  }
});
