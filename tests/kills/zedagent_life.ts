/**
 * zedagent killed at seeded moments of a changed configuration, of a reboot command, of a report: what the
 * controller was told stays true, a command is carried out once, no checkpoint is torn.
 */
import { seededRandom } from "../../services/agent/test_device.ts";
import type { Running } from "../../scripts/demo/processes.ts";
import { pause } from "../site/until.ts";
import { savedName, temporaries, tornFiles } from "./files_whole.ts";
import { openZedagentDevice, toldVersion, type Wanted, type ZedagentDevice } from "./zedagent_device.ts";

/** In the midst of what the program is killed. */
export type Moment = "config" | "command" | "report";
const moments: readonly Moment[] = ["config", "command", "report"];

/** What was seen. */
export interface ZedagentOutcome {
  /** By moment. */
  readonly kills: Readonly<Record<Moment, number>>;
  /** After how many kills the old configuration was the saved one, and after how many the new one. */
  readonly saved: { readonly old: number; readonly new: number };
  /** Commands whose order was seen by the machine before the kill; after it. */
  readonly ordered: { readonly before: number; readonly after: number };
  /** How many device infos arrived. */
  readonly reports: number;
  readonly seconds: number;
}

/** How long after its beginning a moment is over, milliseconds. */
const lengthMs: Readonly<Record<Moment, number>> = { config: 40, command: 40, report: 40 };

/** @throws {Error} with the seed and the number of the kill, at the first thing lost, doubled or torn */
export async function killZedagent(
  times: number,
  seed: number,
  progress: (text: string) => void = () => {},
): Promise<ZedagentOutcome> {
  const start = performance.now();
  await using device = await openZedagentDevice();
  const random = seededRandom(seed);
  const kills: Record<Moment, number> = { config: 0, command: 0, report: 0 };
  const saved = { old: 0, new: 0 };
  const ordered = { before: 0, after: 0 };
  let wanted: Wanted = { version: 1, reboots: 1 };
  let done = 0;
  try {
    device.want(wanted);
    let running = await device.settle(device.start(), wanted);
    for (; done < times; done++) {
      const moment = moments[Math.floor(random.next() * moments.length)] ?? "config";
      const old = wanted;
      wanted = { version: old.version + 1, reboots: old.reboots + (moment === "command" ? 1 : 0) };
      const fresh = random.next() < 0.3;
      running = await begin(device, running, wanted, fresh);
      await midst(device, moment, random.next());
      await device.kill(running);
      kills[moment]++;
      saved[check(device, old, wanted)]++;
      // The machine may have seen the order; it reboots now, or only after the program has come back.
      const seen = moment === "command" && device.site.status()?.RebootCmd === true;
      if (seen) ordered.before++;
      if (moment === "command" && !seen) ordered.after++;
      if (seen && random.next() < 0.5) device.reboot();
      running = await device.settle(device.start(), wanted);
      const expected = Array.from({ length: wanted.reboots - 1 }, (_, n) => n + 2).join();
      if (device.rebooted.join() !== expected) {
        throw new Error(`rebooted for ${device.rebooted.join()}, expected each of ${expected} once`);
      }
      await told(device, wanted);
      if (done % 50 === 49) progress(`${done + 1} of ${times} kills of zedagent`);
    }
    running.kill("SIGTERM");
    const code = await running.ended;
    if (code !== 0) throw new Error(`zedagent ended with ${code}`);
    device.processes.running.length = 0;
    const left = temporaries(device.site.root);
    if (left.length > 0) throw new Error(`temporary files left: ${left.join(", ")}`);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${seed}, kill ${done + 1}: ${text}`, { cause: error });
  }
  const reports = (await infos(device)).length;
  return { kills, saved, ordered, reports, seconds: (performance.now() - start) / 1000 };
}

/** The change meets the program while it runs, or as the first thing after its start. */
async function begin(
  device: ZedagentDevice,
  running: Running,
  wanted: Wanted,
  fresh: boolean,
): Promise<Running> {
  if (fresh) await device.kill(running);
  device.want(wanted);
  if (fresh) return device.start();
  device.site.controller.clearRequests();
  device.wake();
  return running;
}

/** Waits for the beginning of the moment, and for a share of its length. */
async function midst(device: ZedagentDevice, moment: Moment, share: number): Promise<void> {
  const { controller } = device.site;
  const granted = () =>
    controller.requests.find(({ endpoint, status }) => endpoint === "config" && status === 200);
  const begun = () => {
    const config = granted();
    if (moment !== "report" || config === undefined) return config !== undefined;
    return controller.requests.some(({ endpoint, id }) => endpoint === "info" && id > config.id);
  };
  if (moment === "report") controller.faults.add("info", { delayAnswerMs: lengthMs.report / 2 });
  const deadline = performance.now() + 30_000;
  while (!begun()) {
    if (performance.now() > deadline) throw new Error(`waited 30 s in vain for the ${moment}`);
    await pause(1);
  }
  await pause(share * lengthMs[moment]);
  controller.faults.clear();
}

/** Nothing is torn, and what the controller was told is on disk. @returns which configuration is saved */
function check({ site }: ZedagentDevice, old: Wanted, wanted: Wanted): "old" | "new" {
  const torn = tornFiles(site.root);
  if (torn.length > 0) throw new Error(`torn: ${torn.join("; ")}`);
  const name = savedName(site.root);
  const isNew = name === `edge-${wanted.version}`;
  if (!isNew && name !== `edge-${old.version}`) throw new Error(`lastconfig is of ${name}`);
  const acknowledged = site.controller.requests.some(({ endpoint, status }) =>
    endpoint === "config" && status === 304
  );
  if (acknowledged && !isNew) {
    throw new Error("the controller holds the configuration for taken, but it is not saved");
  }
  return isNew ? "new" : "old";
}

/** The controller hears of the state that the device is in now. */
async function told(device: ZedagentDevice, wanted: Wanted): Promise<void> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const last = (await infos(device)).at(-1);
    const item = last?.configItemStatus?.configItems?.["timer.location.cloud.interval"];
    if (item?.value === toldVersion(wanted) && last?.rebootConfigCounter === wanted.reboots) return;
    if (performance.now() > deadline) {
      throw new Error(
        `the controller was told ${item?.value}, counter ${last?.rebootConfigCounter}; expected ${
          toldVersion(wanted)
        }, ${wanted.reboots}`,
      );
    }
    await pause(20);
  }
}

async function infos({ site }: ZedagentDevice) {
  return (await site.controller.reports(site.uuid).info()).flatMap(({ content }) => content.dinfo ?? []);
}
