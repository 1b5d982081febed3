/** One process of a fleet of several (`processes.ts`). */
import { runFleet } from "./fleet.ts";
import { asFleetOptions, type ChildLine, type ChildOptions } from "./processes.ts";

const encoder = new TextEncoder();
const say = (line: ChildLine) => {
  let rest = encoder.encode(`${JSON.stringify(line)}\n`);
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
};
const options: ChildOptions = JSON.parse(Deno.args[0] ?? "{}");
const ending = new AbortController();
void (async () => {
  for await (const _ of Deno.stdin.readable);
  ending.abort();
})();
say({ result: await runFleet(asFleetOptions(options), (progress) => say({ progress }), ending.signal) });
Deno.exit(0);
