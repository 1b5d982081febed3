/** zedbox from its compiled executable: the five programs in one process, and each by the name of a link. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { writeLogs } from "../scripts/demo/site.ts";
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { boxedPrograms } from "../services/zedbox/choose.ts";
import { openSite, quickConfig } from "./site/open_site.ts";

Deno.test("zedbox all: one process onboards, is configured, delivers logs, reports, and ends as one", async () => {
  await using site = await openSite();
  await writeLogs(site, 5, 3);
  const screen = join(site.folder, "screen");
  const words = ["--root", site.root, "--standalone", "--ports", site.portsFile, "--screen", screen];
  const { pid } = site.processes.start("zedbox", ["all", ...words]);
  const log = () => Deno.readTextFileSync(site.processes.logOf("zedbox"));
  await site.until("onboarded", () => site.device.exists("persist/status/uuid"), 60_000);
  site.putConfig(quickConfig());
  await site.until(
    "configured, logs delivered",
    () =>
      site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "edge-1" &&
      site.device.logsWaiting() === 0,
    60_000,
  );
  await site.until("diag's report", () => site.device.exists("run/diag.out"));
  for (const agent of ["nim", "zedagent", "loguploader", "zedbox"]) {
    assertEquals(site.device.text(`run/${agent}.pid`)?.trim(), String(pid), agent);
  }
  await site.until("client is done", () => log().includes("client is done"));
  assertEquals(await site.endAll(), [], log());
  for (const agent of ["nim", "zedagent", "loguploader", "zedbox"]) {
    assert(!site.device.exists(`run/${agent}.pid`), agent);
  }
});

Deno.test("a symbolic or hard link by the name of a program is that program", async () => {
  const folder = await Deno.makeTempDir({ dir: join(executable(hostArch, "zedbox"), "..") });
  try {
    for (const program of boxedPrograms) {
      const link = join(folder, program);
      for (const make of [Deno.symlink, Deno.link]) {
        await make(executable(hostArch, "zedbox"), link);
        const { code, stdout } = await new Deno.Command(link, { args: ["--version"] }).output();
        const text = new TextDecoder().decode(stdout);
        assert(code === 0 && text.startsWith(`${program} eve-comms `), text);
        await Deno.remove(link);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
