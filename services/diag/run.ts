/** Which form of diag it is. */
import type { Device } from "../agent/mod.ts";
import type { DiagOptions } from "./options.ts";
import { runReports } from "./running/run_reports.ts";
import { runOnce, runValidate } from "./run_once.ts";

/** @returns the exit code, as `--help` says */
export function run(device: Device, options: DiagOptions): Promise<number> {
  switch (options.form) {
    case "once":
      return runOnce(device, options);
    case "validate":
      return runValidate(device, options);
    default:
      return runReports(device, options);
  }
}
