/**
 * Bonds and VLANs of nim in a virtual machine whose kernel has them: the lab of `tests/netns/nim` inside it. A part of
 * `./scripts/run vm`, by its name no test of CI's.
 */
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import { say } from "../bench/stdio.ts";
import { debianParts } from "./debian.ts";
import { makeGuestDisk } from "./guest_disk.ts";
import { Machine } from "./machine.ts";

/** `VM_SCENARIO=802.3ad`, `plain` or `bridge`: that one alone. */
const given = Deno.env.get("VM_SCENARIO");
const scenario: Readonly<Record<string, string>> = given === undefined ? {} : { VM_FILTER: given };
const limitMs = 3_600_000;

Deno.test("vm: bonds and VLANs of nim", async () => {
  const debian = await debianParts();
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-vm-" });
  try {
    const rootDisk = await makeGuestDisk(folder, debian, [executable(hostArch, "nim")]);
    await using machine = await Machine.boot({ debian, rootDisk, job: "nim_layers", environment: scenario });
    machine.onLine = (line) => {
      if (isResult(line)) say(`  ${line}`);
    };
    const code = await machine.untilEnded(limitMs);
    if (code !== 0) {
      throw new Error(`deno test in the machine ended with ${code}:\n${machine.lines.slice(-60).join("\n")}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What deno test says of a test, and what the lab has measured. */
function isResult(line: string): boolean {
  return /^vm: |^lab, |\.\.\. (ok|FAILED)|^(ok|FAILED) \|/.test(line.trim());
}
