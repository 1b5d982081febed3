import { assert, assertEquals } from "@std/assert";
import {
  DPCState,
  goAddrInfo,
  goDeviceNetworkStatus,
  goDevicePortConfig,
  goDevicePortConfigList,
  goNetworkPortStatus,
  goZedAgentStatus,
  topics,
} from "../topics/mod.ts";
import type { BusView } from "./bus_view.ts";
import { portLines } from "./port_lines.ts";
import { printed } from "./report_line.ts";
import { derivedLed, summaryLines } from "./summary.ts";

const nothing: BusView = {
  items: undefined,
  led: undefined,
  network: undefined,
  portConfigs: undefined,
  onboarding: undefined,
  zedagent: undefined,
  logs: undefined,
};
const eth0 = goNetworkPortStatus.make({
  IfName: "eth0",
  IsMgmt: true,
  IsL3Port: true,
  Up: true,
  AddrInfoList: [goAddrInfo.make({ Addr: "192.0.2.2" })],
  DNSServers: ["192.0.2.53"],
});
const network = goDeviceNetworkStatus.make({ Version: 1, State: DPCState.DPC_SUCCESS, Ports: [eth0] });

function lines(view: Partial<BusView>): string[] {
  return summaryLines({ ...nothing, ...view }).map(printed);
}

Deno.test("an empty bus is a finding for each program, not an error of diag", () => {
  const found = lines({});
  for (const topic of ["zedagent/ZedAgentStatus", "nim/DeviceNetworkStatus", "loguploader/NewlogMetrics"]) {
    assert(
      found.some((line) => line.startsWith(`WARNING: nothing on the bus under ${topic}`)),
      found.join("\n"),
    );
  }
  assert(found.includes("ERROR: summary: no address yet"));
  assert(found.includes("WARNING: onboarding: this device has no UUID yet"));
});

Deno.test("[diag#17] a disabled vault makes the device line a WARNING, an attestation error an ERROR with its text", () => {
  const zedagent = goZedAgentStatus.make({ DeviceState: 1, AttestState: 7, VaultStatus: 1, PCRStatus: 2 });
  assertEquals(
    lines({ zedagent })[0],
    "WARNING: device: online attest: Complete vault: DISABLED pcr: DISABLED",
  );
  const failing = { ...zedagent, VaultStatus: 2, AttestState: 6, AttestError: "nonce mismatch" };
  assertEquals(
    lines({ zedagent: failing })[0],
    "ERROR: device: online attest: RestartWait vault: ENABLED pcr: DISABLED nonce mismatch",
  );
});

Deno.test("[diag#19] air gap without a console is a WARNING, with one INFO and its URL", () => {
  const zedagent = goZedAgentStatus.make({ AirgapMode: true });
  assert(lines({ zedagent })[1]?.startsWith("WARNING: air gap"));
  assertEquals(
    lines({ zedagent: { ...zedagent, LOCUrl: "https://loc:4443" } })[1],
    "INFO: air gap mode, local operator console https://loc:4443",
  );
});

Deno.test("[diag#20] the third of four port configs in use: two warnings with errors, one in use, one standing by", () => {
  const config = (Key: string) => goDevicePortConfig.make({ Key, LastError: `${Key} failed` });
  const list = ["zedagent", "override", "lastresort", "usb"].map(config);
  const portConfigs = goDevicePortConfigList.make({ CurrentIndex: 2, PortConfigList: list });
  assertEquals(lines({ network, portConfigs }).filter((line) => line.includes("port config")), [
    "WARNING: port config zedagent (priority 0) not in use: zedagent failed",
    "WARNING: port config override (priority 1) not in use: override failed",
    "INFO: using port config lastresort (priority 2)",
    "INFO: 1 more port configs stand by",
  ]);
});

Deno.test("[diag#21] CurrentIndex absent in JSON behaves as 0, -1 gives the warning that none works", () => {
  const { codec } = topics.nim.DevicePortConfigList;
  const absent = codec.decode('{"PortConfigList":[{"Key":"zedagent"}]}');
  assert(lines({ network, portConfigs: absent }).includes("INFO: using port config zedagent (priority 0)"));
  const none = codec.decode('{"CurrentIndex":-1,"PortConfigList":[{"Key":"zedagent"}]}');
  assert(lines({ network, portConfigs: none }).includes("WARNING: no port config works"));
});

Deno.test("the LED is derived: no address 1, otherwise at least 2", () => {
  assertEquals(derivedLed({ ...nothing, led: { BlinkCounter: 4 } }), 1);
  assertEquals(derivedLed({ ...nothing, network, led: { BlinkCounter: 1 } }), 2);
  assertEquals(derivedLed({ ...nothing, network, led: { BlinkCounter: 18 } }), 18);
});

Deno.test("[diag#16] L2 ports never appear, app-shared ones appear and are not tested", () => {
  const shared = goNetworkPortStatus.make({ IfName: "eth1", IsL3Port: true, Cost: 5 });
  const layer2 = goNetworkPortStatus.make({ IfName: "eth2" });
  const tests = new Map([["eth0", {
    ping: { ok: true, text: "200 OK", url: "c/ping" },
    uuid: { ok: true, text: "200 OK", url: "c/uuid" },
  }]]);
  const found = portLines({ ...network, Ports: [eth0, shared, layer2] }, tests).map(printed);
  assertEquals(found, [
    "INFO: 2 ports, 1 towards the controller",
    "INFO: port eth0: link up mgmt 192.0.2.2",
    "INFO: eth0: DNS 192.0.2.53",
    "INFO: eth0: c/ping: 200 OK",
    "INFO: eth0: c/uuid: 200 OK",
    "PASS: eth0: the controller answers and knows this device",
    "INFO: port eth1: link down app-shared (cost 5) no address",
    "INFO: eth1: no DNS server",
    "PASS: all 1 management ports passed",
  ]);
});
