/**
 * `unchanged_poll`: processor time of a config poll that is answered with 304, all of it: request, signature, TLS, state, files.
 * User and system time of the whole process over many polls, the touch file and whatever else goes on included.
 * Bare: a process that signs 100 bytes and posts them on a kept connection, as often.
 */
import { openSite, untilConfigGetStatus } from "../../services/zedagent/testdata/test_site.ts";
import { until } from "../../services/agent/test_device.ts";
import type { Bench } from "./bench.ts";
import { startScript } from "../site/child.ts";
import { openDrainSite } from "./drain_site.ts";

const POLLS = 400;
const WARM_UP = 100;
const PATIENCE_MS = 60_000;
/** `sysconf(_SC_CLK_TCK)` on Linux, whatever the kernel's own tick is. */
const TICKS_A_SECOND = 100;

/** See the file's head. */
export const unchangedPollBench: Bench = {
  name: "unchanged_poll",
  async run({ diskFolder }) {
    return [{
      what: `processor time of an unchanged config poll, mean of ${POLLS}`,
      unit: "ms",
      ours: await ourPoll(),
      bare: await barePoll(diskFolder),
      budget: { kind: "figure", most: 2 },
    }];
  },
};

async function ourPoll(): Promise<number> {
  await using site = await openSite();
  site.openGates();
  // A device that is served has been attested: it has a token and reads it for each request.
  Deno.writeTextFileSync(`${site.root}/run/eve.integrity_token`, "integrity token of the bench");
  site.serve({ device_name: "bench", configItems: [{ key: "timer.config.interval", value: "5" }] });
  await using zedagent = startScript("tests/bench/children/polling_zedagent.ts", site.root, "100");
  await untilConfigGetStatus(site, 1);
  const polls = () =>
    site.controller.requests.filter(({ endpoint, status }) => endpoint === "config" && status === 304).length;
  await until(`${WARM_UP} polls`, () => polls() >= WARM_UP, PATIENCE_MS);
  const [from, before] = [polls(), processorMs(zedagent.pid)];
  await until(`${POLLS} polls`, () => polls() >= from + POLLS, PATIENCE_MS);
  return (processorMs(zedagent.pid) - before) / (polls() - from);
}

async function barePoll(parent: string): Promise<number> {
  await using site = await openDrainSite(parent);
  await using poller = startScript("tests/bench/children/bare_poll.ts", site.url, site.identityFile);
  for (let n = 0; n < WARM_UP; n++) await poller.line();
  const before = processorMs(poller.pid);
  for (let n = 0; n < POLLS; n++) await poller.line();
  return (processorMs(poller.pid) - before) / POLLS;
}

/** User and system time of a process and its threads so far, milliseconds. */
function processorMs(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  // Behind the name, which may hold anything: state is field 3, user time 14, system time 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * (1000 / TICKS_A_SECOND);
}
