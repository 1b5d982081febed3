/** The owner of maintenance mode: looks at settings, configuration and nodeagent, and tells when it is left (`spec/zedagent.md §11.4`). */
import { type ConfigItemValueMap, type NodeAgentStatus, triStateItem } from "../../topics/mod.ts";
import { type Maintenance, maintenanceMode } from "../sections/maintenance.ts";
import type { StatusOwner } from "../status.ts";

/** See {@linkcode openMode}. */
export interface ModeOwner {
  readonly maintenance: Maintenance;
  /** Looks again. @param ofConfig `maintenance_mode` of the configuration; the last one where it is not given */
  update(ofConfig?: boolean): void;
}

/** What bears on the mode. */
export interface ModeDeps {
  readonly status: StatusOwner;
  readonly items: () => ConfigItemValueMap;
  readonly node: () => NodeAgentStatus;
  /** Maintenance mode was on and is off now. */
  left(): void;
}

/** Starts with the mode off. */
export function openMode(deps: ModeDeps): ModeOwner {
  let ofConfig = false;
  let maintenance: Maintenance = { on: false, reasons: [] };
  return {
    get maintenance() {
      return maintenance;
    },
    update(newOfConfig = ofConfig) {
      ofConfig = newOfConfig;
      const node = deps.node();
      const old = maintenance;
      maintenance = maintenanceMode({
        item: triStateItem(deps.items(), "maintenance.mode"),
        ofConfig,
        ofNodeAgent: node.LocalMaintenanceMode,
        nodeAgentReasons: node.LocalMaintenanceModeReasons ?? [],
      });
      deps.status.set({
        MaintenanceMode: maintenance.on,
        MaintenanceModeReasons: maintenance.reasons.length === 0 ? null : maintenance.reasons,
      });
      if (old.on && !maintenance.on) deps.left();
    },
  };
}
