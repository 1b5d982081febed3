/** One suite of cases against every setting of the bus (`spec/pubsub.md §16`). */
import { assertEquals } from "@std/assert";
import { throughBridge } from "./bridged.ts";
import type { Case } from "./case.ts";
import { entryCases } from "./cases_entries.ts";
import { restartCases } from "./cases_restarts.ts";
import { valueCases } from "./cases_values.ts";
import { oneProcess } from "./one_process.ts";
import { acrossProcesses } from "./processes.ts";
import type { Setting } from "./stage.ts";

const cases: readonly Case[] = [...entryCases, ...valueCases, ...restartCases];
const settings: readonly Setting[] = [oneProcess, acrossProcesses, throughBridge];

for (const setting of settings) {
  for (const { name, play } of cases) {
    Deno.test(`${name} (${setting.name})`, async () => {
      await using stage = await setting.open();
      await play(stage);
      assertEquals(stage.reports, []);
    });
  }
}
