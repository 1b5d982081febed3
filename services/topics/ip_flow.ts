/** `zedrouter/IPFlow`: connections and DNS requests of an app's adapter (`spec/zedagent.md §16`). Key `<app>-<adapter>[-<seq>]`. */
import { goUUID } from "./go_bytes.ts";
import { goList } from "./go_containers.ts";
import { goIP } from "./go_ip.ts";
import { goBool, goInt, goInt32, goInt64, goString, goUint8 } from "./go_scalars.ts";
import { goStruct } from "./go_struct.ts";
import type { GoValue } from "./go_type.ts";

const goFlowRec = goStruct({
  Flow: goStruct({ Src: goIP, Dst: goIP, SrcPort: goInt32, DstPort: goInt32, Proto: goInt32 }),
  Inbound: goBool,
  ACLID: goInt32,
  /** 1 accepted, 2 dropped. */
  Action: goUint8,
  StartTime: goInt64,
  StopTime: goInt64,
  TxBytes: goInt,
  TxPkts: goInt,
  RxBytes: goInt,
  RxPkts: goInt,
});
/** One connection. */
export type FlowRec = GoValue<typeof goFlowRec>;

/** Times in nanoseconds since 1970. */
export const goIPFlow = goStruct({
  Scope: goStruct({ AppUUID: goUUID, NetAdapterName: goString, BrIfName: goString, NetUUID: goUUID }),
  Flows: goList(goFlowRec),
  DNSReqs: goList(
    goStruct({ HostName: goString, Addrs: goList(goIP), RequestTime: goInt64, ACLNum: goInt32 }),
  ),
});
/** See {@linkcode goIPFlow}. */
export type IPFlow = GoValue<typeof goIPFlow>;
