/**
 * The demo's processes with logs that can be read while they run. (`pipeTo` of a child's stream into a file keeps the
 * bytes back until the child ends, Deno 2.7.14.)
 */
import { hostArch } from "../../scripts/build/arch.ts";
import { executable } from "../../scripts/build/compile.ts";
import { Processes, type Running } from "../../scripts/demo/processes.ts";
import type { Program } from "../../scripts/permissions.ts";

/** See {@linkcode Processes}. */
export class LiveProcesses extends Processes {
  override start(program: Program, args: readonly string[]): Running {
    const child = new Deno.Command(executable(hostArch, program), {
      args: [...args],
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const path = this.logOf(program);
    const copy = async () => {
      using log = Deno.openSync(path, { append: true, create: true });
      for await (const chunk of child.stderr) log.writeSync(chunk);
    };
    const started: Running = {
      program,
      pid: child.pid,
      log: path,
      ended: Promise.all([child.status, copy()]).then(([status]) => status.code),
      kill(signal) {
        try {
          child.kill(signal);
        } catch (error) {
          if (!(error instanceof TypeError)) throw error;
        }
      },
    };
    this.running.push(started);
    return started;
  }
}
