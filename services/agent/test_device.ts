/**
 * A device for tests: a temporary root, a clock that the test moves, seeded chance, a log that keeps its
 * records.
 */
import { BaseHandler, Logger, type LogRecord } from "@std/log";
import type { RunTool } from "../../controllerconn/mod.ts";
import { type Bus, openBus, type PubsubError } from "../pubsub/mod.ts";
import type { Clock } from "./clock.ts";
import { type CommandResult, type Commands } from "./commands.ts";
import type { Device } from "./device.ts";
import { type FakeClock, fakeClock } from "./fake_clock.ts";
import { devicePaths } from "./paths.ts";
import type { Random } from "./random.ts";

/** See {@linkcode testDevice}. */
export interface TestDeviceOptions<C extends Clock = FakeClock> {
  /** `testagent` by default. */
  readonly agent?: string;
  /** An existing folder, kept at the end; a new temporary one, removed at the end, by default. */
  readonly root?: string;
  readonly clock?: C;
  /** Of the chance; 1 by default. */
  readonly seed?: number;
  /**
   * Answers by command line (`dmidecode -s system-serial-number`) or by name; anything else can't be started.
   */
  readonly commands?: Readonly<Record<string, string | CommandResult>>;
  /** Runs them all in place of `commands`. */
  readonly runCommands?: Commands;
  /** No tool can be started by default. */
  readonly runTpmTool?: RunTool;
  /** Time between two repairing scans of the bus; see `BusOptions`. */
  readonly rescanMs?: number;
}

/** A device that ends with its test: `await using device = testDevice()`. */
export interface TestDevice<C extends Clock = FakeClock> extends Device, AsyncDisposable {
  readonly clock: C;
  /** What was logged, as `LEVEL message`. */
  readonly logged: string[];
  /** What the bus reported; not part of `logged`. */
  readonly reported: PubsubError[];
  /** Command lines that were asked for. */
  readonly commandLines: string[];
  /** Aborts the signal, as SIGTERM would. */
  end(): void;
  /** Writes a file below the root, folders included. @returns its path */
  write(path: string, content: string | Uint8Array): string;
  /** The text of a file below the root; `undefined` if there is none. */
  read(path: string): string | undefined;
}

/** Makes one; nothing reaches outside its root. `/config`, `/persist` and `/run` exist and are empty. */
export function testDevice(options?: TestDeviceOptions): TestDevice;
export function testDevice<C extends Clock>(
  options: TestDeviceOptions<C> & { readonly clock: C },
): TestDevice<C>;
export function testDevice(options: TestDeviceOptions<Clock> = {}): TestDevice<Clock> {
  const root = options.root ?? Deno.makeTempDirSync({ prefix: "eve-comms-test-" });
  const paths = devicePaths(root);
  for (const folder of [paths.config, paths.persist, paths.run]) Deno.mkdirSync(folder, { recursive: true });
  const controller = new AbortController();
  const handler = new CapturingHandler();
  const reported: PubsubError[] = [];
  const { commands, commandLines } = cannedCommands(options.commands ?? {}, options.runCommands);
  const busOptions = {
    root,
    signal: controller.signal,
    report: (error: PubsubError) => void reported.push(error),
    ...(options.rescanMs === undefined ? {} : { rescanMs: options.rescanMs }),
  };
  const agent = options.agent ?? "testagent";
  let bus: Bus | undefined;
  return {
    agent,
    paths,
    clock: options.clock ?? fakeClock(),
    random: seededRandom(options.seed ?? 1),
    log: new Logger(agent, "DEBUG", { handlers: [handler] }),
    logged: handler.lines,
    reported,
    get bus() {
      return bus ??= openBus(busOptions);
    },
    commands,
    commandLines,
    runTpmTool: options.runTpmTool ?? noTpmTool,
    signal: controller.signal,
    end: () => controller.abort(),
    write(path, content) {
      const target = `${root}${path}`;
      Deno.mkdirSync(target.slice(0, target.lastIndexOf("/")), { recursive: true });
      if (typeof content === "string") Deno.writeTextFileSync(target, content);
      else Deno.writeFileSync(target, content);
      return target;
    },
    read(path) {
      try {
        return Deno.readTextFileSync(`${root}${path}`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw error;
      }
    },
    async [Symbol.asyncDispose]() {
      controller.abort();
      await new Promise<void>((resolve) => setTimeout(resolve, 0));
      if (options.root === undefined) Deno.removeSync(root, { recursive: true });
    },
  };
}

/** The same numbers for the same seed (mulberry32). */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    uuid() {
      return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (place) => {
        const digit = Math.floor(next() * 16);
        return (place === "x" ? digit : (digit & 3) | 8).toString(16);
      });
    },
  };
}

/**
 * Waits in real time until `predicate` holds.
 * @throws {Error} naming `what` after `timeoutMs` (5 s by default)
 */
export async function until(what: string, predicate: () => boolean, timeoutMs = 5_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!predicate()) {
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
}

const noTpmTool: RunTool = (tool) =>
  Promise.resolve({ code: -1, stdout: new Uint8Array(0), stderr: `${tool}: not in this test` });

class CapturingHandler extends BaseHandler {
  readonly lines: string[] = [];
  constructor() {
    super("NOTSET");
  }
  override handle(record: LogRecord): void {
    this.lines.push(`${record.levelName} ${[record.msg, ...record.args.map(String)].join(" ")}`);
  }
  log(): void {}
}

function cannedCommands(answers: Readonly<Record<string, string | CommandResult>>, real?: Commands) {
  const commandLines: string[] = [];
  const commands: Commands = {
    run(name, args, signal) {
      const line = [name, ...args].join(" ");
      commandLines.push(line);
      if (real !== undefined) return real.run(name, args, signal);
      const answer = answers[line] ?? answers[name] ??
        { code: -1, stdout: "", stderr: `${name}: not in this test` };
      return Promise.resolve(typeof answer === "string" ? { code: 0, stdout: answer, stderr: "" } : answer);
    },
  };
  return { commands, commandLines };
}
