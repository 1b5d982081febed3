/** Does what a plan says to a device, and undoes it. */
import type { Fault as AnswerFault, Faults } from "../../scripts/controller/mod.ts";
import { startAgain, stopController } from "../../scripts/demo/site.ts";
import { pause } from "../site/until.ts";
import { type Break, flushedBy, killBreak } from "./deliveries.ts";
import { type BadAnswer, type Fault, faultText, type PlannedFault } from "./plan.ts";
import type { SoakedDevice } from "./soaked_device.ts";

/** What came of a plan, in order of their ends. */
export interface Performed {
  readonly fault: Fault;
  /** As it was planned, from the start of the plan. */
  readonly plannedMs: number;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
}

const patienceMs = 60_000;

type Endpoint = Parameters<Faults["add"]>[0];

/** After a 429 to an upload loguploader keeps to one file a tick for an hour, which would be most of a soak: others get it. */
const notLogs: readonly Endpoint[] = ["config", "info", "metrics", "attest"];
const answers: Readonly<Record<BadAnswer, readonly [AnswerFault, readonly Endpoint[]]>> = {
  "503": [{ status: 503 }, ["*"]],
  "429": [{ status: 429, retryAfter: "2" }, notLogs],
  "slow": [{ delayAnswerMs: 3_000 }, ["*"]],
  "closes": [{ close: "unhandled" }, ["*"]],
  "wrong-signature": [{ envelope: "wrong-signature" }, ["*"]],
};

/**
 * Each fault at its time, whatever others are in force.
 * @param chances in [0, 1), one for each fault
 */
export async function perform(
  plan: readonly PlannedFault[],
  device: SoakedDevice,
  chances: () => number,
  tell: (text: string, planned: PlannedFault) => void,
): Promise<Performed[]> {
  const start = performance.now();
  const performed: Performed[] = [];
  const one = async (planned: PlannedFault, chance: number) => {
    const { atMs, forMs, fault } = planned;
    await pause(Math.max(0, atMs - (performance.now() - start)));
    const from = Date.now();
    tell("begins", planned);
    await inTime(`${faultText(fault)}: to begin`, begin(fault, device, chance));
    if (fault.kind !== "kill") {
      await pause(forMs);
      await inTime(`${faultText(fault)}: to end`, end(fault, device));
      tell("ends", planned);
    }
    performed.push({ fault, plannedMs: atMs, from, to: fault.kind === "kill" ? from : Date.now() });
  };
  await Promise.all(plan.map((planned) => one(planned, chances())));
  return performed;
}

/** A fault that can't be made or undone is the soak's own failure. */
async function inTime(what: string, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took more than ${patienceMs / 1000} s`)), patienceMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function begin(fault: Fault, device: SoakedDevice, chance: number): Promise<void> {
  switch (fault.kind) {
    case "kill":
      return await device.kill(fault.program, chance);
    case "controller-stop":
      return await stopController(device.site);
    case "bad-answers": {
      const [answer, endpoints] = answers[fault.answer];
      for (const endpoint of endpoints) device.site.controller.faults.add(endpoint, answer);
      return;
    }
    case "port":
      return await (fault.how === "cable" ? device.network.pullCable() : device.network.loseAddress());
    case "clock":
      return device.clock.set(fault.seconds);
    case "disk-full":
      return device.disk.fill();
  }
}

async function end(fault: Fault, device: SoakedDevice): Promise<void> {
  switch (fault.kind) {
    case "kill":
      return;
    case "controller-stop":
      return await startAgain(device.site);
    case "bad-answers":
      // A controller that was started meanwhile has none.
      return device.site.controller.faults.clear();
    case "port":
      return await (fault.how === "cable" ? device.network.plugCable() : device.network.gainAddress());
    case "clock":
      return device.clock.set(0);
    case "disk-full":
      return device.disk.free();
  }
}

/** Those in which the answer to an upload may have been lost, or the upload have come late. */
export function breaksOf(performed: readonly Performed[]): Break[] {
  const outages = performed.filter(({ fault }) => fault.kind === "port" && fault.how === "cable");
  return performed.flatMap(({ fault, from, to }): Break[] => {
    switch (fault.kind) {
      case "kill":
        return ["loguploader", "zedbox"].includes(fault.program) ? [killBreak(from, outages)] : [];
      case "controller-stop":
        return [{ kind: fault.kind, from, to }];
      case "port":
        return [{ kind: fault.kind, from, to: fault.how === "cable" ? flushedBy({ from, to }) : to }];
      default:
        return [];
    }
  });
}
