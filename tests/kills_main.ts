/** `./scripts/run kills [--each N] [--seed S]`: kill -9 at random moments, N times for each program. */
import { parseArgs } from "@std/cli/parse-args";
import { liveThrough } from "./kills/device_life.ts";

const args = parseArgs(Deno.args, { string: ["each", "seed"] });
const each = Number(args["each"] ?? 100);
const seed = Number(args["seed"] ?? 1);
const print = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
print(`${each} kills for each program, seed ${seed}`);
try {
  const kills = { client: each, zedagent: each, loguploader: each, nim: each, diag: each };
  const outcome = await liveThrough(kills, seed, print);
  print(
    `${outcome.kills} kills, ${outcome.logFiles} log files, nothing lost, nothing torn, in ${
      outcome.seconds.toFixed(0)
    } s`,
  );
} catch (error) {
  print(`FAILED: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
