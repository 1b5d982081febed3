/** The aarch64 executables under qemu: each starts, and `client` onboards a device. */
import { assertEquals, assertMatch } from "@std/assert";
import { executable } from "../scripts/build/compile.ts";
import { type Executable, executables } from "../scripts/permissions.ts";
import { onboarding, openSite } from "./site/open_site.ts";

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

Deno.test("the aarch64 client onboards a device", async () => {
  await needQemu();
  await using site = await openSite();
  site.start("nim");
  await site.until("nim publishes", () => site.device.exists("run/nim/DeviceNetworkStatus/global.json"));
  const { code, stderr } = await command("client", ["--root", site.root, ...onboarding]).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(site.device.text("persist/status/uuid"), `${site.uuid()}\n`);
  const endpoints = site.controller.requests.filter(({ status }) => status < 300).map(({ endpoint }) =>
    endpoint
  );
  assertEquals(endpoints.filter((name) => ["certs", "register", "uuid"].includes(name)), [
    "certs",
    "register",
    "uuid",
  ]);
});
