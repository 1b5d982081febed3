/** `zedagent -p FILE [-V]` as a process, beside a zedagent that runs. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AuthContainer, ConfigResponse } from "../../proto/device.ts";
import { openSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const main = new URL("main.ts", import.meta.url).pathname;
const config = new URL("../../deno.json", import.meta.url).pathname;

async function zedagent(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-lock", "--no-check", "-A", "--config", config, main, ...args],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return { code, out: text.decode(stdout), log: text.decode(stderr) };
}

Deno.test("-p prints the saved configuration while a zedagent runs, and leaves everything alone", async () => {
  await using site = await openSite();
  site.openGates();
  site.serve({ device_name: "edge-1", configItems: [{ key: "debug.default.loglevel", value: "debug" }] });
  await using _running = site.start();
  await untilConfigGetStatus(site, 1, 20_000);
  Deno.writeTextFileSync(`${site.root}/run/zedagent.pid`, String(Deno.ppid));
  const before = Deno.readFileSync(`${site.root}/persist/checkpoint/lastconfig`);
  for (const flags of [["-p", "lastconfig"], ["-V", "-p", "lastconfig"], ["-p", "lastconfig.bak"]]) {
    const { code, out, log } = await zedagent("--root", site.root, ...flags);
    assertEquals(code, 0, log);
    const printed = JSON.parse(out);
    assertEquals(printed.config.device_name, "edge-1");
    assertEquals(printed.config.configItems, [{ key: "debug.default.loglevel", value: "debug" }]);
    assertStringIncludes(log, `controller ${site.controller.server}`);
  }
  assertEquals(Deno.readFileSync(`${site.root}/persist/checkpoint/lastconfig`), before);
  assertEquals(site.file("/run/zedagent.pid"), String(Deno.ppid));

  const missing = await zedagent("--root", site.root, "-p", "nothing");
  assertEquals([missing.code, missing.out], [1, ""]);
  assertStringIncludes(missing.log, "/persist/checkpoint/nothing: there is no such file");
  const container = AuthContainer.decode(before);
  site.writeLastConfig(AuthContainer.encode({ ...container, signatureHash: new Uint8Array(64) }).finish());
  const forged = await zedagent("--root", site.root, "-p", "lastconfig");
  assertEquals([forged.code, forged.out], [1, ""]);
  assert(site.file("/persist/boot-reason") === undefined);
});

Deno.test("-V alone ends with 1, -p with a path with 2", async () => {
  const alone = await zedagent("-V");
  assertEquals(alone.code, 1);
  assertStringIncludes(alone.log, "-V needs -p FILE");
  assertEquals((await zedagent("-p", "../../config/device.key.pem")).code, 2);
});

Deno.test("a configuration with text that is not UTF-8 does not decode", () => {
  const name = ConfigResponse.encode({ config: { device_name: "edge" } }).finish();
  assertEquals(ConfigResponse.decode(name).config?.device_name, "edge");
  name[name.length - 1] = 0xff;
  assertThrows(() => ConfigResponse.decode(name), TypeError);
});
