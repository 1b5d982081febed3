/** The command line of nim, and what it prints. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { AgentError, parseCommandLine } from "../agent/mod.ts";
import { testDevice } from "../agent/test_device.ts";
import { chooseMode } from "./network_mode.ts";
import { nim } from "./program.ts";
import type { NimOptions } from "./options.ts";
import { configOf, goDevicePortConfigText } from "./testdata/with_network.ts";

function optionsOf(...words: string[]): NimOptions {
  const parsed = parseCommandLine(nim, words);
  if (parsed.kind !== "run") throw new Error(parsed.text);
  return nim.options(parsed.args);
}

Deno.test("the clock may go faster only with --root; unknown modes and services are refused", () => {
  assertEquals(optionsOf("--root", "/x", "--clock-scale", "20"), { clockScale: 20 });
  const fast = assertThrows(() => optionsOf("--clock-scale", "20"), AgentError);
  assertStringIncludes(fast.message, "together with --root");
  assertThrows(() => optionsOf("--root", "/x", "--clock-scale", "0"), AgentError);
  assertEquals(optionsOf("--network", "plan", "--adapters", "bridge"), {
    network: "plan",
    adapters: "bridge",
  });
  const mode = assertThrows(() => optionsOf("--network", "do"), AgentError);
  assertEquals(mode.message, '--network: expected observe, apply or plan, got "do"');
  assertThrows(() => optionsOf("--adapters", "veth"), AgentError);
  assertEquals(optionsOf("--geo", "https://geo.example/json"), { geoUrl: "https://geo.example/json" });
  const geo = assertThrows(() => optionsOf("--geo", "geo.example"), AgentError);
  assertEquals(geo.message, '--geo: expected a URL with http or https, got "geo.example"');
  assertEquals(optionsOf(), {});
  const limits = optionsOf("--cool-down", "20", "--minimum-working", "0");
  assertEquals(limits, { coolDownMs: 20_000, minimumWorkingMs: 0 });
  assertThrows(() => optionsOf("--cool-down", "0"), AgentError);
  assertThrows(() => optionsOf("--minimum-working", "-1"), AgentError);
});

Deno.test("only an EVE device is changed without being asked", () => {
  const mode = (...args: Parameters<typeof chooseMode>) => chooseMode(...args).mode;
  assertEquals([mode(undefined, "", true), mode(undefined, "", false)], ["apply", "observe"]);
  assertEquals([mode(undefined, "/x", true), mode("apply", "/x", false)], ["observe", "apply"]);
});

Deno.test("plan prints what apply would run, also while another nim runs, and changes and publishes nothing", async () => {
  await using device = testDevice();
  const override = configOf("override", "2026-01-01T00:00:00Z", { AddrSubnet: "127.0.0.1/8" });
  device.write("/config/DevicePortConfig/override.json", goDevicePortConfigText(override));
  device.write("/run/nim.pid", String(Deno.pid));
  const main = new URL("./main.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, "--root", device.paths.root, "--network", "plan"],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  assertEquals(code, 0, text.decode(stderr));
  assertStringIncludes(text.decode(stdout), "+++ Linux as configured");
  assertStringIncludes(text.decode(stdout), "ip_address=127.0.0.1/8");
  assertStringIncludes(text.decode(stdout), "from 127.0.0.1/32 table 501 priority 15000");
  const run = Array.from(Deno.readDirSync(device.paths.run), ({ name }) => name);
  assertEquals(run, ["nim.pid"]);
  assertEquals(Array.from(Deno.readDirSync(device.paths.persist)), []);
});
