/** Command line of diag. */
import type { Program } from "../agent/mod.ts";
import { type DiagOptions, diagOptions } from "./options.ts";
import { retryPolicies } from "./retry_policies.ts";
import { run } from "./run.ts";

/** What `main.ts` starts. */
export const diag: Program<DiagOptions> = {
  program: "diag",
  agent: "diag",
  pidFile: false,
  touchFile: false,
  fatalReason: false,
  usage: `[validate DIR]
Tells what is wrong between this device and its controller, the first broken layer with its likely cause and its remedy:
what the bus says, and, where the device is not connected, whether ping and uuid answer over each management port.

  diag -f -o /run/diag.pipe -s /run/diag.out   follows the bus, a report after each change
  diag                                         one report as soon as the bus says enough
  diag --once [--json]                         one report now, with requests; writes and publishes nothing
  diag [--json] validate DIR                   checks the files of a /config folder before it is flashed; sends nothing`,
  flags: [
    { name: "f", help: "run forever" },
    { name: "once", help: "report now, waiting at most 3 s for what is not there" },
    { name: "json", help: "with --once or validate: one JSON object" },
    {
      name: "o",
      value: "FILE",
      help: "where the screen text goes, standard output by default; may be a FIFO",
    },
    { name: "s", value: "FILE", help: "file that holds the complete latest report" },
    { name: "r", value: "N", integer: true, help: "screen rows, 40 by default" },
    { name: "c", value: "N", integer: true, help: "screen columns, 80 by default" },
    {
      name: "serve",
      value: "ADDRESS:PORT",
      help: "with -f: a page with the latest report, /report.txt, /report.json and /metrics; off by default",
    },
    {
      name: "token-file",
      value: "FILE",
      help: "file with a token that readers of the page must give; needed beyond 127.0.0.1",
    },
    { name: "p", help: "also print the PAC file of each port" },
    { name: "D", help: "play a failed DNS lookup" },
    { name: "P", help: "play failed pings" },
  ],
  exitCodes: {
    0: "with --once and validate: nothing is wrong; otherwise: the report was printed, or the end was asked for",
    1: "with --once and validate: degraded, the device works but not as it should; otherwise: a fatal error",
    2: "with --once and validate: broken; always: the command line is malformed",
  },
  retryPolicies,
  options: diagOptions,
  run,
};
