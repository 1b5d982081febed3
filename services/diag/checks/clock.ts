/** The clock: TLS and every certificate hang on it. */
import type { Facts } from "../facts/facts.ts";
import { passed } from "../facts/port_outcome.ts";
import type { Check, CheckGroup, Seen } from "./check.ts";

/** A difference to the controller's clock that no network explains, in milliseconds. */
const TOLERATED_MS = 5 * 60_000;

const checks: readonly Check[] = [
  {
    code: "EVE-CLOCK-001",
    title: "the clock of the device is wrong",
    layer: "clock",
    weight: "broken",
    cause: "the battery of the clock is empty, and no NTP server was reached since the start",
    remedy: "set the time in the BIOS, or make an NTP server reachable; replace the battery",
  },
  {
    code: "EVE-CLOCK-002",
    title: "the clocks of device and controller differ",
    layer: "clock",
    weight: "degraded",
    cause: "no NTP server is reached, or the controller's clock is wrong",
    remedy: "allow NTP (UDP 123) to the servers of the port, or give the port a server that answers",
  },
];

/** See the head of this file. */
export const clockChecks: CheckGroup = {
  checks,
  look(facts) {
    const { now, builtAt } = facts;
    const clock = new Date(now).toISOString();
    if (now < builtAt) {
      const works = [...facts.tests?.values() ?? []].some(passed);
      const text = `the clock says ${clock}, before this program was made (${
        new Date(builtAt).toISOString()
      })`;
      return [{ code: "EVE-CLOCK-001", text, ...(works ? { harmless: true } : {}) }];
    }
    return difference(facts);
  },
};

function difference({ now, tests }: Facts): Seen[] {
  for (const { ping } of tests?.values() ?? []) {
    const { controllerTime } = ping;
    if (controllerTime === undefined || Math.abs(controllerTime - now) < TOLERATED_MS) continue;
    const minutes = Math.round(Math.abs(controllerTime - now) / 60_000);
    const which = controllerTime > now ? "behind" : "ahead of";
    return [{ code: "EVE-CLOCK-002", text: `the clock is ${minutes} minutes ${which} the controller's` }];
  }
  return [];
}
