/** nim on this machine. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";

Deno.test("without --ports the ports are those that ip shows on this machine", async () => {
  const root = Deno.makeTempDirSync({ prefix: "eve-nim-test-" });
  const main = new URL("./main.ts", import.meta.url).pathname;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, "--root", root],
    stdin: "null",
    stderr: "piped",
  }).spawn();
  const log = new Response(child.stderr).text();
  try {
    const file = `${root}/run/nim/DeviceNetworkStatus/global.json`;
    const { stdout } = await new Deno.Command("ip", { args: ["-json", "address"] }).output();
    const links: { ifname: string; flags: string[] }[] = JSON.parse(new TextDecoder().decode(stdout));
    const real = new Set(links.filter((link) => !link.flags.includes("LOOPBACK")).map((link) => link.ifname));
    await until("it is published", () => {
      try {
        return topics.nim.DeviceNetworkStatus.codec.decode(Deno.readTextFileSync(file)).Ports !== null ||
          real.size === 0;
      } catch {
        return false;
      }
    });
    const { Ports } = topics.nim.DeviceNetworkStatus.codec.decode(Deno.readTextFileSync(file));
    assert((Ports ?? []).every((port) => real.has(port.IfName)), JSON.stringify(Ports));
  } finally {
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 0, await log);
    Deno.removeSync(root, { recursive: true });
  }
});
