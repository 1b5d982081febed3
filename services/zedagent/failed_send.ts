/** How loud a request that failed is told (`spec/controllerconn.md §1.2, 15`: SuppressLogs). */
import type { ControllerAccess } from "./parts.ts";
import { isAirgapped } from "./deferred/event_queue.ts";

/** In airgap mode an unreachable controller is no news: the line is for those who look closely. */
export function logFailedSend(
  access: Pick<ControllerAccess, "device" | "items">,
  level: "warn" | "error",
  text: string,
): void {
  access.device.log[isAirgapped(access) ? "debug" : level](text);
}
