/** The executable as EVE's start script runs it: a FIFO with a `cat` behind it, a report file, a bus with a living nim. */
import { assert, assertEquals } from "@std/assert";
import { onboarding, openSite, quickConfig } from "./site/open_site.ts";

/** Every file below a folder, without what other programs write. */
function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    return isDirectory ? filesOf(path) : [path];
  }).sort();
}

Deno.test("diag -f on a FIFO: the console shows reports, the file has them, nothing else is written, SIGTERM ends it", async () => {
  await using site = await openSite();
  const fifo = `${site.root}/run/diag.pipe`;
  const stateFile = `${site.root}/run/diag.out`;
  const shown = `${site.folder}/console`;
  assert((await new Deno.Command("mkfifo", { args: [fifo] }).output()).success);
  const cat = new Deno.Command("sh", { args: ["-c", `exec cat <"${fifo}" >"${shown}"`] }).spawn();
  const screen = () => Deno.readTextFileSync(shown);
  const report = () => site.device.text("run/diag.out") ?? "";
  const diag = site.start("diag", ["-f", "-o", fifo, "-s", stateFile, "-r", "50", "-c", "132"]);
  // As an earlier boot has left it.
  Deno.mkdirSync(`${site.root}/persist/status/nim/DevicePortConfigList`, { recursive: true });
  Deno.writeTextFileSync(
    `${site.root}/persist/status/nim/DevicePortConfigList/global.json`,
    '{"PortConfigList":[{"Key":"override","TimePriority":"2026-01-01T00:00:00Z"}]}',
  );
  try {
    site.start("nim");
    site.start("zedagent");
    assertEquals((await site.run("client", onboarding)).code, 0);
    site.putConfig(quickConfig());
    await site.until(
      "a connected device",
      () => {
        return report().includes("summary: controller reached, device onboarded");
      },
      30_000,
    );
    await site.until(
      "the same on the console",
      () => screen().includes("summary: controller reached, device onboarded"),
    );
    assert(!report().includes("EVE-NET"), report());
    const start = performance.now();
    assertEquals(await site.end(diag), 0);
    assert(performance.now() - start < 2_000);
    assertEquals(await site.endAll(), []);
    const own = filesOf(`${site.root}/run`).filter((path) => path.includes("diag")).map((path) =>
      path.slice(site.root.length)
    ).filter((path) => !path.startsWith("/run/diag/"));
    assertEquals(own, ["/run/diag.out", "/run/diag.pipe"], "neither a pid nor a touch file");
  } finally {
    // With its last writer the FIFO ends for its reader.
    await site.endAll();
    await cat.status;
  }
});
