/** `busctl check`: every file of the bus against what it should be. */
import type { Job } from "./commands.ts";
import { type Finding, findingsOf } from "./findings.ts";

/** @returns 1 if anything is wrong; what is only worth knowing does not count */
export function check({ request, world, places }: Job): number {
  const findings: Finding[] = [];
  for (const place of places) {
    try {
      findings.push(...findingsOf(place, request.root, world.now()));
    } catch (error) {
      findings.push({ code: "unreadable", level: "error", path: place.directory, text: String(error) });
    }
  }
  for (const finding of findings) {
    const { code, level, path, text } = finding;
    world.output.print(
      request.json ? JSON.stringify(finding) : `${level === "info" ? "info " : ""}${code}  ${path}: ${text}`,
    );
  }
  const wrong = findings.filter(({ level }) => level === "error").length;
  if (!request.json) {
    world.output.print(
      `${places.length} topics checked, ${wrong === 0 ? "nothing is wrong" : `${wrong} findings`}`,
    );
  }
  return wrong === 0 ? 0 : 1;
}
