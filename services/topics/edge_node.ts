/** `zedagent/EdgeNodeInfo` and `EdgeNodeClusterConfig`: names, ids and cluster of the device (`spec/zedagent.md §6.2, 10.3`). */
import { goCipherBlockStatus } from "./cipher.ts";
import { goUUID } from "./go_bytes.ts";
import { goList, goPointer } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goBool, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";
import { goUUIDandVersion } from "./uuid_and_version.ts";

/** Key `global`. */
export const goEdgeNodeInfo = goStruct({
  DeviceName: goString,
  DeviceID: goUUID,
  ProjectName: goString,
  ProjectID: goUUID,
  EnterpriseName: goString,
  EnterpriseID: goString,
});
/** See {@linkcode goEdgeNodeInfo}. */
export type EdgeNodeInfo = GoValue<typeof goEdgeNodeInfo>;

/** Key `global`. Published with `Initialized` true even without a cluster: domainmgr and volumemgr wait for it. */
export const goEdgeNodeClusterConfig = goStruct({
  Initialized: goBool,
  Valid: goBool,
  ClusterName: goString,
  ClusterID: goUUIDandVersion,
  ClusterInterface: goString,
  ClusterIPPrefix: goPointer(goIPNet),
  IsWorkerNode: goBool,
  JoinServerIP: goIP,
  BootstrapNode: goBool,
  CipherToken: goCipherBlockStatus,
  CipherGzipRegistrationManifestYaml: goCipherBlockStatus,
  ClusterType: goUint8,
  TieBreakerNodeID: goUUIDandVersion,
  EnableNativeK8SOrchestration: goBool,
  LBInterfaces: goList(goStruct({ Interface: goString, IPPrefix: goString })),
});
/** See {@linkcode goEdgeNodeClusterConfig}. */
export type EdgeNodeClusterConfig = GoValue<typeof goEdgeNodeClusterConfig>;
