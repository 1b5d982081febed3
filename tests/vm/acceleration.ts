/** Whether this machine can run a virtual one on its own processor, or must emulate it. Tried, not believed: some have a `/dev/kvm` that boots nothing. */
import { mustOutput, output } from "./command.ts";

/** Words for qemu, and how much longer than usual things take. */
export interface Acceleration {
  readonly kind: "kvm" | "tcg";
  readonly qemu: readonly string[];
  /** `TEST_PATIENCE` of what runs inside. */
  readonly patience: number;
  /** How much faster than life nim's clock may run there. */
  readonly clockScale: number;
}

const kvm: Acceleration = {
  kind: "kvm",
  qemu: ["-accel", "kvm", "-cpu", "host"],
  patience: 2,
  clockScale: 10,
};
const tcg: Acceleration = {
  kind: "tcg",
  qemu: ["-accel", "tcg,tb-size=512", "-cpu", "max"],
  patience: 10,
  clockScale: 2,
};

/** A kernel without a root disk gives up, and `panic=-1` ends the machine, in two seconds. */
const trialSeconds = 20;

let found: Promise<Acceleration> | undefined;

/** Asked once. `VM_ACCEL=kvm` or `tcg` decides it. @throws {Error} without qemu */
export function acceleration(vmlinuz: string): Promise<Acceleration> {
  return found ??= choose(vmlinuz);
}

async function choose(vmlinuz: string): Promise<Acceleration> {
  await mustOutput("qemu-system-x86_64", ["--version"]);
  const given = Deno.env.get("VM_ACCEL");
  if (given !== undefined) return given === "kvm" ? kvm : tcg;
  const words = [
    "-machine",
    "q35",
    ...kvm.qemu,
    "-m",
    "256",
    "-nodefaults",
    "-display",
    "none",
    "-no-reboot",
  ];
  const trial = ["-kernel", vmlinuz, "-append", "panic=-1"];
  const { code } = await output("timeout", [String(trialSeconds), "qemu-system-x86_64", ...words, ...trial]);
  return code === 0 ? kvm : tcg;
}
