/**
 * A minimal Debian into which only the tree of `./scripts/run images` is added, entered by chroot with mounts, host name and
 * IPC of its own: the whole demo passes inside, and the start glue brings a device up.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { play } from "../scripts/demo/play.ts";
import { Processes } from "../scripts/demo/processes.ts";
import { makeSite, type Site } from "../scripts/demo/site.ts";
import { Story } from "../scripts/demo/story.ts";
import { layTree } from "../scripts/images/make_image.ts";
import { imageMembers } from "../scripts/images/tree.ts";
import { layDebian } from "./rootfs/debian_tree.ts";
import { encloseRoot, launchEnclosed, runWhole } from "./rootfs/enclosure.ts";
import { until } from "./site/until.ts";

interface DebianSite extends Site, AsyncDisposable {
  readonly packages: readonly string[];
}

/** A controller, and a device root with Debian and our tree in it. */
async function openDebianSite(): Promise<DebianSite> {
  const site = await makeSite();
  const packages = await layDebian(site.root);
  const image = join(site.folder, "image");
  await layTree(image, imageMembers(), (name) => executable(hostArch, name, "device"));
  await Deno.remove(join(site.root, "opt"), { recursive: true }).catch(() => {});
  await Deno.rename(join(image, "rootfs/opt"), join(site.root, "opt"));
  await Deno.copyFile(site.portsFile, join(site.root, "config/ports.json"));
  return Object.assign(site, {
    packages,
    async [Symbol.asyncDispose]() {
      await site.controller.stop();
      await Deno.remove(site.folder, { recursive: true });
    },
  });
}

function tails(processes: Processes): string {
  return [...Deno.readDirSync(processes.logs)].map(({ name }) => {
    const lines = Deno.readTextFileSync(join(processes.logs, name)).split("\n").slice(-8);
    return `--- ${name}\n${lines.join("\n")}`;
  }).join("\n");
}

Deno.test("rootfs: the whole demo passes in a minimal Debian with only our tree added", async () => {
  await using site = await openDebianSite();
  assert(site.packages.includes("libc6") && site.packages.length < 80, site.packages.join(" "));
  await using enclosure = await encloseRoot(site.root);
  const launch = launchEnclosed(enclosure, site.root, { [site.portsFile]: "/config/ports.json" });
  const processes = new Processes(join(site.folder, "logs"), launch);
  const ending = new AbortController();
  const told: string[] = [];
  try {
    await play(new Story((line) => told.push(line)), site, processes, ending.signal);
  } catch (error) {
    throw new Error(
      `${error instanceof Error ? error.message : error}\n${told.join("\n")}\n${tails(processes)}`,
      {
        cause: error,
      },
    );
  } finally {
    ending.abort();
    assertEquals(await processes.stopAll(), []);
  }
  const denied = [...Deno.readDirSync(processes.logs)].flatMap(({ name }) =>
    Deno.readTextFileSync(join(processes.logs, name)).split("\n").filter((line) =>
      /Requires \w+ access/.test(line)
    )
  );
  assertEquals(denied, [], "the named paths are enough");
  const [hostname, ownHostname] = await Promise.all([
    new Deno.Command("hostname").output(),
    new Deno.Command(...asCommand(enclosure.command("/bin/hostname", []))).output(),
  ]);
  const [device] = site.controller.devices();
  assertEquals(
    new TextDecoder().decode(ownHostname.stdout).trim(),
    device?.uuid,
    "client sets the host name",
  );
  assert(new TextDecoder().decode(hostname.stdout).trim() !== device?.uuid, "of its own namespace only");
});

function asCommand([program, args]: readonly [string, readonly string[]]): [string, Deno.CommandOptions] {
  return [program, { args: [...args] }];
}

Deno.test("rootfs: the start glue, EVE's nim in its place, brings the others up in a minimal Debian", async () => {
  await using site = await openDebianSite();
  const running = runWhole(
    site.root,
    "/opt/eve-comms/start nim\nexec /opt/zededa/bin/nim --ports /config/ports.json",
  );
  let log = "";
  const logged = (async () => {
    for await (const text of running.stderr.pipeThrough(new TextDecoderStream())) log += text;
  })();
  const screen = new Response(running.stdout).text();
  const watched = () =>
    ["pid", "file"].flatMap((kind) => {
      return [...Deno.readDirSync(join(site.root, "run/watchdog", kind))].map(({ name }) => name);
    }).sort();
  try {
    await until(
      "onboarded, diag has reported",
      () => site.device.exists("persist/status/uuid") && site.device.exists("run/diag.out"),
      60_000,
      () => log,
    );
    await until(
      "client is done: nobody watches it any more",
      () => !watched().includes("zedclient.pid"),
      15_000,
      () => log,
    );
    for (const entry of ["loguploader.pid", "loguploader.touch", "zedagent.pid", "zedagent.touch"]) {
      assert(watched().includes(entry), entry);
    }
    await until("the others are up", () => {
      return ["nim", "zedagent", "loguploader"].every((name) => site.device.exists(`run/${name}.pid`));
    });
  } finally {
    running.kill("SIGKILL");
    await running.status;
    await Promise.all([screen, logged]);
  }
  assertEquals(/critical|fatal/i.exec(log)?.[0], undefined, log);
});
