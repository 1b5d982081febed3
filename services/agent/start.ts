/** Makes the `Device` of a program and takes it down again (design.md, "One way in" and "Everything stops"). */
import { resolve } from "node:path";
import type { RunTool } from "../../controllerconn/mod.ts";
import { openBus, sweepTemporaries } from "../pubsub/mod.ts";
import { type LogOptions, openLog, writeToStderr } from "./agent_log.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type Commands, systemCommands } from "./commands.ts";
import { type DebugSignal, debugSignals } from "./debug_dump.ts";
import type { Device } from "./device.ts";
import { AgentError, errorText } from "./error.ts";
import { devicePaths } from "./paths.ts";
import { claimPidFile, type PidFile } from "./pid_file.ts";
import { type Random, systemRandom } from "./random.ts";
import { keepTouched } from "./touch_file.ts";
import { systemTpmTool } from "./tpm_tool.ts";
import { notedClock, notedCommands } from "./waits.ts";

/** See {@linkcode startDevice}. */
export interface StartOptions {
  /** Stands in front of every device path; made absolute; `""` or `/` on a device. */
  readonly root: string;
  /** `-d` */
  readonly debug: boolean;
  /** False for an agent without `/run/<agent>.pid` (diag). True by default. */
  readonly pidFile?: boolean;
  /** False for an agent without `/run/<agent>.touch` (diag). True by default. */
  readonly touchFile?: boolean;
  /**
   * False where another part of the process handles SIGTERM and SIGINT and aborts `signal` instead. True by
   * default.
   */
  readonly signals?: boolean;
  /** Told of SIGUSR1 and SIGUSR2, where `signals` is not false; without it either of them ends the process. */
  readonly onDebugSignal?: (device: Device, signal: DebugSignal) => void;
  /** `-H` */
  readonly hangs?: boolean;
  /** Ends the device as SIGTERM does. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly random?: Random;
  readonly commands?: Commands;
  readonly runTpmTool?: RunTool;
}

/** A device with its end. */
export interface StartedDevice extends Device {
  /** Ends everything that `startDevice` began and removes the pid file. Calling it again does nothing. */
  close(): Promise<void>;
}

const signalNames = ["SIGTERM", "SIGINT"] as const;

/**
 * Opens log, pid file, touch file with its 25 s ticker, signals and bus. `/run` is created where it is
 * missing; an agent with neither pid nor touch file (diag) writes nothing here.
 * @param agent name on the bus, e.g. `zedclient`
 * @throws {AgentError} `already-running`, `io`, `usage`; nothing is left open then
 */
export function startDevice(agent: string, options: StartOptions): StartedDevice {
  const paths = devicePaths(absoluteRoot(options.root));
  requireRoot(paths.root);
  const clock = notedClock(options.clock ?? systemClock);
  const log = openLog(agent, stderrLog(options.debug, clock));
  // Whoever reads our pid may signal us at once, so the listeners come before the pid file.
  const end = new AbortController();
  const onSignal = () => {
    if (!end.signal.aborted) log.info("asked to end");
    end.abort();
  };
  const begun: { device?: Device } = {};
  const unlisten = listen(onSignal, options, (signal) => {
    if (begun.device !== undefined) options.onDebugSignal?.(begun.device, signal);
  });
  let pidFile: PidFile | undefined;
  try {
    if (options.pidFile !== false || options.touchFile !== false) {
      Deno.mkdirSync(paths.run, { recursive: true });
    }
    if (options.pidFile !== false) pidFile = claimPidFile(`${paths.run}/${agent}.pid`);
  } catch (error) {
    unlisten();
    if (error instanceof AgentError) throw error;
    throw new AgentError("io", `${paths.run} can't be made: ${errorText(error)}`, { cause: error });
  }

  const device: Device = {
    agent,
    paths,
    clock,
    random: options.random ?? systemRandom,
    log,
    bus: openBus({
      root: paths.root,
      signal: end.signal,
      report: (error) => void log.error(errorText(error)),
    }),
    commands: notedCommands(options.commands ?? systemCommands),
    runTpmTool: options.runTpmTool ?? systemTpmTool,
    signal: end.signal,
    ...(options.hangs ? { hangs: true } : {}),
  };
  begun.device = device;
  if (options.touchFile !== false) sweepShared(device);
  const touching = options.touchFile === false ? Promise.resolve() : keepTouched(device);

  let closed = false;
  return {
    ...device,
    async close() {
      if (closed) return;
      closed = true;
      end.abort();
      unlisten();
      await touching;
      pidFile?.release();
    },
  };
}

/** An executable of an image may read the device's own paths only. @throws {AgentError} `usage` */
function requireRoot(root: string): void {
  if (root === "" || Deno.permissions.querySync({ name: "read", path: root }).state === "granted") return;
  throw new AgentError(
    "usage",
    `--root ${root}: this executable was made for the paths of a device and may read no other folder; ` +
      "`./scripts/run build` makes executables that take --root",
  );
}

/** @returns what undoes it */
function listen(
  onSignal: () => void,
  options: StartOptions,
  onDebugSignal: (signal: DebugSignal) => void,
): () => void {
  const listeners: readonly (readonly [Deno.Signal, () => void])[] = options.signals === false ? [] : [
    ...signalNames.map((name) => [name, onSignal] as const),
    ...(options.onDebugSignal === undefined ? [] : debugSignals).map((name) =>
      [name, () => onDebugSignal(name)] as const
    ),
  ];
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  options.signal?.addEventListener("abort", onSignal);
  if (options.signal?.aborted) onSignal();
  return () => {
    for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    options.signal?.removeEventListener("abort", onSignal);
  };
}

/** Removes what killed writers of ours left in the folders that several programs write; the bus sweeps its own. */
function sweepShared({ paths, log }: Device): void {
  for (const folder of [paths.run, paths.persistStatus, paths.checkpoint]) {
    try {
      sweepTemporaries(folder);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (!(cause instanceof Deno.errors.NotFound)) log.warn(`${folder} can't be swept: ${errorText(error)}`);
    }
  }
}

/** A log to standard error: JSON lines, or the form for people where that is a terminal. */
export function stderrLog(debug: boolean, clock: Clock): LogOptions {
  return { debug, now: () => clock.now(), terminal: Deno.stderr.isTerminal(), write: writeToStderr };
}

/** Absolute without a slash at the end; `""` for the root folder itself. */
export function absoluteRoot(root: string): string {
  if (root === "") return "";
  const absolute = resolve(root);
  return absolute === "/" ? "" : absolute;
}
