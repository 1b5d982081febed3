/** Command line of loguploader. */
import { faultFlags, type Program } from "../agent/mod.ts";
import { retryPolicies } from "./retry_policies.ts";
import { run } from "./run.ts";

/** What `main.ts` starts. */
export const loguploader: Program<Record<never, never>> = {
  program: "loguploader",
  agent: "loguploader",
  usage: `
Delivers the gzip log files in /persist/newlog/devUpload and appUpload to the controller. Delivered device files are
removed, app files move to keepSentQueue, files that the controller refuses again and again to failedUpload.
Delivered and refused files go, oldest first, when all together exceed newlog.gzipfiles.ondisk.maxmegabytes or a tenth of
the disk, or when bytes or inodes run short; what waits never goes.`,
  flags: faultFlags,
  exitCodes: {
    0: "after SIGTERM",
    1: "another loguploader runs, or publishes our topics",
    2: "bad command line",
  },
  retryPolicies,
  options: () => ({}),
  run,
};
