/** `diag --once` and `diag validate DIR`: one report to standard output, then the end (decisions.md 20). */
import { newAgentMetrics } from "../../controllerconn/mod.ts";
import { type Device, devicePaths } from "../agent/mod.ts";
import { emptyBus } from "./bus/view.ts";
import { readBus } from "./bus/read_bus.ts";
import { resolve } from "node:path";
import { makeReport, type Report } from "./make_report.ts";
import { terminalJson } from "./one_line.ts";
import type { DiagOptions } from "./options.ts";
import { diagnosisLines } from "./report/diagnosis_lines.ts";
import { exitCodes } from "./report/json.ts";
import { line, printed } from "./report/line.ts";
import { onePass } from "./requests/request_plan.ts";
import { standardOutput } from "./screen/screen_stream.ts";

/** @returns 0, 1 or 2 as `--help` says */
export async function runOnce(device: Device, options: DiagOptions): Promise<number> {
  const view = await readBus(device);
  const report = await makeReport(device, {
    view: () => view,
    requests: "always",
    live: true,
    plan: { ...onePass, failPings: options.failPings },
    metrics: newAgentMetrics(() => device.clock.now()),
    failLookup: options.failLookup,
    signal: device.signal,
    progress: () => {},
  }, { trigger: "once", gated: false, showPac: options.showPac });
  print(options.json ? jsonText(report) : report.lines.map(printed).join("").trimStart());
  return exitCodes[report.diagnosis.outcome];
}

/** The folder stands for `/config` of a device that is still to be flashed; nothing is sent. */
export async function runValidate(device: Device, options: DiagOptions): Promise<number> {
  const folder = resolve(options.folder);
  const report = await makeReport({ ...device, bus: device.bus, paths: workbenchPaths(folder) }, {
    view: () => emptyBus,
    requests: "never",
    live: false,
    plan: onePass,
    metrics: newAgentMetrics(() => device.clock.now()),
    failLookup: false,
    signal: device.signal,
    progress: () => {},
  }, { trigger: "validate", gated: true, showPac: false });
  const { diagnosis, facts } = report;
  const verdict = diagnosis.findings.length === 0
    ? [line("PASS", `${folder} is ready: a device will talk to ${facts.files.server}`)]
    : diagnosisLines(diagnosis);
  print(options.json ? jsonText(report) : verdict.map(printed).join(""));
  return exitCodes[diagnosis.outcome];
}

function workbenchPaths(folder: string) {
  const paths = devicePaths("");
  const moved = Object.entries(paths).map(([name, path]): [string, string] => [
    name,
    path === "/config" || path.startsWith("/config/") ? folder + path.slice("/config".length) : path,
  ]);
  return { ...paths, ...Object.fromEntries(moved) };
}

function jsonText({ json }: Report): string {
  return `${terminalJson(JSON.stringify(json, null, 2))}\n`;
}

function print(text: string): void {
  standardOutput.write(text);
}
