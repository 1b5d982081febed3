/** A device's life under kill -9: programs are killed at seeded random moments and started again; nothing may be lost or torn. */
import { seededRandom } from "../../services/agent/test_device.ts";
import type { Running } from "../../scripts/demo/processes.ts";
import { app, secondConfig } from "../../scripts/demo/configs.ts";
import type { Program } from "../../scripts/permissions.ts";
import { onboarding, openSite, quickConfig, type WholeSite } from "../site/open_site.ts";
import { pause } from "../site/until.ts";
import { temporaries, tornFiles } from "./files_whole.ts";

/** How often each program is killed. */
export type Kills = Readonly<Record<Program, number>>;

/** What was seen. */
export interface Outcome {
  readonly kills: number;
  readonly logFiles: number;
  readonly seconds: number;
}

const longLived: readonly Program[] = ["nim", "zedagent", "loguploader"];

/** Exit code of what SIGKILL ended; client may be done before it comes, which counts as no kill. */
const killed = 137;
/** How long a life lasts at most before the kill, in milliseconds, where it is not 350. */
const lifeMs: Partial<Record<Program, number>> = { client: 150, diag: 300 };

/** Words that start the programs which end by themselves. */
const words: Partial<Record<Program, readonly string[]>> = { client: onboarding, diag: ["--once"] };

/** @throws {Error} with the seed, at the first torn or lost thing */
export async function liveThrough(
  kills: Kills,
  seed: number,
  progress: (text: string) => void = () => {},
): Promise<Outcome> {
  const start = performance.now();
  await using site = await openSite();
  const random = seededRandom(seed);
  const left = new Map(Object.entries(kills)) as Map<Program, number>;
  const alive = new Map<Program, Running>(longLived.map((program) => [program, site.start(program)]));
  const written: string[] = [];
  let version = 0;
  let done = 0;
  const total = [...left.values()].reduce((sum, n) => sum + n, 0);
  try {
    while (done < total) {
      const program = pick(left, random.next());
      const victim = alive.get(program) ?? site.start(program, words[program]);
      if (done % 2 === 0) written.push(await writeLog(site, written.length));
      if (done % 10 === 9) version = changeConfig(site, version);
      await pause(random.next() * (lifeMs[program] ?? 350));
      if (await site.end(victim, "SIGKILL") !== killed) continue;
      left.set(program, (left.get(program) ?? 0) - 1);
      done++;
      const torn = tornFiles(site.root);
      if (torn.length > 0) throw new Error(`after kill ${done} (${program}): torn: ${torn.join("; ")}`);
      if (longLived.includes(program)) alive.set(program, site.start(program));
      if (done % 100 === 0) progress(`${done} of ${total} kills`);
    }
    await settle(site, written);
  } catch (error) {
    throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
  }
  return { kills: total, logFiles: written.length, seconds: (performance.now() - start) / 1000 };
}

/** The programs run on undisturbed: the device reaches the state it would have reached anyway. */
async function settle(site: WholeSite, written: readonly string[]): Promise<void> {
  const client = await site.run("client", onboarding);
  if (client.code !== 0) throw new Error(`client ended with ${client.code} at last`);
  const uuid = site.uuid();
  if (site.device.text("persist/status/uuid") !== `${uuid}\n`) {
    throw new Error("the uuid file is not the controller's");
  }
  if (site.controller.devices().length !== 1) throw new Error("the device registered more than once");
  site.putConfig(secondConfig());
  await site.until("the last configuration is applied", () => {
    return site.device.json("run/zedagent/ZedAgentStatus/zedagent.json")?.["ConfigGetStatus"] === 1 &&
      site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "demo-device" &&
      site.device.json(`run/zedagent/AppInstanceConfig/${app.uuid}.json`)?.["DisplayName"] === app.name;
  }, 60_000);
  await site.until("all logs are delivered", () => site.device.logsWaiting() === 0, 150_000);
  const arrived = new Set(
    (await site.controller.reports(uuid).logs()).flatMap(({ entries }) =>
      entries.map(({ content }) => content)
    ),
  );
  const lost = written.filter((content) => !arrived.has(content));
  if (lost.length > 0) throw new Error(`log files lost: ${lost.join(", ")}`);
  const bad = await site.endAll();
  if (bad.length > 0) throw new Error(bad.join("; "));
  const torn = tornFiles(site.root);
  if (torn.length > 0) throw new Error(`torn at the end: ${torn.join("; ")}`);
  const leftOver = temporaries(site.root);
  if (leftOver.length > 0) throw new Error(`temporary files left: ${leftOver.join(", ")}`);
}

async function writeLog(site: WholeSite, n: number): Promise<string> {
  const content = `log file ${n}`;
  await site.logs.writeDeviceLog({}, [{ content }]);
  return content;
}

/** Once the device is registered, each change is another name. */
function changeConfig(site: WholeSite, version: number): number {
  if (site.controller.devices().length === 0) return version;
  site.putConfig(quickConfig({ device_name: `edge-${version}` }));
  return version + 1;
}

function pick(left: ReadonlyMap<Program, number>, chance: number): Program {
  const total = [...left.values()].reduce((sum, n) => sum + n, 0);
  let at = chance * total;
  for (const [program, n] of left) {
    at -= n;
    if (at < 0 && n > 0) return program;
  }
  throw new Error("nothing is left to kill");
}
