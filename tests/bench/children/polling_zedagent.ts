/**
 * zedagent with its config loop alone: `polling_zedagent.ts <root> <pace>`. The pace is how many times as fast its clock goes
 * (with 100 it polls every 50 ms), or `impatient`: a real clock on which nobody waits for a poll with
 * `timer.config.interval` 5. Attestation, device certificates, info and metrics are left out: they would be as busy.
 * For each line on standard input it says `{rssMB, heapMB}`, what is left after a garbage collection, where there is one. Runs
 * until SIGTERM.
 */
import { type Clock, systemClock } from "../../../services/agent/mod.ts";
import { testDevice } from "../../../services/agent/test_device.ts";
import { reporting } from "../../../services/zedagent/run.ts";
import { runWith } from "../../../services/zedagent/start_order.ts";
import { fastClock } from "../../../services/agent/fake_clock.ts";
import { heard, say } from "../stdio.ts";

const MB = 1_000_000;
const nothing = () => {};
/** Between two polls lie 0.3 to 1 times the interval; every other wait is longer or shorter. */
const impatientClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms >= 1_500 && ms <= 5_000 ? 1 : ms, signal),
};
const [root = "", pace = "1"] = Deno.args;
const clock = pace === "impatient" ? impatientClock : fastClock(Number(pace));
await using device = testDevice<Clock>({ agent: "zedagent", root, clock });
// A test device keeps every line of its log.
const forgetting = setInterval(() => device.logged.length = 0, 1_000);
Deno.addSignalListener("SIGTERM", () => device.end());
tellMemory();
await runWith(device, { standalone: false }, {
  ...reporting,
  startAttestation: () => ({
    restart: nothing,
    certificatesArrived: nothing,
    quoteSent: false,
    state: 0,
    error: "",
  }),
  startEdgeNodeCertsTask: () => ({ resend: nothing }),
  startInfo: () => ({
    requestDeviceInfo: nothing,
    publishAll: nothing,
    deviceInfoIntervalChanged: nothing,
    locationIntervalChanged: nothing,
  }),
  startMetrics: () => ({ intervalChanged: nothing }),
});
clearInterval(forgetting);
// Standard input is still being listened to.
Deno.exit(0);

async function tellMemory(): Promise<void> {
  for await (const _ of heard()) {
    (globalThis as { gc?: () => void }).gc?.();
    const { rss, heapUsed } = Deno.memoryUsage();
    say(JSON.stringify({ rssMB: rss / MB, heapMB: heapUsed / MB }));
  }
}
