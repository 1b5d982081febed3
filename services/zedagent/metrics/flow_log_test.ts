/** The flow log: its rules, its content, and its messages on their way to a real controller; the test plays zedrouter. */
import { assertEquals } from "@std/assert";
import { flowlog, FlowMessage, ZMetricMsg } from "../../../proto/device.ts";
import { fromTimestamp } from "../../../proto/timestamp.ts";
import { until } from "../../agent/test_device.ts";
import { goIPFlow, topics } from "../../topics/mod.ts";
import { openTestAccess, testReport } from "../info/testdata/test_access.ts";
import { flowLogCapacity, type FlowLogEvent, flowLogStep, initialFlowLog } from "./flow_log_state.ts";
import { startFlowLog } from "./flow_log_task.ts";
import { flowMessage } from "./flow_message.ts";
import { startMetrics } from "./metrics_task.ts";

const appUUID = "00000000-0000-4000-8000-0000000000a1";
const flow = goIPFlow.decode({
  Scope: { AppUUID: appUUID, NetAdapterName: "eth0", BrIfName: "bn1" },
  Flows: [{
    Flow: { Src: "10.1.0.2", Dst: "192.0.2.1", SrcPort: 1000, DstPort: 443, Proto: 6 },
    Action: 1,
    StartTime: 1_700_000_000_500_000_000n,
    TxBytes: 2 ** 40,
  }, { Action: 9 }],
  DNSReqs: [{ HostName: "example.com", Addrs: ["192.0.2.1"], RequestTime: 1_700_000_000_000_000_000n }],
});

function play(...events: FlowLogEvent[]) {
  let state = initialFlowLog;
  const effects = events.map((event) => {
    const step = flowLogStep(state, event);
    state = step.state;
    return step.effects.map(({ kind }) => kind).join();
  });
  return { state, effects };
}

Deno.test("what an app talked to, in the form of the device API", () => {
  const message = FlowMessage.decode(flowMessage("d", flow));
  assertEquals([message.devId, message.scope?.uuid, message.scope?.intf, message.scope?.localIntf], [
    "d",
    appUUID,
    "eth0",
    "bn1",
  ]);
  const [record, other] = message.flows;
  assertEquals([record?.flow?.src, record?.flow?.dest, record?.flow?.destPort, record?.flow?.protocol], [
    "10.1.0.2",
    "192.0.2.1",
    443,
    6,
  ]);
  assertEquals([record?.action, other?.action], [
    flowlog.ACLAction.ActionAccept,
    flowlog.ACLAction.ActionUnknown,
  ]);
  assertEquals([fromTimestamp(record?.startTime), record?.txBytes.toNumber()], [1_700_000_000_500, 2 ** 40]);
  assertEquals([message.dnsReqs[0]?.hostName, message.dnsReqs[0]?.addrs], ["example.com", ["192.0.2.1"]]);
});

Deno.test("one at a time; a failure is tried again later and the next waits", () => {
  const { state, effects } = play(
    { kind: "flow", flow },
    { kind: "flow", flow },
    { kind: "sent", delivered: false },
    { kind: "due" },
    { kind: "sent", delivered: true },
    { kind: "sent", delivered: true },
    { kind: "due" },
  );
  assertEquals(effects, ["send", "", "due-after", "send", "send", "", ""]);
  assertEquals(state.counters, {
    messages: { success: 2, drops: 0, failedAttempts: 1 },
    flows: { success: 4, drops: 0, failedAttempts: 2 },
    dnsRequests: { success: 2, drops: 0, failedAttempts: 1 },
  });
});

Deno.test("a full queue drops what comes, a crowded one what fails", () => {
  const many = Array.from({ length: flowLogCapacity + 3 }, (): FlowLogEvent => ({ kind: "flow", flow }));
  const { state, effects } = play(...many, { kind: "sent", delivered: false });
  assertEquals(state.counters.messages, { success: 0, drops: 3, failedAttempts: 1 });
  assertEquals([effects.at(-1), state.waiting.length, state.failures], ["send", flowLogCapacity - 1, 0]);
});

Deno.test("flows arrive, a refused message after a second and two, and the metrics count them", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("flowlog", { status: 503, times: 2 });
  const counters = startFlowLog(site.access);
  site.others.publication(topics.zedrouter.IPFlow).publish(`${appUUID}-eth0`, flow);
  const answers = () =>
    site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "flowlog" && durationMs > 0);
  const counted = () => [counters().messages?.success, counters().messages?.failed_attempts];
  await until("refused", () => counted()[1] === 1);
  await site.device.clock.advance(1_100);
  await until("refused again", () => counted()[1] === 2);
  await site.device.clock.advance(2_200);
  await until("taken", () => counted()[0] === 1);
  assertEquals(answers().map(({ status }) => status), [503, 503, 201]);
  assertEquals(FlowMessage.decode(answers().at(-1)?.payload ?? new Uint8Array()).devId, site.uuid);
});

Deno.test("the metrics message has the counters of the flow log", async () => {
  await using site = await openTestAccess();
  startMetrics(site.access, { report: testReport() });
  const sent = () =>
    site.controller.requests.filter(({ endpoint, status }) => endpoint === "metrics" && status === 201);
  await until("a message", () => sent().length === 1);
  const { dm } = ZMetricMsg.decode(sent()[0]?.payload ?? new Uint8Array());
  assertEquals(dm?.flowlog?.messages?.success.toNumber(), 0);
});
