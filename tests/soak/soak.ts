/** One soak: a device lives through a plan of faults, comes to rest, and is examined. */
import { seededRandom } from "../../services/agent/test_device.ts";
import { temporaries, tornFiles } from "../kills/files_whole.ts";
import { until } from "../site/until.ts";
import { changeConfigs, differences, missing, put, uuidOf } from "./configuring.ts";
import { accountFor, type Deliveries } from "./deliveries.ts";
import { arrivalsAt, quarantined, writeLogs } from "./log_writing.ts";
import { breaksOf, perform, type Performed } from "./performing.ts";
import { faultText, type Form, type PlannedFault, planOf } from "./plan.ts";
import { openSoakedDevice, type SoakedDevice } from "./soaked_device.ts";
import { shortestLifeMs, type Trend, trendsOf } from "./trend.ts";
import { type Seen, watch } from "./watching.ts";

/** What is asked for. */
export interface SoakOptions {
  readonly form: Form;
  readonly seed: number;
  /** Of the plan; the start before and the rest after it come on top, a minute or so. */
  readonly minutes: number;
  /** Told what happens, a line each time. */
  readonly tell: (text: string) => void;
}

/** One thing that was examined. */
export interface Check {
  readonly name: string;
  /** What is wrong, in words; empty when all is well. */
  readonly wrong: readonly string[];
}

/** What came of it. */
export interface SoakResult {
  readonly form: Form;
  readonly seed: number;
  readonly minutes: number;
  /** From the first look to the last one. */
  readonly seconds: number;
  readonly settledSeconds: number;
  readonly plan: readonly PlannedFault[];
  /** When the plan began, seconds after the first look. */
  readonly planFrom: number;
  readonly performed: readonly Performed[];
  readonly configurations: number;
  readonly refusedLogs: number;
  readonly deliveries: Deliveries;
  readonly trends: readonly Trend[];
  readonly seen: Seen;
  readonly checks: readonly Check[];
}

const startPatienceMs = 90_000;
const settlePatienceMs = 180_000;
const logEveryMs = 700;
const configEveryMs = 9_000;

