/** `client`: onboards the device, once per boot and whenever zedagent asks (`docs/spec/client.md §1`). */
import { runMain } from "../agent/mod.ts";
import { clientOptions, commandLine } from "./command_line.ts";
import { run } from "./run.ts";

if (import.meta.main) {
  await runMain({ ...commandLine, agent: "zedclient", options: clientOptions, run }, Deno.args);
}
