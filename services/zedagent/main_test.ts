/** The program as its own process. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { loopback, openSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const main = new URL("main.ts", import.meta.url).pathname;

function command(...args: string[]): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-lock",
      "--no-check",
      "-A",
      "--config",
      new URL("../../deno.json", import.meta.url).pathname,
      main,
      ...args,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test("--help, and words that are no flags", async () => {
  const help = await command("--help").output();
  assertEquals(help.code, 0);
  assert(new TextDecoder().decode(help.stdout).includes("standalone"));
  assertEquals((await command("once").output()).code, 2);
});

Deno.test("standalone from a shell: config applied, SIGTERM ends it within 2 s with code 0, no second instance", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({ device_name: "edge-1" });
  site.publication(topics.zedclient.OnboardingStatus).publish("global", {
    DeviceUUID: site.uuid,
    HardwareModel: "",
  });
  site.publication(topics.nim.DeviceNetworkStatus).publish("global", loopback());
  const child = command("--standalone", "--root", site.root).spawn();
  const output = Promise.all([child.stdout.bytes(), child.stderr.bytes()]);
  try {
    await untilConfigGetStatus(site, 1, 20_000);
    await until(
      "touch files",
      () =>
        site.file("/run/zedagent.touch") !== undefined &&
        site.file("/run/zedagentconfig.touch") !== undefined,
    );
    assertEquals((await command("--standalone", "--root", site.root).output()).code, 1);
  } finally {
    const start = performance.now();
    child.kill("SIGTERM");
    const { code } = await child.status;
    await output;
    assertEquals(code, 0);
    assert(performance.now() - start < 2000);
  }
  assertEquals(site.file("/run/zedagent.pid"), undefined);
});
