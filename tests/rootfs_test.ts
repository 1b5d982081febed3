/**
 * The tree of `./scripts/run images` alone with the C library in a root folder of its own (chroot, own mounts and host
 * name): the five programs onboard the device there, on the real paths, with nothing else of a system around them.
 */
import { assert, assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { writeLogs } from "../scripts/demo/site.ts";
import { layTree } from "../scripts/images/make_image.ts";
import { imageMembers } from "../scripts/images/tree.ts";
import { boxedPrograms } from "../services/zedbox/choose.ts";
import { openSite, quickConfig, type WholeSite } from "./site/open_site.ts";

/** The shared libraries that the executables name, with the loader, at their paths below `root`. */
async function copyLibraries(root: string): Promise<void> {
  const { stdout } = await new Deno.Command("ldd", { args: [executable(hostArch, "zedbox", "device")] })
    .output();
  const paths = [...new TextDecoder().decode(stdout).matchAll(/(\/\S+) \(0x/g)].map(([, path]) => path ?? "");
  assert(paths.length >= 5, "ldd names the libraries");
  for (const path of paths) {
    await Deno.mkdir(join(root, dirname(path)), { recursive: true });
    await Deno.copyFile(await Deno.realPath(path), join(root, path));
  }
}

async function openRootfs(): Promise<WholeSite> {
  const site = await openSite();
  const image = join(site.folder, "image");
  await layTree(
    image,
    imageMembers(),
    (name) => executable(hostArch, name, "device"),
  );
  await Deno.rename(join(image, "rootfs/opt"), join(site.root, "opt"));
  await copyLibraries(site.root);
  await Deno.mkdir(join(site.root, "proc"));
  await Deno.copyFile(site.portsFile, join(site.root, "config/ports.json"));
  return site;
}

function inRootfs(root: string, words: readonly string[]): Deno.Command {
  const script = 'mount -t proc proc "$1/proc" && exec chroot "$@"';
  return new Deno.Command("unshare", {
    args: ["--mount", "--uts", "sh", "-c", script, "sh", root, ...words],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test("rootfs: with the C library alone, each link answers, and the device comes to life on its real paths", async () => {
  await using site = await openRootfs();
  for (const program of boxedPrograms) {
    const { code, stdout, stderr } = await inRootfs(site.root, [`/opt/zededa/bin/${program}`, "--version"])
      .output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    assert(code === 0 && text.startsWith(`${program} eve-comms `), text);
  }
  await writeLogs(site, 3, 1);
  const words = ["/opt/eve-comms/bin/zedbox", "all", "--standalone", "--ports", "/config/ports.json"];
  const running = inRootfs(site.root, words).spawn();
  const log = new Response(running.stderr).text();
  const screen = new Response(running.stdout).text();
  try {
    await site.until("onboarded", () => site.device.exists("persist/status/uuid"), 60_000);
    site.putConfig(quickConfig());
    await site.until(
      "configured, logs delivered, and diag has reported",
      () =>
        site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "edge-1" &&
        site.device.logsWaiting() === 0 && site.device.exists("run/diag.out"),
      60_000,
    );
  } finally {
    running.kill("SIGTERM");
    await running.status;
    const told = await log;
    assertEquals(/critical|fatal/i.exec(told)?.[0], undefined, told);
    await screen;
  }
});
