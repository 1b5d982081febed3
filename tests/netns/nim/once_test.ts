/** `nim --once` at a console, in a network of its own: as an executable, and as a word of zedbox. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { hostArch } from "../../../scripts/build/arch.ts";
import { executable } from "../../../scripts/build/compile.ts";
import type { TraceLine } from "../../../services/nim/once/trace.ts";
import { runProgram } from "../command.ts";
import { dhcpPort, portConfig } from "./lab_config.ts";
import { NimLab } from "./nim_lab.ts";

Deno.test("nim lab: --once applies, proves and leaves the network; observed after it by zedbox nim --once, 0; unplugged, 2", async () => {
  await using site = await NimLab.open({
    uplinks: [{}],
    items: { "timer.port.testduration": 10 },
    scale: 10,
  });
  const { root } = site.device;
  const once = async (program: "nim" | "zedbox", ...args: readonly string[]) => {
    const words = ["--root", root, "--once", "--clock-scale", String(site.scale), ...args];
    const before = program === "zedbox" ? ["nim"] : [];
    const command = site.device.command(executable(hostArch, program), [...before, ...words]);
    const { code, stdout, stderr } = await runProgram(...command);
    const lines: TraceLine[] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    const end = lines.at(-1);
    return { code, lines, ended: [code, end?.event, end?.key, end?.state], log: stderr };
  };
  const linux = async () => {
    const shown = [["rule"], ["route", "show", "table", "all"], ["-brief", "address"]].map((words) =>
      site.lab.device.run("ip", ...words)
    );
    return (await Promise.all(shown)).join("\n");
  };
  const status = `${root}/run/nim/DeviceNetworkStatus/global.json`;
  site.configure(portConfig(dhcpPort("eth0")));

  const untouched = await linux();
  const looked = await once("nim");
  assertEquals(looked.code, 2, looked.log);
  assertEquals(await linux(), untouched, "observing has brought up nothing");
  assertEquals(site.status, undefined);

  const applied = await once("nim", "--network", "apply", "--within", "600");
  assertEquals(applied.ended, [0, "end", "zedagent", "DPC_SUCCESS"], applied.log);
  const kinds = applied.lines.flatMap(({ effects }) => effects.map(({ kind }) => kind));
  assert(kinds.includes("apply") && kinds.includes("test"), kinds.join(" "));
  assertEquals([site.status?.State, site.status?.Testing], [3, false], "what it has published stays");
  const left = await linux();
  assert(left.includes("15000:") && left.includes("10.77.0."), left);

  const written = Deno.statSync(status).mtime?.getTime();
  const observed = await once("zedbox");
  assertEquals(observed.ended, [0, "end", "zedagent", "DPC_SUCCESS"], observed.log);
  assertEquals([await linux(), Deno.statSync(status).mtime?.getTime()], [left, written]);

  await site.lab.uplink(0).router.namespace.ip("link set lan down");
  const unplugged = await once("zedbox", "--within", "600");
  assertEquals([unplugged.code, unplugged.ended[1]], [2, "end"], unplugged.log);
  const [tested] = unplugged.lines.filter(({ event }) => event === "tested");
  assertMatch(JSON.stringify(tested?.about["ports"]), /no suitable IP address|link not up/);
});
