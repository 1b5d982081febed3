/** The forms that follow the bus: `-f`, and without it one report as soon as the bus says enough (`spec/diag.md §1.2–1.4`). */
import { newAgentMetrics } from "../../../controllerconn/mod.ts";
import {
  AgentError,
  childAbort,
  type Device,
  errorText,
  every,
  followConfigItems,
  jitter,
  openTimer,
  publishMetricsMap,
  retryDelay,
  signalOnce,
  waitFor,
} from "../../agent/mod.ts";
import { topics } from "../../topics/mod.ts";
import { followBus } from "../bus/follow_bus.ts";
import { gateIsOpen } from "../bus/view.ts";
import { evaluate } from "../checks/evaluate.ts";
import { readFiles } from "../facts/read_files.ts";
import type { DiagOptions } from "../options.ts";
import { diagnosisLines } from "../report/diagnosis_lines.ts";
import { printed } from "../report/line.ts";
import { type Screen, screenFile, standardOutput } from "../screen/screen_stream.ts";
import { filesPolicy } from "../retry_policies.ts";
import { serve, type Served } from "../serve/serve.ts";
import { fileFacts } from "./file_facts.ts";
import { OneReport, type ReportSetting } from "./one_report.ts";
import { noReports, reports, type ReportsEffect, type ReportsEvent } from "./reports.ts";

/** `spec/diag.md §2` */
const METRICS_MS = 30_000;

/** @returns 0 when the device ends, or after the report where one is enough */
export async function runReports(device: Device, options: DiagOptions): Promise<number> {
  const complain = (what: string) => (reason: string) => device.log.warn(`${what}: ${reason}; diag goes on`);
  const screen = options.screenFile === undefined
    ? standardOutput
    : screenFile(options.screenFile, complain(`screen ${options.screenFile}`));
  try {
    const changed = signalOnce();
    const items = followConfigItems(device, changed.fire);
    if (!await waitFor(changed, () => items.map !== undefined, device.signal)) return 0;
    if (!await serverIsNamed(device, screen)) return 0;
    const served = openPage(device, options);
    const setting: ReportSetting = {
      options,
      screen,
      metrics: newAgentMetrics(() => device.clock.now()),
      complain: complain(`report file ${options.stateFile}`),
      finished: (report) => served?.show(report),
    };
    const following = Promise.all([followReports(device, setting), served?.ended]);
    if (options.form === "forever") await Promise.all([following, publish(device, setting)]);
    else await following;
    return 0;
  } finally {
    screen.close();
  }
}

/** A page that can't be served is told; the reports go on. */
function openPage(device: Device, { serve: wanted, tokenFile }: DiagOptions): Served | undefined {
  if (wanted === undefined) return undefined;
  try {
    const token = tokenFile === undefined ? undefined : readToken(tokenFile);
    const served = serve(device, wanted, token);
    const host = wanted.hostname.includes(":") ? `[${wanted.hostname}]` : wanted.hostname;
    device.log.info(`the page is at http://${host}:${served.address.port}/`);
    return served;
  } catch (error) {
    device.log.error(`--serve: ${errorText(error)}; there is no page, the reports go on`);
    return undefined;
  }
}

/** @throws {AgentError} `bad-file`: an empty token would let everybody in */
function readToken(path: string): string {
  const token = Deno.readTextFileSync(path).trim();
  if (token === "") throw new AgentError("bad-file", `${path} is empty: expected a token`);
  return token;
}

/** Waits until `/config/server` can be used; says once on the screen what is wrong with it. */
async function serverIsNamed(device: Device, screen: Screen): Promise<boolean> {
  for (let told = false; !device.signal.aborted; told = true) {
    const { facts } = readFiles(device, true);
    if (facts.server !== "") return true;
    if (!told) screen.write(diagnosisLines(evaluate(fileFacts(device, facts))).map(printed).join(""));
    await device.clock.sleep(retryDelay(device.random, filesPolicy), device.signal);
  }
  return false;
}

/** Another diag may have the topic: then its counters are published, and ours are not. */
async function publish(device: Device, { metrics }: ReportSetting): Promise<void> {
  await device.clock.sleep(jitter(device.random, METRICS_MS), device.signal);
  if (device.signal.aborted) return;
  const interval = () => jitter(device.random, METRICS_MS);
  try {
    await publishMetricsMap(device, topics.diag.MetricsMap, metrics, interval);
  } catch (error) {
    device.log.warn(`MetricsMap is not published: ${errorText(error)}; the reports go on`);
  }
}

async function followReports(device: Device, setting: ReportSetting): Promise<void> {
  const enough = childAbort(device.signal);
  const here: Device = { ...device, bus: device.bus, signal: enough.signal };
  const now = () => device.clock.monotonic();
  const timer = openTimer(here);
  let state = noReports(now());
  let running: OneReport | undefined;
  let codes = "";

  const isLone = setting.options.form === "first";
  const dispatch = (event: ReportsEvent) => {
    if (enough.signal.aborted || isLone && event.kind === "bus" && !gateIsOpen(event.view)) return;
    const [next, effects] = reports(state, event);
    state = next;
    effects.forEach(perform);
  };
  const perform = (effect: ReportsEffect) => {
    switch (effect.kind) {
      case "wake":
        return timer.set(effect.at - now(), () => dispatch({ kind: "woken", now: now() }));
      case "abandon":
        return running?.abandon();
      case "report":
        return void make(effect.word);
    }
  };
  const make = async (word: string) => {
    const one = running = new OneReport(here, setting, bus.view, word);
    const report = await one.made;
    running = undefined;
    if (report !== undefined) codes = faultCodes(report.facts.files.faults);
    if (isLone && report !== undefined) enough.abort();
    dispatch({ kind: "ended", now: now() });
  };
  const bus = followBus(device.bus, () => dispatch({ kind: "bus", view: bus.view(), now: now() }));
  dispatch({ kind: "bus", view: bus.view(), now: now() });
  await every(here, () => retryDelay(device.random, filesPolicy), () => {
    if (codes === "") return;
    const found = faultCodes(readFiles(device, true).facts.faults);
    if (found !== codes) dispatch({ kind: "files", now: now() });
    codes = found;
  });
  if (!device.signal.aborted) bus.close();
  await running?.made;
}

function faultCodes(faults: readonly { readonly code: string }[]): string {
  return faults.map(({ code }) => code).join(" ");
}
