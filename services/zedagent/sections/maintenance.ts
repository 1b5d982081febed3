/** Maintenance mode and the state of the device, from everything that bears on them (`spec/zedagent.md §11.4, 11.5`). */
import { DeviceState, MaintenanceModeReason, TriState } from "../../topics/mod.ts";

/** On or off, and why. */
export interface Maintenance {
  readonly on: boolean;
  readonly reasons: readonly number[];
}

/** What decides it. */
export interface MaintenanceInputs {
  /** Config item `maintenance.mode`; enabled or disabled overrides everything else. */
  readonly item: TriState;
  /** `maintenance_mode` of the configuration. */
  readonly ofConfig: boolean;
  readonly ofNodeAgent: boolean;
  readonly nodeAgentReasons: readonly number[];
}

/** Pure. */
export function maintenanceMode(inputs: MaintenanceInputs): Maintenance {
  const { MaintenanceModeReasonNone, MaintenanceModeReasonUserRequested } = MaintenanceModeReason;
  if (inputs.item === TriState.TS_ENABLED) return { on: true, reasons: [MaintenanceModeReasonUserRequested] };
  if (inputs.item === TriState.TS_DISABLED) return { on: false, reasons: [MaintenanceModeReasonNone] };
  if (inputs.ofConfig) return { on: true, reasons: [MaintenanceModeReasonUserRequested] };
  if (inputs.ofNodeAgent) return { on: true, reasons: [...inputs.nodeAgentReasons] };
  return { on: false, reasons: [] };
}

/** What decides the device state. */
export interface DeviceStateInputs {
  readonly maintenance: boolean;
  readonly updating: boolean;
  readonly rebooting: boolean;
  readonly shuttingDown: boolean;
  readonly poweringOff: boolean;
  readonly allDomainsHalted: boolean;
  readonly haveConfig: boolean;
}

/** The first that matches. */
export function deviceState(inputs: DeviceStateInputs): number {
  if (inputs.maintenance) return DeviceState.DEVICE_STATE_MAINTENANCE_MODE;
  if (inputs.updating) return DeviceState.DEVICE_STATE_BASEOS_UPDATING;
  if (inputs.rebooting) return DeviceState.DEVICE_STATE_REBOOTING;
  if (inputs.shuttingDown) {
    return inputs.allDomainsHalted
      ? DeviceState.DEVICE_STATE_PREPARED_POWEROFF
      : DeviceState.DEVICE_STATE_PREPARING_POWEROFF;
  }
  if (inputs.poweringOff) return DeviceState.DEVICE_STATE_POWERING_OFF;
  return inputs.haveConfig ? DeviceState.DEVICE_STATE_ONLINE : DeviceState.DEVICE_STATE_BOOTING;
}
