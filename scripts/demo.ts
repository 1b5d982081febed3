/**
 * `./scripts/run demo [--keep]`: a device comes to life against a controller, from compiled executables. Ends with 0, or
 * says which step failed and where its log is.
 */
import { parseArgs } from "@std/cli/parse-args";
import { hostArch } from "./build/arch.ts";
import { build } from "./build.ts";
import { play } from "./demo/play.ts";
import { Processes } from "./demo/processes.ts";
import { makeSite } from "./demo/site.ts";
import { StepFailed, Story } from "./demo/story.ts";
import { programs } from "./permissions.ts";

const args = parseArgs(Deno.args, { boolean: ["keep", "help"] });
if (args["help"]) {
  console.log(
    "usage: ./scripts/run demo [--keep]\n  --keep  leave device, controller and programs running until Ctrl-C",
  );
  Deno.exit(0);
}

await build([hostArch], programs);
const story = new Story();
const site = await makeSite();
const processes = new Processes(`${site.folder}/logs`);
const ending = new AbortController();
let code = 0;
try {
  await play(story, site, processes, ending.signal);
  if (args["keep"]) await keepRunning();
} catch (error) {
  code = 1;
  console.error(error instanceof StepFailed ? `FAILED: ${error.message}` : error);
  console.error(`The folder is kept: ${site.folder}`);
}
ending.abort();
const bad = await processes.stopAll();
await site.controller.stop();
for (const text of bad) console.error(`FAILED: ${text}; see ${processes.logs}`);
if (bad.length > 0) code = 1;
if (code === 0) await Deno.remove(site.folder, { recursive: true });
Deno.exit(code);

async function keepRunning(): Promise<void> {
  const { adminUrl } = site.controller;
  console.log(`
Everything goes on until Ctrl-C. To look at it:
  ls ${site.root}/run/zedagent           the bus
  cat ${site.root}/run/zedagent/ZedAgentStatus/zedagent.json
  dist/${hostArch}/diag --root ${site.root} --once
  tail -f ${processes.logs}/*.log
  curl ${adminUrl}/admin/device            the controller's devices; also …/device/UUID/logs, /info, /metrics, /config`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(signal, () => resolve());
  });
}
