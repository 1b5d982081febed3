/** What every fault has to keep: it is told, and no two reports say the same. */
import { assert, assertEquals } from "@std/assert";

/** @param about what at least one report speaks of */
export function assertToldOnce(reports: readonly string[], about: RegExp): void {
  assert(reports.some((report) => about.test(report)), `nothing about ${about} in:\n${reports.join("\n")}`);
  const twice = reports.filter((report, i) => reports.indexOf(report) !== i);
  assertEquals(twice.slice(0, 3), [], `${twice.length} of ${reports.length} reports were told before`);
}
