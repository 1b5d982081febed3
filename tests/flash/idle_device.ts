/** A whole device that is onboarded and then left alone, and what it writes meanwhile. */
import type { config } from "../../proto/all.ts";
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import { firstConfig } from "../../scripts/demo/configs.ts";
import { makeSite, playNewlogd, type Site } from "../../scripts/demo/site.ts";
import type { Executable } from "../../scripts/permissions.ts";
import { pause, until } from "../site/until.ts";
import type { FileWrite } from "./file_writes.ts";
import { startTraced, type Traced, writesOf } from "./traced.ts";

/** How the device is left alone. */
export interface Idleness {
  /** Of config and metrics, in seconds; the timers of a new device (60 s) if absent. */
  readonly intervalSeconds?: number | undefined;
  /** From the moment when everything has been sent once. */
  readonly settleSeconds: number;
  readonly minutes: number;
  readonly tell: (text: string) => void;
}

/** What was seen. */
export interface IdleReport {
  readonly root: string;
  readonly minutes: number;
  readonly writes: readonly FileWrite[];
  /** What did not end well after SIGTERM, in words. */
  readonly failures: readonly string[];
}

/** The programs of a device that stay. The client ends when the device is onboarded; diag writes in /run only, which is memory. */
const standing: readonly Executable[] = ["nim", "zedagent", "loguploader", "bridge"];
const PATIENCE_MS = 90_000;
const END_MS = 5_000;

/** Onboards a device, lets it settle, and follows every write of its programs until the time is over. */
export async function watchIdleDevice(idleness: Idleness): Promise<IdleReport> {
  const site = await makeSite();
  const ending = new AbortController();
  const running: Traced[] = [];
  const before = contentsBelow(site.root);
  const start = (program: Executable, ...more: string[]) => {
    const command = [executable(hostArch, program), "--root", site.root, ...more];
    const traced = startTraced(program, command, site.folder);
    running.push(traced);
    return traced;
  };
  try {
    playNewlogd(site, ending.signal);
    start("nim", "--ports", site.portsFile);
    start("zedagent", "--standalone");
    start("loguploader");
    start("bridge");
    const code = await start("client", "selfRegister", "getUuid").ended;
    if (code !== 0) throw new Error(`client ended with ${code}:\n${tails(site)}`);
    await untilBusy(site, idleness);
    idleness.tell(`all has been sent once; it settles for ${idleness.settleSeconds} s`);
    await pause(idleness.settleSeconds * 1000);
    idleness.tell(`${idleness.minutes} minutes of idleness`);
    const from = Date.now();
    await pause(idleness.minutes * 60_000);
    const to = Date.now();
    const failures = await endAll(running);
    const writes = writesOf(running, (path) => before.get(path));
    return {
      root: site.root,
      minutes: (to - from) / 60_000,
      writes: writes.filter(({ time }) => time >= from && time < to),
      failures,
    };
  } finally {
    ending.abort();
    for (const { kill } of running) kill("SIGKILL");
    await Promise.all(running.map(({ ended }) => ended));
    await site.controller.stop();
    await Deno.remove(site.folder, { recursive: true });
  }
}

async function untilBusy(site: Site, { intervalSeconds }: Idleness): Promise<void> {
  const [device] = site.controller.devices();
  if (device === undefined) throw new Error("the controller knows no device");
  site.controller.putConfig(device.uuid, idleConfig(intervalSeconds), { timestampMs: Date.now() });
  const reports = site.controller.reports(device.uuid);
  const sent = async () =>
    site.device.exists("run/eve.integrity_token") && site.device.exists("persist/checkpoint/lastconfig") &&
    site.device.json("run/zedagent/ZedAgentStatus/zedagent.json")?.["ConfigGetStatus"] === 1 &&
    (await reports.info()).length > 0 && (await reports.metrics()).length > 0;
  await until("attested, configured, info and metrics sent", sent, PATIENCE_MS, () => tails(site));
}

/** Nothing to do for the device, and the timers asked for. */
function idleConfig(intervalSeconds: number | undefined): config.IEdgeDevConfig {
  const timers = ["timer.config.interval", "timer.metric.interval"];
  return {
    device_name: "idle-device",
    project_name: "flash",
    datastores: firstConfig().datastores ?? [],
    configItems: intervalSeconds === undefined
      ? []
      : timers.map((key) => ({ key, value: String(intervalSeconds) })),
  };
}

/** @returns what did not end with 0, in words */
async function endAll(running: readonly Traced[]): Promise<string[]> {
  const bad = await Promise.all(running.map(async ({ program, ended, kill }) => {
    kill("SIGTERM");
    const slow = setTimeout(() => kill("SIGKILL"), END_MS);
    const code = await ended;
    clearTimeout(slow);
    return code === 0 ? [] : [`${program} ended with ${code} (137: not within ${END_MS / 1000} s)`];
  }));
  return bad.flat();
}

function tails({ folder }: Site): string {
  return [...standing, "client"].map((program) => {
    const path = `${folder}/${program}.log`;
    const lines = isThere(path) ? Deno.readTextFileSync(path).trimEnd().split("\n") : [];
    return `--- ${program}\n${lines.slice(-6).join("\n")}`;
  }).join("\n");
}

/** Hexadecimal digits by path. */
function contentsBelow(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { name, isDirectory, isFile } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isFile) found.set(path, Deno.readFileSync(path).toHex());
    if (isDirectory) contentsBelow(path).forEach((content, inner) => found.set(inner, content));
  }
  return found;
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
