/** Command line of bridge. */
import type { Program } from "../agent/main_program.ts";
import { retryPolicies } from "./retry_policies.ts";
import { run } from "./run.ts";

/**
 * What `main.ts` starts. It owns no topic and nothing waits for it, so there is no touch file for the watchdog
 * (spec/pubsub.md §11 names those that are touched); its end reboots nothing. The pid file keeps a second bridge away.
 */
export const bridge: Program<Record<never, never>> = {
  program: "bridge",
  agent: "bridge",
  touchFile: false,
  fatalReason: false,
  usage: `
Serves the publications of client, zedagent, loguploader, nim and diag on EVE's SEQPACKET sockets
(/run/<agent>/<Topic>.sock), for Go subscribers. A topic's socket is there as long as one of these programs publishes it.`,
  flags: [],
  exitCodes: {
    0: "asked to end by SIGTERM or SIGINT; its sockets are unlinked",
    1: "could not start (another bridge runs, no libc.so.6, /run can't be written), or failed",
    2: "the command line is malformed",
  },
  retryPolicies,
  options: () => ({}),
  run,
};
