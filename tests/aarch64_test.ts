/** The aarch64 executables under qemu: each starts, and zedbox is a whole device. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { executable } from "../scripts/build/compile.ts";
import { app } from "../scripts/demo/configs.ts";
import { writeLogs } from "../scripts/demo/site.ts";
import { type Executable, executables } from "../scripts/permissions.ts";
import { openSite, quickConfig } from "./site/open_site.ts";
import { until } from "./site/until.ts";

const qemu = "/usr/bin/qemu-aarch64-static";
const libraries = "/usr/aarch64-linux-gnu";

/** On an aarch64 machine the executables run as they are. */
function command(program: Executable, args: readonly string[]): Deno.Command {
  const file = executable("aarch64", program);
  const [name, before] = Deno.build.arch === "aarch64" ? [file, []] : [qemu, ["-L", libraries, file]];
  return new Deno.Command(name, {
    args: [...before, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function needQemu(): Promise<void> {
  if (Deno.build.arch === "aarch64") return;
  for (const file of [qemu, `${libraries}/lib/libc.so.6`, `${libraries}/lib/libgcc_s.so.1`]) {
    await Deno.stat(file).catch(() => {
      throw new Error(
        `${file} is not here; type:\n  apt-get install -y qemu-user-static libc6-arm64-cross libgcc-s1-arm64-cross`,
      );
    });
  }
}

Deno.test("each aarch64 executable runs", async () => {
  await needQemu();
  await Promise.all(executables.map(async (program) => {
    const { code, stdout, stderr } = await command(program, ["--version"]).output();
    const text = new TextDecoder();
    assertEquals([code, text.decode(stderr)], [0, ""], program);
    assertMatch(text.decode(stdout), new RegExp(`^${program} eve-comms \\S+ \\(deno \\S+, aarch64\\)\n$`));
  }));
});

Deno.test("the aarch64 zedbox all: onboarded, attested, configured, logs delivered", async () => {
  await needQemu();
  await using site = await openSite();
  const files = await writeLogs(site, 2, 1);
  const screen = `${site.folder}/screen`;
  const words = ["--root", site.root, "--standalone", "--ports", site.portsFile, "--screen", screen];
  const running = command("zedbox", ["all", ...words]).spawn();
  const output = running.stdout.cancel();
  let log = "";
  const logged = (async () => {
    for await (const text of running.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  try {
    await until("onboarded", () => site.device.exists("persist/status/uuid"), 90_000, () => log);
    site.putConfig(quickConfig());
    await until(
      "attested, configured, logs delivered",
      () =>
        site.device.exists("run/eve.integrity_token") && site.device.logsWaiting() === 0 &&
        site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "edge-1",
      90_000,
      () => log,
    );
  } finally {
    running.kill("SIGTERM");
    assertEquals((await running.status).code, 0, log);
    await Promise.all([output, logged]);
  }
  const answered = site.controller.requests.filter(({ status }) => status < 300).map(({ endpoint }) =>
    endpoint
  );
  for (
    const name of ["certs", "register", "uuid", "attest", "config", "newlogs", "app-newlogs"] as const
  ) {
    assert(answered.includes(name), `${name} is among ${[...new Set(answered)]}`);
  }
  const reports = site.controller.reports(site.uuid());
  assertEquals((await reports.logs()).length + (await reports.appLogs(app.uuid)).length, files);
});
