/**
 * `./scripts/run kills [--each N] [--moments M] [--seed S]`: kill -9 at random moments, N times for each program, and M times
 * zedagent in the midst of a new configuration, a command, a report. 0 leaves either out.
 */
import { parseArgs } from "@std/cli/parse-args";
import { liveThrough } from "./kills/device_life.ts";
import { killZedagent } from "./kills/zedagent_life.ts";

const args = parseArgs(Deno.args, { string: ["each", "moments", "seed"] });
const each = Number(args["each"] ?? 100);
const times = Number(args["moments"] ?? 200);
const seed = Number(args["seed"] ?? 1);
const print = (text: string) => void Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
print(`${each} kills for each program, ${times} of zedagent at chosen moments, seed ${seed}`);
try {
  if (each > 0) {
    const kills = { client: each, zedagent: each, loguploader: each, nim: each, diag: each };
    const outcome = await liveThrough(kills, seed, print);
    print(
      `${outcome.kills} kills, ${outcome.logFiles} log files, nothing lost, nothing torn, in ${
        outcome.seconds.toFixed(0)
      } s`,
    );
  }
  if (times > 0) {
    const { kills, saved, ordered, reports, seconds } = await killZedagent(times, seed, print);
    print(
      `${kills.config} kills in a new configuration, ${kills.command} in a command, ${kills.report} in a report: ` +
        `${saved.old} times the old configuration was the saved one, ${saved.new} times the new one; ` +
        `${ordered.before} orders were seen before the kill, ${ordered.after} not, each was carried out once; ` +
        `${reports} device infos; nothing lost, doubled or torn, in ${seconds.toFixed(0)} s`,
    );
  }
} catch (error) {
  print(`FAILED: ${error instanceof Error ? error.message : error}`);
  Deno.exit(1);
}
