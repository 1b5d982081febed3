/** The program zedagent as `main.ts` starts it: start order and config side, with the real reporting side. */
import type { Device } from "../agent/mod.ts";
import { startAttestation } from "./attest/attest_runner.ts";
import { startControllerCertsTask } from "./certificates/controller_certs_task.ts";
import { startEdgeNodeCertsTask } from "./certificates/edge_node_certs_task.ts";
import { startHardwareInfo } from "./info/hardware_info_task.ts";
import { startInfo } from "./info/info_task.ts";
import { startMetrics } from "./metrics/metrics_task.ts";
import { printCheckpoint } from "./print_checkpoint.ts";
import type { Reporting } from "./reporting.ts";
import { runWith, type ZedagentOptions } from "./start_order.ts";

/** The tasks of `attest/`, `certificates/`, `info/` and `metrics/`. */
export const reporting: Reporting = {
  startAttestation,
  startControllerCertsTask,
  startEdgeNodeCertsTask,
  startInfo,
  startHardwareInfo,
  startMetrics,
};

/** Runs until the device ends; with `print` only until that is printed. @returns 0, or 1 where there is nothing to print @throws {AgentError} `fatal` if the settings can't be published */
export function run(device: Device, options: ZedagentOptions): Promise<number> {
  if (options.print !== undefined) return Promise.resolve(printCheckpoint(device, options.print));
  return runWith(device, options, reporting);
}
