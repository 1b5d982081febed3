/** The publisher under strace: which system calls it makes, and a SIGKILL at the entry of one of them. */
import { type Child, startScript } from "../../site/child.ts";
import { steps } from "./play.ts";

/** Every call by which the publisher could change files, locks or what it says. Some exist on one processor only. */
const traced = [
  ...["openat", "write", "fsync", "close", "flock", "ftruncate", "fchmod", "utimensat"],
  ...[
    "?mkdir",
    "?mkdirat",
    "?rename",
    "?renameat",
    "?renameat2",
    "?unlink",
    "?unlinkat",
    "?chmod",
    "?fchmodat",
  ],
];

/** One system call: killed at its entry, everything before it has happened and it has not. */
export interface Boundary {
  readonly syscall: string;
  /** Counted from 1 over the calls of that name. */
  readonly when: number;
  /** What it does, without numbers that differ from run to run. */
  readonly label: string;
}

/** What came of one run. */
export interface Run {
  /** How many steps it said were done. */
  readonly acknowledged: number;
  readonly killed: boolean;
  /** Its system calls in order; the last one is where it was killed. */
  readonly calls: readonly Boundary[];
}

/** Runs all steps, up to `kill` if it is given. @throws {Error} that says what is missing if strace can't be had */
export async function runTraced(root: string, kill?: Boundary): Promise<Run> {
  await using child = startScript("tests/conformance/kill_points/publisher.ts", root);
  await child.lineAt(0);
  const trace = `${root}.trace`;
  const inject = kill === undefined ? [] : ["-e", `inject=${kill.syscall}:signal=KILL:when=${kill.when}`];
  const strace = await attach(child, ["-y", "-o", trace, "-e", `trace=${traced.join(",")}`, ...inject]);
  await child.tell("go");
  const killed = !await playedWhole(child);
  await child.kill();
  await strace.ended;
  const calls = boundariesOf(await Deno.readTextFile(trace), root);
  await Deno.remove(trace);
  return { acknowledged: child.lines.length - 1, killed, calls };
}

/** False if it was killed before it could say the number of the last step. */
async function playedWhole(child: Child): Promise<boolean> {
  const ended = child.ended.then(({ signal }) => {
    if (signal !== "SIGKILL") throw new Error(`the publisher ended by itself (${child.lines.join(" ")})`);
    return false;
  });
  return await Promise.race([ended, child.lineAt(steps.length).then(() => true, () => ended)]);
}

/** Resolves when strace follows the main thread. */
export async function attach(
  child: Child,
  options: readonly string[],
): Promise<{ readonly ended: Promise<void> }> {
  const process = spawn(["-p", String(child.pid), ...options]);
  let text = "";
  const reader = process.stderr.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("attached")) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`strace cannot follow process ${child.pid} (it needs ptrace): ${text}`);
    text += value;
  }
  return { ended: process.status.then(() => reader.cancel()) };
}

function spawn(args: readonly string[]) {
  try {
    return new Deno.Command("strace", { args: [...args], stdin: "null", stdout: "null", stderr: "piped" })
      .spawn();
  } catch (cause) {
    throw new Error("these tests need strace; type: apt-get install -y strace", { cause });
  }
}

/** The calls of a trace with paths, up to the last step. Pure. */
export function boundariesOf(trace: string, root: string): Boundary[] {
  const counts = new Map<string, number>();
  const calls: Boundary[] = [];
  for (const line of trace.split("\n")) {
    const syscall = /^(\w+)\(/.exec(line)?.[1];
    if (syscall === undefined) continue;
    const when = (counts.get(syscall) ?? 0) + 1;
    counts.set(syscall, when);
    const last = syscall === "write" && line.includes(`"${steps.length}\\n"`) && line.startsWith("write(1");
    if (line.includes(root) || line.startsWith("write(1<")) {
      calls.push({ syscall, when, label: label(syscall, line, root) });
    }
    if (last) break;
  }
  return calls;
}

/** `rename run/meter/Plain/tmp run/meter/Plain/a.json`, or `write says 3`. */
function label(syscall: string, line: string, root: string): string {
  if (line.startsWith("write(1<")) return `write says ${/"(\d+)/.exec(line)?.[1]}`;
  const paths = line.replace(/\) += .*$/, "").split(/["<>]/).filter((part) => part.startsWith(`${root}/`));
  return [syscall, ...paths.map((path) => path.slice(root.length + 1).replace(/\/tmp\d+$/, "/tmp"))].join(
    " ",
  );
}
