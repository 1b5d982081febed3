/** `zedagent/AppInstanceConfig`: an app as the controller wants it (`spec/zedagent.md §10.4`). Key: app UUID. */
import { goCipherBlockStatus } from "./cipher.ts";
import { goBytes, goUUID } from "./go_bytes.ts";
import { goList, goPointer } from "./go_containers.ts";
import { goIP } from "./go_ip.ts";
import { goBool, goDuration, goInt32, goInt64, goString, goUint32, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";
import { goEthVF } from "./physical_io_adapter_list.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";
import { goVmConfig } from "./vm_config.ts";

const goAppInstanceOpsCmd = goStruct({ Counter: goUint32, ApplyTime: goString });

/** A volume the app uses. */
export const goVolumeRefConfig = goStruct({
  VolumeID: goUUID,
  GenerationCounter: goInt64,
  LocalGenerationCounter: goInt64,
  AppUUID: goUUID,
  MountDir: goString,
  VerifyOnly: goBool,
});

const goACE = goStruct({
  Matches: goList(goStruct({ Type: goString, Value: goString })),
  Actions: goList(goStruct({
    Drop: goBool,
    Limit: goBool,
    LimitRate: goUint32,
    LimitUnit: goString,
    LimitBurst: goUint32,
    PortMap: goBool,
    TargetPort: goInt32,
  })),
  Name: goString,
  RuleID: goInt32,
  Dir: goUint8,
});

/** A virtual interface of the app and the network instance it is in. */
export const goAppNetAdapterConfig = goStruct({
  Name: goString,
  AppMacAddr: goBytes,
  AppIPAddr: goIP,
  IntfOrder: goInt32,
  Error: goString,
  Network: goUUID,
  ACLs: goList(goACE),
  AccessVlanID: goUint32,
  IfIdx: goUint32,
  AllowToDiscover: goBool,
});

/** A hardware adapter given to the app; `EthVf` only for virtual functions. */
export const goIoAdapter = goStruct({ Type: goUint8, Name: goString, EthVf: goEthVF, IntfOrder: goInt32 });

const goSnapshotConfig = goStruct({
  ActiveSnapshot: goString,
  MaxSnapshots: goUint32,
  RollbackCmd: goAppInstanceOpsCmd,
  Snapshots: goList(goStruct({ SnapshotID: goString, SnapshotType: goInt32 })),
});

/** `Delay` in nanoseconds. loguploader reads the UUID and `DisableLogs`; the rest is for zedmanager. */
export const goAppInstanceConfig = goStruct({
  UUIDandVersion: goUUIDandVersion,
  DisplayName: goString,
  Errors: goList(goString),
  FixedResources: goVmConfig,
  DisableLogs: goBool,
  VolumeRefConfigList: goList(goVolumeRefConfig),
  Activate: goBool,
  AppNetAdapterList: goList(goAppNetAdapterConfig),
  IoAdapterList: goList(goIoAdapter),
  RestartCmd: goAppInstanceOpsCmd,
  PurgeCmd: goAppInstanceOpsCmd,
  LocalRestartCmd: goAppInstanceOpsCmd,
  LocalPurgeCmd: goAppInstanceOpsCmd,
  "pubsub-large-CloudInitUserData": goPointer(goString),
  RemoteConsole: goBool,
  CollectStatsIPAddr: goIP,
  ...goCipherBlockStatus.fields,
  MetaDataType: goUint8,
  ProfileList: goList(goString),
  Delay: goDuration,
  Service: goBool,
  CloudInitVersion: goUint32,
  Snapshot: goSnapshotConfig,
  AllowToDiscover: goBool,
  IsDesignatedNodeID: goBool,
  AffinityType: goInt32,
  DeploymentType: goUint8,
  ControllerBootOrder: goInt32,
  BootOrderSource: goInt32,
});
/** See {@linkcode goAppInstanceConfig}. */
export type AppInstanceConfig = GoValue<typeof goAppInstanceConfig>;
