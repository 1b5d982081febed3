/** A virtual machine of qemu: a kernel, disks, lines over the serial console. `kill` is what a power cut is. */
import { say } from "../bench/stdio.ts";
import { type Child, startChild } from "../site/child.ts";
import { until } from "../site/until.ts";
import { type Acceleration, acceleration } from "./acceleration.ts";
import type { DebianParts } from "./debian.ts";

/** `VM_LOUD=1` shows all that comes over the console. */
const isLoud = Deno.env.get("VM_LOUD") !== undefined;

/** See {@linkcode Machine.boot}. */
export interface MachineOptions {
  readonly debian: DebianParts;
  /** ext4 image; what the machine writes to it is forgotten. */
  readonly rootDisk: string;
  /** Name of a script in `tests/vm/guest`, without `.sh`. */
  readonly job: string;
  /** Of the job; a value has no space. */
  readonly environment?: Readonly<Record<string, string>>;
  /** More words for qemu. */
  readonly qemu?: readonly string[];
  readonly memoryMB?: number;
}

/** A running one. */
export class Machine implements AsyncDisposable {
  private constructor(private readonly child: Child) {}

  /** Starts it; the job may take a while to begin. @throws {Error} that says what is missing */
  static async boot(options: MachineOptions): Promise<Machine> {
    const { debian, rootDisk, qemu = [], memoryMB = 2048 } = options;
    if (Deno.build.arch !== "x86_64") {
      throw new Error(`tests/vm has a kernel for x86_64 only, this is ${Deno.build.arch}`);
    }
    const accelerated = await acceleration(debian.vmlinuz);
    const words = [
      ...["-machine", "q35", ...accelerated.qemu, "-m", String(memoryMB), "-smp", "2"],
      ...["-nodefaults", "-display", "none", "-no-reboot", "-serial", "stdio"],
      ...["-drive", `if=none,id=root,format=raw,snapshot=on,file=${rootDisk}`],
      ...["-device", "nvme,drive=root,serial=root"],
      ...["-kernel", debian.vmlinuz, "-append", kernelWords(options, accelerated)],
      ...qemu,
    ];
    const child = startChild("qemu-system-x86_64", words);
    return new Machine(child);
  }

  /** What came over the console so far. */
  get lines(): readonly string[] {
    return this.child.lines;
  }

  /** Called with each new line. */
  set onLine(take: (line: string) => void) {
    this.child.onLine = (line) => {
      if (isLoud) say(`  ${line.replace(/\r$/, "")}`);
      take(line.replace(/\r$/, ""));
    };
  }

  /** Until a line is so. @returns it @throws {Error} with the last lines, after so many milliseconds or when the machine has ended before */
  async untilLine(what: string, isSo: (line: string) => boolean, limitMs: number): Promise<string> {
    let found: string | undefined;
    let at = 0;
    let isGone = false;
    void this.child.ended.then(() => isGone = true);
    const last = () => this.lines.slice(-60).join("\n");
    await until(
      what,
      () => {
        const wasGone = isGone;
        for (; found === undefined && at < this.lines.length; at++) {
          const line = this.lines[at]?.replace(/\r$/, "") ?? "";
          if (isSo(line)) found = line;
        }
        return found !== undefined || wasGone;
      },
      limitMs,
      last,
    );
    if (found === undefined) throw new Error(`the machine has ended before: ${what}\n${last()}`);
    return found;
  }

  /** Until its job is done. @returns the exit code */
  async untilEnded(limitMs: number): Promise<number> {
    const last = await this.untilLine("the job ends", (line) => line.startsWith("vm: ended "), limitMs);
    await this.child.ended;
    return Number(last.replace("vm: ended ", ""));
  }

  /** Power is gone: nothing in the machine runs one instruction more. */
  async cutPower(): Promise<void> {
    await this.child.kill();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.child.kill();
  }
}

/** Words that the kernel does not know become the environment of its first process. */
function kernelWords(
  { job, environment = {} }: MachineOptions,
  { patience, clockScale }: Acceleration,
): string {
  const variables = { TEST_PATIENCE: String(patience), LAB_CLOCK_SCALE: String(clockScale), ...environment };
  // An emulated time stamp counter is calibrated wrongly where the processor is busy.
  const clock = "clocksource=hpet tsc=unstable mitigations=off";
  const kernel = `console=ttyS0 root=/dev/nvme0n1 rw quiet loglevel=3 panic=-1 net.ifnames=0 ${clock}`;
  const given = Object.entries(variables).map(([name, value]) => `${name}=${value}`).join(" ");
  return `${kernel} ${given} init=/bin/sh -- /eve-comms/tests/vm/guest/init.sh ${job}`;
}
