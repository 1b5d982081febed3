/**
 * `log_drain`: a backlog of 1000 log files of 50 kB, from the first request to the last answer, with fast upload allowed.
 * Bare: a keep-alive loop with four requests in flight that signs and posts the same files, in a process of its own.
 */
import { type Bench, type BenchOptions, NotMeasured } from "./bench.ts";
import { startChild, startScript } from "../site/child.ts";
import { type DrainSite, openDrainSite } from "./drain_site.ts";
import { programOf } from "./programs.ts";
import { interleave, median } from "./rounds.ts";

const FILES = 1000;
const ROUNDS = 3;
const PATIENCE_MS = 120_000;

/** See the file's head. */
export const logDrainBench: Bench = {
  name: "log_drain",
  async run({ diskFolder, tell }: BenchOptions) {
    const program = programOf("loguploader");
    if (program === undefined) {
      throw new NotMeasured("there is neither an executable nor a main.ts of loguploader");
    }
    tell(`loguploader is ${program.what}`);
    await using site = await openDrainSite(diskFolder);
    const times = await interleave(
      [
        { name: "ours", run: () => ourDrain(site, program) },
        { name: "bare", run: () => bareDrain(site) },
      ],
      ROUNDS,
      0,
    );
    return [{
      what: `${FILES} log files of 50 kB delivered and removed`,
      unit: "s",
      ours: median(times.get("ours")) / 1000,
      bare: median(times.get("bare")) / 1000,
      budget: { kind: "ratio", most: 1.5 },
    }];
  },
};

async function ourDrain(
  site: DrainSite,
  program: { command: string; args: readonly string[] },
): Promise<number> {
  const folder = site.fill("/persist/newlog/devUpload", FILES);
  const loguploader = startChild(program.command, [...program.args, "--root", site.root], true);
  try {
    return await drained(site, folder);
  } finally {
    await loguploader.stop();
  }
}

async function bareDrain(site: DrainSite): Promise<number> {
  const folder = site.fill("/bare", FILES);
  await using _bare = startScript("tests/bench/children/bare_drain.ts", folder, site.url, site.identityFile);
  return await drained(site, folder);
}

/** Waits until all is delivered and gone. @returns milliseconds, as the server saw it */
async function drained({ server }: DrainSite, folder: string): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.tell("look");
    const [answered = 0, first = 0, last = 0] = (await server.line()).split(" ").map(Number);
    const left = Array.from(Deno.readDirSync(folder)).filter(({ name }) => name.endsWith(".gz")).length;
    if (left === 0 && answered >= FILES) {
      await server.tell("reset");
      await server.line();
      return last - first;
    }
    if (performance.now() > deadline) {
      throw new Error(`after ${PATIENCE_MS / 1000} s ${answered} files are delivered and ${left} are left`);
    }
  }
}
