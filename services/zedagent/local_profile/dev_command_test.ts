import { assertEquals } from "@std/assert";
import { goNodeAgentStatus } from "../../topics/mod.ts";
import { decideDevCommand, type DevCommandContext } from "./dev_command.ts";

const idle: DevCommandContext = {
  lastTimestamp: 7n,
  status: { RebootCmd: false, ShutdownCmd: false, PoweroffCmd: false },
  node: goNodeAgentStatus.zero(),
};
const decide = (command: number, more: Partial<DevCommandContext> = {}, timestamp = 8n, deferred = false) =>
  decideDevCommand({ command, timestamp }, { ...idle, ...more }, deferred);
const node = (more: Partial<typeof idle.node>) => ({ node: goNodeAgentStatus.make(more) });

Deno.test("each command and what it asks of nodeagent", () => {
  assertEquals(decide(0), { kind: "nothing" });
  assertEquals(decide(1), { kind: "execute", change: { ShutdownCmd: true } });
  assertEquals(decide(2), {
    kind: "execute",
    change: {
      PoweroffCmd: true,
      RequestedBootReason: 14,
      RequestedRebootReason: "NORMAL: local profile server power off",
    },
  });
  assertEquals(decide(3), {
    kind: "execute",
    change: {
      RebootCmd: true,
      RequestedBootReason: 2,
      RequestedRebootReason: "NORMAL: local profile graceful reboot",
    },
  });
  assertEquals(decide(4), { kind: "collect-info" });
  assertEquals(decide(5).kind, "ignore");
});

Deno.test("the same timestamp is nothing; what runs already is ignored", () => {
  for (const command of [1, 2, 3, 4]) assertEquals(decide(command, {}, 7n), { kind: "nothing" });
  assertEquals(decide(1, { status: { ...idle.status, ShutdownCmd: true } }).kind, "ignore");
  assertEquals(decide(1, node({ DeviceShutdown: true })).kind, "ignore");
  assertEquals(decide(2, node({ DevicePoweroff: true })).kind, "ignore");
  assertEquals(decide(3, node({ DeviceReboot: true })).kind, "ignore");
  assertEquals(decide(3, { status: { ...idle.status, ShutdownCmd: true } }).kind, "execute");
});

Deno.test("an update or a drain defers all but collecting info; afterwards the reason says so", () => {
  for (const busy of [node({ UpdateInprogress: true }), node({ WaitDrainInProgress: true })]) {
    assertEquals([1, 2, 3].map((command) => decide(command, busy).kind), ["defer", "defer", "defer"]);
    assertEquals(decide(4, busy).kind, "collect-info");
  }
  const after = decide(3, {}, 8n, true);
  assertEquals(
    after.kind === "execute" && after.change.RequestedRebootReason,
    "TestComplete and deferred Reboot Cmd",
  );
});
