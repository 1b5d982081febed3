/** `zedagent/ZedAgentStatus`: what zedagent knows and asks of the others (`spec/zedagent.md §9`). Key `zedagent`. */
import { goUint8List } from "./go_bytes.ts";
import { goBool, goInt, goInt32, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoValue } from "./go_type.ts";

/** Asked for by zedagent, answered by nim in `DeviceNetworkStatus` (`spec/nim.md §11.1`). */
export const goRadioSilence = goStruct({
  Imposed: goBool,
  ChangeInProgress: goBool,
  ChangeRequestedAt: goTimeType,
  ConfigError: goString,
});
/** See {@linkcode goRadioSilence}. */
export type RadioSilence = GoValue<typeof goRadioSilence>;

/** Numbers: {@linkcode ConfigGetStatus}, {@linkcode BootReason}, {@linkcode DeviceState}, {@linkcode AttestState} … */
export const goZedAgentStatus = goStruct({
  Name: goString,
  ConfigGetStatus: goUint8,
  RebootCmd: goBool,
  ShutdownCmd: goBool,
  PoweroffCmd: goBool,
  RequestedRebootReason: goString,
  RequestedBootReason: goUint8,
  MaintenanceMode: goBool,
  MaintenanceModeReasons: goUint8List,
  EdgeNodeCertsRefused: goBool,
  ForceFallbackCounter: goInt,
  CurrentProfile: goString,
  RadioSilence: goRadioSilence,
  DeviceState: goInt32,
  AttestState: goInt32,
  AttestError: goString,
  VaultStatus: goInt32,
  PCRStatus: goInt32,
  VaultErr: goString,
  AirgapMode: goBool,
  LOCUrl: goString,
});
/** See {@linkcode goZedAgentStatus}. */
export type ZedAgentStatus = GoValue<typeof goZedAgentStatus>;

/** `RequestedBootReason`, and `NodeAgentStatus.BootReason` (`spec/zedagent.md §5`). */
export const BootReason = {
  BootReasonNone: 0,
  BootReasonFirst: 1,
  BootReasonRebootCmd: 2,
  BootReasonUpdate: 3,
  BootReasonFallback: 4,
  BootReasonDisconnect: 5,
  BootReasonFatal: 6,
  BootReasonOOM: 7,
  BootReasonWatchdogHung: 8,
  BootReasonWatchdogPid: 9,
  BootReasonKernel: 10,
  BootReasonPowerFail: 11,
  BootReasonUnknown: 12,
  BootReasonVaultFailure: 13,
  BootReasonPoweroffCmd: 14,
  BootReasonKubeTransition: 15,
  BootReasonHWWatchdog: 16,
  BootReasonParseFail: 255,
} as const;

/** `ZedAgentStatus.ConfigGetStatus` (`spec/zedagent.md §4.7`); 0 = no attempt finished yet. */
export const ConfigGetStatus = {
  None: 0,
  ConfigGetSuccess: 1,
  ConfigGetFail: 2,
  ConfigGetTemporaryFail: 3,
  ConfigGetReadSaved: 4,
} as const;

/** `ZedAgentStatus.DeviceState` (`spec/zedagent.md §11.5`, `spec/diag.md §2.2`). */
export const DeviceState = {
  DEVICE_STATE_UNSPECIFIED: 0,
  DEVICE_STATE_ONLINE: 1,
  DEVICE_STATE_REBOOTING: 2,
  DEVICE_STATE_MAINTENANCE_MODE: 3,
  DEVICE_STATE_BASEOS_UPDATING: 4,
  DEVICE_STATE_BOOTING: 5,
  DEVICE_STATE_PREPARING_POWEROFF: 6,
  DEVICE_STATE_POWERING_OFF: 7,
  DEVICE_STATE_PREPARED_POWEROFF: 8,
} as const;

/** `ZedAgentStatus.MaintenanceModeReasons` (`spec/zedagent.md §11.4`). */
export const MaintenanceModeReason = {
  MaintenanceModeReasonNone: 0,
  MaintenanceModeReasonUserRequested: 1,
  MaintenanceModeReasonVaultLockedUp: 2,
  MaintenanceModeReasonLowDiskSpace: 3,
  MaintenanceModeReasonTpmEncFailure: 4,
  MaintenanceModeReasonTpmQuoteFailure: 5,
  MaintenanceModeReasonEdgeNodeCertsRefused: 6,
} as const;

/** `ZedAgentStatus.AttestState` (`spec/zedagent.md §13`, `spec/diag.md §2.2`). */
export const AttestState = {
  StateNone: 0,
  StateNonceWait: 1,
  StateInternalQuoteWait: 2,
  StateInternalEscrowWait: 3,
  StateAttestWait: 4,
  StateAttestEscrowWait: 5,
  StateRestartWait: 6,
  StateComplete: 7,
  StateAny: 8,
} as const;

/** `ZedAgentStatus.PCRStatus` (`spec/diag.md §2.2`). */
export const PCRStatus = { PCR_UNKNOWN: 0, PCR_ENABLED: 1, PCR_DISABLED: 2 } as const;

/** `ZedAgentStatus.VaultStatus` and `VaultStatus.Status` (`spec/diag.md §2.2`). */
export const DataSecAtRestStatus = {
  DATASEC_AT_REST_UNKNOWN: 0,
  DATASEC_AT_REST_DISABLED: 1,
  DATASEC_AT_REST_ENABLED: 2,
  DATASEC_AT_REST_ERROR: 4,
} as const;
