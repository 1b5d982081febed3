/** From the command line to the exit code: what every `main.ts` calls. */
import { type Arguments, type CommandLine, parseCommandLine } from "./arguments.ts";
import { openLog } from "./agent_log.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Device } from "./device.ts";
import { dumpState } from "./debug_dump.ts";
import { AgentError, errorText } from "./error.ts";
import { writeFatalReason } from "./fatal_reason.ts";
import { printText } from "./print_text.ts";
import { startDevice, type StartedDevice, type StartOptions, stderrLog } from "./start.ts";
import { withSourcePaths } from "./stack_text.ts";
import { versionText } from "./version.ts";

/** A program as `main.ts` describes it. */
export interface Program<Options> extends CommandLine {
  /** Name on the bus and of the pid and touch files, e.g. `zedclient`. */
  readonly agent: string;
  /** See {@linkcode StartOptions}. */
  readonly pidFile?: boolean;
  readonly touchFile?: boolean;
  /**
   * False for a program whose end reboots nothing and that does not write in `/persist` (diag): `writeFatalReason` is left
   * out, and debug dumps go to the log alone. True by default.
   */
  readonly fatalReason?: boolean;
  /**
   * True for options with which `run` only reads and prints: then there is neither pid nor touch file, and no reason is left
   * behind. False by default.
   */
  onlyReads?(options: Options): boolean;
  /**
   * Turns the command line into what `run` needs.
   * @throws {AgentError} `usage` ends the program with code 2, any other with code 1; nothing was started
   * then
   */
  options(args: Arguments): Options;
  /** The machine's clock without it. */
  clock?(options: Options): Clock;
  /**
   * The program; returns its exit code, and returns soon after `device.signal` aborts. What it throws is
   * fatal: logged, left behind by `writeFatalReason`, code 1.
   */
  run(device: Device, options: Options): Promise<number>;
}

/** How long a program may take to return after its signal, in milliseconds. */
const endTimeoutMs = 1_900;

/** Runs a program and ends the process with its code. */
export async function runMain<Options>(program: Program<Options>, args: readonly string[]): Promise<never> {
  Deno.exit(await runProgram(program, args));
}

/**
 * Runs a program.
 * @param start what a process with several programs sets (`signal`, `signals`)
 * @returns its exit code: 0 for `--help`, `--version` and `--explain-retry`, 2 for a malformed command line, 1 after a fatal
 * error or when it did not return within 1.9 s after SIGTERM
 */
export async function runProgram<Options>(
  program: Program<Options>,
  args: readonly string[],
  start: Pick<StartOptions, "signal" | "signals" | "clock" | "random" | "commands"> = {},
): Promise<number> {
  const parsed = parseCommandLine(program, args);
  if (parsed.kind !== "run") {
    printText(parsed.kind === "error" ? Deno.stderr : Deno.stdout, parsed.text);
    return parsed.kind === "error" ? 2 : 0;
  }
  let device: StartedDevice;
  let options: Options;
  let looksAfter: Required<Pick<Program<Options>, "pidFile" | "touchFile" | "fatalReason">>;
  try {
    options = program.options(parsed.args);
    const { pidFile = true, touchFile = true, fatalReason = true } = program;
    const watched = program.onlyReads?.(options) !== true;
    looksAfter = {
      pidFile: pidFile && watched,
      touchFile: touchFile && watched,
      fatalReason: fatalReason && watched,
    };
  } catch (error) {
    printText(Deno.stderr, `${program.program}: ${errorText(error)} (--help tells more)`);
    return error instanceof AgentError && error.kind === "usage" ? 2 : 1;
  }
  try {
    const { root, debug } = parsed.args;
    const { pidFile, touchFile, fatalReason: toFile } = looksAfter;
    device = startDevice(program.agent, {
      root,
      debug,
      pidFile,
      touchFile,
      hangs: parsed.args.has("H"),
      onDebugSignal: (asked, signal) => dumpState(asked, { program: program.program, signal, toFile }),
      clock: program.clock?.(options) ?? systemClock,
      ...start,
    });
  } catch (error) {
    openLog(program.agent, stderrLog(parsed.args.debug, systemClock)).critical(errorText(error));
    return 1;
  }
  try {
    const ownsProcess = start.signals !== false;
    const run = parsed.args.has("F") ? failAtOnce : () => program.run(device, options);
    return await runDevice({ ...program, ...looksAfter }, device, run, ownsProcess);
  } finally {
    await device.close();
  }
}

function failAtOnce(): Promise<never> {
  return Promise.reject(new AgentError("fatal", "-F asked for a failure"));
}

async function runDevice<Options>(
  program: Program<Options>,
  device: Device,
  run: () => Promise<number>,
  ownsProcess: boolean,
): Promise<number> {
  const ended = new AbortController();
  const others = [overrun(device, ended.signal), ...(ownsProcess ? [strayError(ended.signal)] : [])];
  device.log.info(
    `${versionText(program.program)} starts${device.paths.root && ` below ${device.paths.root}`}`,
  );
  try {
    return await Promise.race([run(), ...others]);
  } catch (error) {
    if (device.signal.aborted) {
      device.log.error(`failed while ending: ${errorText(error)}; ${program.program} ends with code 1`);
      return 1;
    }
    device.log.critical(`fatal: ${errorText(error)}; ${program.program} ends with code 1`);
    const stack = error instanceof Error && error.stack !== undefined
      ? withSourcePaths(error.stack)
      : undefined;
    if (stack !== undefined) device.log.debug(stack);
    if (program.fatalReason !== false) {
      const text = errorText(error);
      writeFatalReason(device, { program: program.program, text, stack, rebootFollows: ownsProcess });
    }
    return 1;
  } finally {
    ended.abort();
  }
}

/**
 * Resolves to 1 when the program did not end in time after its signal. Real time: the clock of the device may
 * be another.
 */
async function overrun(device: Device, ended: AbortSignal): Promise<number> {
  await new Promise<void>((resolve) => {
    if (device.signal.aborted) resolve();
    device.signal.addEventListener("abort", () => resolve(), { once: true });
    ended.addEventListener("abort", () => resolve(), { once: true });
  });
  await systemClock.sleep(endTimeoutMs, ended);
  if (ended.aborted) return 0;
  device.log.error(`did not end within ${endTimeoutMs} ms after the signal to end; leaving with code 1`);
  return 1;
}

/** Rejects with what nobody caught anywhere in the process, so that this too leaves its reason behind. */
function strayError(ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onError = (event: ErrorEvent) => {
      event.preventDefault();
      reject(event.error);
    };
    const onRejection = (event: PromiseRejectionEvent) => {
      event.preventDefault();
      reject(event.reason);
    };
    globalThis.addEventListener("error", onError, { signal: ended });
    globalThis.addEventListener("unhandledrejection", onRejection, { signal: ended });
  });
}
