/** `FlowMessage`: what an app has talked to (`spec/zedagent.md §16`). Pure. */
import { flowlog, FlowMessage } from "../../../proto/device.ts";
import { toTimestamp } from "../../../proto/timestamp.ts";
import type { FlowRec, IPFlow } from "../../topics/mod.ts";

const { ActionUnknown, ActionDrop, ActionAccept } = flowlog.ACLAction;
const actions = [ActionUnknown, ActionAccept, ActionDrop];

/** The message, ready to be sent. */
export function flowMessage(devId: string, { Scope, Flows, DNSReqs }: IPFlow): Uint8Array {
  return FlowMessage.encode({
    devId,
    scope: {
      uuid: Scope.AppUUID,
      intf: Scope.NetAdapterName,
      localIntf: Scope.BrIfName,
      netInstUUID: Scope.NetUUID,
    },
    flows: (Flows ?? []).map(flowRecord),
    dnsReqs: (DNSReqs ?? []).map(({ HostName, Addrs, RequestTime, ACLNum }) => ({
      hostName: HostName,
      addrs: Addrs ?? [],
      requestTime: timestampOf(RequestTime),
      aclNum: ACLNum,
    })),
  }).finish();
}

function flowRecord(record: FlowRec): flowlog.IFlowRecord {
  const { Src, Dst, SrcPort, DstPort, Proto } = record.Flow;
  return {
    flow: { src: Src, dest: Dst, srcPort: SrcPort, destPort: DstPort, protocol: Proto },
    inbound: record.Inbound,
    aclId: record.ACLID,
    action: actions[record.Action] ?? ActionUnknown,
    startTime: timestampOf(record.StartTime),
    endTime: timestampOf(record.StopTime),
    txBytes: record.TxBytes,
    txPkts: record.TxPkts,
    rxBytes: record.RxBytes,
    rxPkts: record.RxPkts,
  };
}

function timestampOf(nanoseconds: bigint) {
  return toTimestamp(Number(nanoseconds) / 1e6);
}
