/** `zedagent`: keeps the device's configuration and reports its state (`docs/spec/zedagent.md`). */
import { runMain } from "../agent/mod.ts";
import { commandLine, zedagentOptions } from "./command_line.ts";
import { run } from "./run.ts";

if (import.meta.main) {
  await runMain({ ...commandLine, agent: "zedagent", options: zedagentOptions, run }, Deno.args);
}
