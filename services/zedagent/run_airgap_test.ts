/** How loud zedagent is when no request of its gets through, with and without airgap mode. */
import { assert, assertEquals } from "@std/assert";
import type { Fault } from "../../scripts/controller/fault.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { until } from "../agent/test_device.ts";
import { ConfigItemType, goConfigItemValue, TriState } from "../topics/mod.ts";
import { openSite } from "./testdata/test_site.ts";

const patienceMs = 20_000;
/** Endpoint → the beginning of the line that tells of its failure. */
const lines = {
  config: "config request failed: ",
  certs: "controller certificates: ",
  attest: "nonce: ",
  metrics: "metrics: ",
} as const;
const loud = (logged: readonly string[]) => logged.filter((line) => /^(WARN|ERROR|CRITICAL) /.test(line));

/** The log of a device none of whose requests gets through, after each task has told of it, and infos were tried. */
async function logOf(fault: Fault, airgap: boolean): Promise<readonly string[]> {
  await using site = await openSite();
  const Key = "airgap.mode";
  const value = goConfigItemValue.make({
    Key,
    ItemType: ConfigItemType.ConfigItemTypeTriState,
    TriStateValue: airgap ? TriState.TS_ENABLED : TriState.TS_NONE,
  });
  Deno.mkdirSync(`${site.root}/config/GlobalConfig`, { recursive: true });
  Deno.writeTextFileSync(
    `${site.root}/config/GlobalConfig/global.json`,
    JSON.stringify({ GlobalSettings: { [Key]: value } }),
  );
  site.controller.faults.add("*", fault);
  site.openGates();
  await using program = site.start({ standalone: true, clock: fastClock(20) });
  const { logged } = program.device;
  for (const [endpoint, line] of Object.entries(lines)) {
    await until(`${endpoint} is told`, () => logged.some((each) => each.includes(line)), patienceMs);
  }
  const asked = () => site.controller.requests.filter(({ endpoint }) => endpoint === "info").length;
  if (fault.status !== undefined) await until("infos", () => asked() >= 2, patienceMs);
  return logged;
}

const faults: readonly Fault[] = [{ status: 503 }, { status: 403 }, { close: "unhandled" }];
for (const fault of faults) {
  const what = fault.status === undefined ? "hung up on" : `refused with ${fault.status}`;
  Deno.test(`[controllerconn#37] airgap mode: requests that are ${what} leave no error or warning; without it each is told`, async () => {
    const told = loud(await logOf(fault, false));
    for (const line of Object.values(lines)) {
      assert(told.some((each) => each.includes(line)), `${line}\n${told.join("\n")}`);
    }
    assertEquals(loud(await logOf(fault, true)), []);
  });
}
