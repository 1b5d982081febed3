/** `diag --once`: one report, then the end (decisions.md 20). */
import { newAgentMetrics } from "../../controllerconn/mod.ts";
import { type Device, errorText, openControllerClient, readServer, readSoftSerial } from "../agent/mod.ts";
import { goTime, intItem } from "../topics/mod.ts";
import { type BusView, readBus } from "./bus_view.ts";
import { passed, portLines, type PortTest, testablePorts } from "./port_lines.ts";
import { testPort } from "./port_tests.ts";
import { printed, type ReportLine } from "./report_line.ts";
import { summaryLines } from "./summary.ts";

/** Prints to standard output. @returns 0, 1 or 2 as `--help` says */
export async function run(device: Device): Promise<number> {
  const view = await readBus(device);
  const { tests, findings } = await testPorts(device, view);
  const lines: ReportLine[] = [
    { level: "INFO", text: `report ${goTime(device.clock.now())}` },
    ...summaryLines(view),
    ...findings,
    ...(view.network === undefined ? [] : portLines(view.network, tests)),
  ];
  print(lines);
  if (![...tests.values()].some(passed)) return 2;
  return lines.some((line) => line.level === "ERROR") || ![...tests.values()].every(passed) ? 1 : 0;
}

async function testPorts(device: Device, view: BusView) {
  const tests = new Map<string, PortTest>();
  const { network } = view;
  if (network === undefined) return { tests, findings: [] };
  try {
    const server = readServer(device.paths);
    const client = openControllerClient(device, {
      deviceNetworkStatus: () => network,
      configItems: { int: (key) => intItem(view.items, key) },
      devUUID: () => "",
      devSoftSerial: readSoftSerial(device.paths),
      metrics: newAgentMetrics(() => device.clock.now()),
      withoutWrites: true,
    });
    for (const { IfName } of testablePorts(network)) {
      tests.set(IfName, await testPort(client, server, IfName, device.signal));
    }
    client.close();
    return { tests, findings: [] };
  } catch (error) {
    const finding: ReportLine = {
      level: "ERROR",
      text: `the controller can't be tested: ${errorText(error)}`,
    };
    return { tests, findings: [finding] };
  }
}

function print(lines: readonly ReportLine[]): void {
  let rest = new TextEncoder().encode(lines.map((line) => `${printed(line)}\n`).join(""));
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
