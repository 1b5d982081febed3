// deno-lint-ignore-file no-console
/**
 * `./scripts/run flash [--minutes N] [--interval S]`: what a whole device that is left alone writes to `/persist` and `/run`, by
 * topic, scaled to an hour. Ends with 1 if a file was written with the content it had.
 */
import { parseArgs } from "@std/cli/parse-args";
import { hostArch } from "./build/arch.ts";
import { build } from "./build.ts";
import { executables } from "./permissions.ts";
import { watchIdleDevice } from "../tests/flash/idle_device.ts";
import { ledgerOf, ledgerTable, needlessWrites } from "../tests/flash/ledger.ts";

const HELP = `usage: ./scripts/run flash [--minutes N] [--interval S]

  --minutes N   how long the device is left alone; 60
  --interval S  seconds between two config requests and two metrics, from 5; those of a new device (60) by default

All programs of a device run below a temporary folder, onboarded at a controller on loopback. The client ends with that; nim,
zedagent, loguploader and bridge stay; diag writes in /run only, which is memory. strace follows them from their first instruction.`;

/** What comes once after a start (tests of ports, device info that follows them) is over then. */
const SETTLE_SECONDS = 120;

async function main(given: readonly string[]): Promise<number> {
  const args = parseArgs(given, { string: ["minutes", "interval"], boolean: ["help"] });
  const minutes = Number(args["minutes"] ?? 60);
  const interval = args["interval"] === undefined ? undefined : Number(args["interval"]);
  const isWrong = !(minutes > 0) || (interval !== undefined && !(interval >= 5)) || args._.length > 0;
  if (args["help"] === true || isWrong) {
    (isWrong ? console.error : console.log)(HELP);
    return isWrong ? 2 : 0;
  }
  await build([hostArch], executables);
  const report = await watchIdleDevice({
    intervalSeconds: interval,
    settleSeconds: interval === undefined ? SETTLE_SECONDS : 3 * interval,
    minutes,
    tell: (text) => console.error(`  ${text}`),
  });
  const entries = ledgerOf(report.writes, report.root);
  console.log(ledgerTable(entries, report.minutes));
  const needless = needlessWrites(entries);
  for (const text of needless) console.log(`needless: ${text}`);
  for (const text of report.failures) console.error(`flash: ${text}`);
  return needless.length + report.failures.length === 0 ? 0 : 1;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    console.error(error);
    Deno.exitCode = 1;
  }
}
