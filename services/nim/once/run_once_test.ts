/** `nim --once` as a process of its own, with the permissions of the executable, against a real controller over loopback. */
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { makeDeviceRoot, startController } from "../../../scripts/controller/mod.ts";
import { permissionFlags } from "../../../scripts/permissions.ts";
import { AgentError, parseCommandLine } from "../../agent/mod.ts";
import { testDevice } from "../../agent/test_device.ts";
import { goConfigItemValue, topics } from "../../topics/mod.ts";
import { nim } from "../program.ts";
import { onlyLooks } from "../start.ts";
import { configOf, goDevicePortConfigText } from "../testdata/with_network.ts";
import type { TraceLine } from "./trace.ts";

async function once(root: string, ...args: readonly string[]) {
  const main = new URL("../main.ts", import.meta.url).pathname;
  const flags = ["--quiet", "--no-lock", "--no-check", ...permissionFlags("nim")];
  const words = ["run", ...flags, main, "--root", root, "--once", ...args];
  const nimOnce = new Deno.Command(Deno.execPath(), { args: words, stdin: "null" });
  const { code, stdout, stderr } = await nimOnce.output();
  const text = new TextDecoder();
  const lines: TraceLine[] = text.decode(stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
  return { code, lines, log: text.decode(stderr), end: lines.at(-1) };
}

/** Path, time and size of each file and folder. */
function tree(folder: string): readonly string[] {
  return Array.from(Deno.readDirSync(folder), ({ name, isDirectory }) => {
    const { mtime, size } = Deno.statSync(`${folder}/${name}`);
    const own = `${folder}/${name} ${mtime?.getTime()} ${size}`;
    return isDirectory ? [own, ...tree(`${folder}/${name}`)] : [own];
  }).flat().sort();
}

Deno.test("--once observes beside a running nim: 0 reached, 1 the server is ill, 2 not reached; nothing is written", async () => {
  await using device = testDevice();
  const controller = await startController({ dir: `${device.paths.root}/controller`, hosts: ["127.0.0.1"] });
  try {
    const { root } = await makeDeviceRoot(`${device.paths.root}/device`, { controller });
    const below = testDevice({ root });
    below.write("/etc/resolv.conf", "nameserver 127.0.0.1\n");
    below.write("/run/nim.pid", String(Deno.pid));
    const override = configOf("override", "2026-01-01T00:00:00Z");
    below.write("/config/DevicePortConfig/override.json", goDevicePortConfigText(override));
    const before = tree(root);

    const reached = await once(root);
    assertEquals([reached.code, reached.end?.about["outcome"]], [0, "reached"], reached.log);
    const { event, index, key, state, reason } = reached.end ?? {};
    assertEquals([event, index, key, state], ["end", 0, "override", "DPC_SUCCESS"]);
    assertEquals(reason, "the controller answers");
    assertStringIncludes(reached.log, "DPC verify: index 0 (override) DPC_SUCCESS: the controller answers");
    assertEquals(controller.requests.map(({ endpoint }) => endpoint), ["ping"]);
    const tested = reached.lines.filter((line) => line.event === "tested");
    assertEquals(tested.map((line) => [line.key, line.state, line.about["ports"]]), [
      ["override", "DPC_SUCCESS", { lo: "" }],
    ]);

    controller.faults.add("ping", { status: 503, headers: { "Retry-After": "7" } });
    const degraded = await once(root);
    assertEquals([degraded.code, degraded.end?.state], [1, "DPC_REMOTE_WAIT"], degraded.log);
    assertStringIncludes(degraded.end?.reason ?? "", "503");

    assertEquals(tree(root), before);

    Deno.removeSync(`${root}/config/DevicePortConfig/override.json`);
    const zedagent = goDevicePortConfigText(configOf("", "2026-02-01T00:00:00Z", { IfName: "nothere" }));
    below.write("/run/zedagent/DevicePortConfig/zedagent.json", zedagent);
    const cut = await once(root, "--within", "1");
    assertEquals([cut.code, cut.end?.about["outcome"]], [2, "not reached"], cut.log);
    assertStringIncludes(cut.end?.reason ?? "", "1 s are over");
    const item = goConfigItemValue.make({ Key: "timer.port.testduration", ItemType: 1, IntValue: 1 });
    const map = { GlobalSettings: { "timer.port.testduration": item }, AgentSettings: {} };
    below.write(
      "/run/zedagent/ConfigItemValueMap/global.json",
      topics.zedagent.ConfigItemValueMap.codec.encode(map),
    );
    controller.faults.clear();
    controller.faults.add("ping", { status: 404 });
    const withZedagent = tree(root);
    const failed = await once(root);
    assertEquals([failed.code, failed.end?.key, failed.end?.state], [2, "zedagent", "DPC_FAIL"], failed.log);
    assert(failed.lines.some(({ state }) => state === "DPC_INTF_WAIT"), failed.log);
    assertEquals(tree(root), withZedagent);
    await below[Symbol.asyncDispose]();
  } finally {
    await controller.stop();
  }
});

Deno.test("--once --network plan: the decisions as lines, then what apply would run", async () => {
  await using device = testDevice();
  const override = configOf("override", "2026-01-01T00:00:00Z", { AddrSubnet: "127.0.0.1/8" });
  device.write("/config/DevicePortConfig/override.json", goDevicePortConfigText(override));
  const { code, lines, end } = await once(device.paths.root, "--network", "plan");
  assertEquals([code, end?.event, end?.key], [0, "plan", "override"]);
  assert(lines.some(({ reason }) => reason.includes("verification begins")));
  assert(JSON.stringify(end?.about).includes("from 127.0.0.1/32 table 501 priority 15000"));
  assertEquals(Array.from(Deno.readDirSync(device.paths.run)), []);
});

Deno.test("--once is observe unless apply is asked for, and gives up writing but then; what does not go with it is refused", () => {
  const options = (...words: string[]) => {
    const parsed = parseCommandLine(nim, words);
    if (parsed.kind !== "run") throw new Error(parsed.text);
    return nim.options(parsed.args);
  };
  assertEquals(options("--once"), { network: "observe", once: { withinMs: 240_000 } });
  assertEquals(options("--once", "--network", "apply", "--within", "9"), {
    network: "apply",
    once: { withinMs: 9_000 },
  });
  assertEquals(
    [["--once"], ["-once"], ["--network=plan"], ["--root", "/x", "--once", "--network", "observe"]].map(
      onlyLooks,
    ),
    [true, true, true, true],
  );
  assertEquals(
    [[], ["--once", "--network", "apply"], ["--network", "observe"], ["--once", "--ports", "x"], ["--help"]]
      .map(
        onlyLooks,
      ),
    [false, false, false, false, false],
  );
  for (const words of [["--within", "3"], ["--once", "--within", "0"], ["--once", "--ports", "x"]]) {
    assertEquals(assertThrows(() => options(...words), AgentError).kind, "usage", words.join(" "));
  }
  assertThrows(() => options("--once", "--geo", "http://geo.example/"), AgentError);
});
