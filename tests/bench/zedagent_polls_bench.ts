/**
 * `zedagent_polls`: what the program holds after 10 000 and after 100 000 polls that were answered with 304. Ten minutes or so,
 * so it is run by name only.
 */
import { openSite, type TestSite, untilConfigGetStatus } from "../../services/zedagent/testdata/test_site.ts";
import type { Bench, Row } from "./bench.ts";
import { type Memory, memoryOf, startPolling } from "./polling.ts";

const FIRST = 10_000;
const LAST = 100_000;
/** Growth below it is none. */
const NOISE_MB = 2;

/** See the file's head. */
export const zedagentPollsBench: Bench = {
  name: "zedagent_polls",
  byNameOnly: true,
  async run({ tell }) {
    await using site = await openSite();
    site.openGates();
    site.serve({ device_name: "bench", configItems: [{ key: "timer.config.interval", value: "5" }] });
    await using zedagent = startPolling(site.root, "impatient");
    await untilConfigGetStatus(site, 1);
    const after = async (polls: number): Promise<Memory> => {
      await untilPolls(site, polls, tell);
      return await memoryOf(zedagent);
    };
    const first = await after(FIRST);
    const last = await after(LAST);
    const row = (what: string, ours: number): Row => ({
      what: `memory of zedagent, ${what}`,
      unit: "MB",
      ours,
      budget: { kind: "none" },
    });
    return [
      row(`RSS after ${FIRST} polls`, first.rssMB),
      row(`RSS after ${LAST} polls`, last.rssMB),
      row(`heap in use after ${FIRST} polls, collected`, first.heapMB),
      row(`heap in use after ${LAST} polls, collected`, last.heapMB),
      {
        ...row(`growth of that heap over ${LAST - FIRST} polls`, last.heapMB - first.heapMB),
        budget: { kind: "figure", most: NOISE_MB },
      },
    ];
  },
};

/** The controller counts its requests, which are polls but for a few. @throws {Error} when none comes for a minute */
async function untilPolls({ controller }: TestSite, polls: number, tell: (text: string) => void) {
  const count = () => controller.requests.at(-1)?.id ?? 0;
  let seen = count();
  let next = Math.ceil((seen + 1) / FIRST) * FIRST;
  let deadline = performance.now() + 60_000;
  while (seen < polls) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const now = count();
    if (now > seen) deadline = performance.now() + 60_000;
    else if (performance.now() > deadline) throw new Error(`no poll for a minute after ${seen}`);
    seen = now;
    if (seen < next) continue;
    tell(`${seen} polls`);
    next += FIRST;
  }
}