/** @throws {Error} when the device does not even start, or the network can't be made */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  const { form, seed, minutes, tell } = options;
  const lengthMs = minutes * 60_000;
  const plan = planOf(seed, lengthMs, form);
  const random = seededRandom(seed + 1);
  await using device = await openSoakedDevice(form);
  const examining = new AbortController();
  const watching = watch(device, Math.min(30_000, Math.max(1_000, lengthMs / 600)), examining.signal);
  const began = performance.now();
  try {
    device.startAll();
    const uuid = await firstStart(device);
    tell(`onboarded as ${uuid}; ${plan.length} faults in ${minutes} min begin`);
    const planFrom = performance.now() - began;
    const writingEnds = new AbortController();
    const [performed, logs, configurations] = await Promise.all([
      perform(plan, device, () => random.next(), (what, { fault }) => {
        const at = (performance.now() - began - planFrom) / 1000;
        tell(
          `${at.toFixed(1).padStart(7)} s  ${faultText(fault)} ${what === "ends" ? "is over" : ""}`.trimEnd(),
        );
      }).finally(() => writingEnds.abort()),
      writeLogs(device, seededRandom(seed + 2), logEveryMs, writingEnds.signal),
      changeConfigs(device, configEveryMs, writingEnds.signal),
    ]);
    const settleFrom = performance.now();
    const unsettled = await settle(device, uuid, configurations + 1, tell);
    const settledSeconds = (performance.now() - settleFrom) / 1000;
    // Whatever was killed last in the first half has a life that is long enough to be judged.
    await rest(shortestLifeMs + 5_000 - (lengthMs / 2 + performance.now() - settleFrom));
    examining.abort();
    const seen = await watching;
    const deliveries = accountFor(
      logs.written,
      await arrivalsAt(device, uuid),
      breaksOf(performed),
      await quarantined(device),
    );
    const equal = unsettled.length > 0 ? unsettled : differences(device, uuid);
    const known = device.site.controller.devices().length;
    const ending = await device.endAll();
    const trends = trendsOf(seen.samples);
    return {
      form,
      seed,
      minutes,
      seconds: (performance.now() - began) / 1000,
      settledSeconds,
      plan,
      planFrom: planFrom / 1000,
      performed,
      configurations: configurations + 1,
      refusedLogs: logs.refused,
      deliveries,
      trends,
      seen,
      checks: [
        { name: "the device comes to rest: configured, network tested, no log waits", wrong: unsettled },
        { name: "the configuration is what the controller has", wrong: equal },
        { name: "the device registered once", wrong: known === 1 ? [] : [`${known} devices are registered`] },
        { name: "every log file arrived once, or is accounted for", wrong: wrongDeliveries(deliveries) },
        {
          name: "no program ended but by kill -9, and all end well",
          wrong: [...device.endedByThemselves, ...ending],
        },
        { name: "memory is flat", wrong: wrongTrends(trends, "memory grows") },
        { name: "descriptors are flat", wrong: wrongTrends(trends, "descriptors grow") },
        { name: "no temporary and no torn file is left", wrong: leftovers(device) },
      ],
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${logTails(device)}`, {
      cause: error,
    });
  } finally {
    examining.abort();
    await watching;
  }
}

async function firstStart(device: SoakedDevice): Promise<string> {
  const { site } = device;
  const code = await device.onboard();
  if (code !== 0) throw new Error(`the first client ended with ${code}`);
  await until("the device is registered", () => uuidOf(device) !== undefined, startPatienceMs);
  const uuid = uuidOf(device) ?? "";
  put(device, uuid, 0);
  await until("the first configuration is applied", () => missing(device, 0).length === 0, startPatienceMs);
  await until("and saved", () => site.device.exists("persist/checkpoint/lastconfig"), startPatienceMs);
  return uuid;
}

/** No fault any more. @returns what did not come to rest in time */
async function settle(
  device: SoakedDevice,
  uuid: string,
  version: number,
  tell: (text: string) => void,
): Promise<string[]> {
  tell("no more faults; the device comes to rest");
  put(device, uuid, version);
  const client = await device.onboard();
  const stillWrong = () => [
    ...(client === 0 ? [] : [`client ended with ${client}`]),
    ...missing(device, version),
    ...(device.site.device.logsWaiting() === 0 ? [] : [`${device.site.device.logsWaiting()} log files wait`]),
    ...(networkState(device) === 3 ? [] : [`nim's State is ${networkState(device)}, not DPC_SUCCESS`]),
  ];
  try {
    await until("rest", () => stillWrong().length === 0, settlePatienceMs);
    return [];
  } catch {
    return stillWrong();
  }
}

function networkState({ site }: SoakedDevice): unknown {
  return site.device.json("run/nim/DeviceNetworkStatus/global.json")?.["State"];
}

async function rest(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, Math.max(3_000, ms)));
}

function wrongDeliveries({ lost, unexcused, strange, quarantined }: Deliveries): string[] {
  const named = (what: string, numbers: readonly number[]) =>
    numbers.length === 0 ? [] : [`${numbers.length} ${what}: ${numbers.slice(0, 20).join(", ")}`];
  return [
    ...named("lost", lost),
    ...named("arrived twice for no known reason", unexcused),
    ...named("arrived that nobody wrote", strange),
    ...named("in failedUpload, though nothing was wrong with them", quarantined),
  ];
}

function wrongTrends(trends: readonly Trend[], verdict: Trend["verdict"]): string[] {
  return trends.filter((trend) => trend.verdict === verdict || trend.verdict === "too short to judge").map(
    ({ program, pssMb, descriptors, verdict, judgedSeconds }) =>
      `${program}: ${verdict} (${pssMb.before.toFixed(0)} → ${pssMb.after.toFixed(0)} MB, ` +
      `${descriptors.before} → ${descriptors.after} descriptors, a life of ${judgedSeconds.toFixed(0)} s)`,
  );
}

function leftovers({ site }: SoakedDevice): string[] {
  return [...tornFiles(site.root), ...temporaries(site.root).map((path) => `left: ${path}`)];
}

function logTails({ processes }: SoakedDevice): string {
  return [...Deno.readDirSync(processes.logs)].map(({ name }) => {
    const lines = Deno.readTextFileSync(`${processes.logs}/${name}`).trimEnd().split("\n").slice(-8);
    return `--- ${name}\n${lines.map((line) => line.slice(0, 400)).join("\n")}`;
  }).join("\n");
}
