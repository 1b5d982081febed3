/** A whole device for tests: controller, device root, compiled executables; everything ends and goes with the test. */
import { makeSite, playNewlogd, type Site } from "../../scripts/demo/site.ts";
import { Processes, type Running } from "../../scripts/demo/processes.ts";
import type { Program } from "../../scripts/permissions.ts";
import type { config } from "../../proto/all.ts";
import { decodedAs, logLines } from "./log_lines.ts";
import { until } from "./until.ts";

/** The operations that onboard a device. */
export const onboarding: readonly string[] = ["selfRegister", "getUuid"];

/** A site whose programs are the executables of `dist/`: `await using site = await openSite()`. */
export interface WholeSite extends Site, AsyncDisposable {
  readonly processes: Processes;
  /** Starts with the arguments that belong to this device; `more` comes behind them. */
  start(program: Program, more?: readonly string[]): Running;
  /** Runs to the end. */
  run(program: Program, more?: readonly string[]): Promise<{ code: number; text: string }>;
  /** SIGTERM or SIGKILL, and waits for the end. @returns the exit code, 128 + n after signal n */
  end(running: Running, signal?: Deno.Signal): Promise<number>;
  /** Ends all that run. @returns what did not end well within 3 s, in words */
  endAll(): Promise<string[]>;
  /** The UUID that the controller gave to the only device. */
  uuid(): string;
  /** Puts a configuration with `config_timestamp` now. */
  putConfig(content: config.IEdgeDevConfig): void;
  /** Waits with the last log lines of all programs in the message, should it be in vain. */
  until(what: string, look: () => boolean | Promise<boolean>, timeoutMs?: number): Promise<void>;
  /** Messages that a program has logged so far, as `level msg`. */
  logged(program: Program): string[];
}

/** The first configuration of a device under test: quick timers, logs at once. */
export function quickConfig(more: config.IEdgeDevConfig = {}): config.IEdgeDevConfig {
  return {
    device_name: "edge-1",
    project_name: "tests",
    ...more,
    configItems: [
      { key: "timer.config.interval", value: "5" },
      { key: "timer.metric.interval", value: "5" },
      { key: "newlog.allow.fastupload", value: "true" },
      ...more.configItems ?? [],
    ],
  };
}

/** Makes one in a new temporary folder. The bus is empty and nothing runs. */
export async function openSite(): Promise<WholeSite> {
  const made = await makeSite();
  const processes = new Processes(`${made.folder}/logs`);
  const ending = new AbortController();
  playNewlogd(made, ending.signal);
  const base: Readonly<Record<Program, readonly string[]>> = {
    client: ["--root", made.root],
    zedagent: ["--root", made.root, "--standalone"],
    loguploader: ["--root", made.root],
    nim: ["--root", made.root, "--ports", made.portsFile],
    diag: ["--root", made.root],
  };
  return Object.assign(made, {
    processes,
    start: (program: Program, more: readonly string[] = []) =>
      processes.start(program, [...base[program], ...more]),
    run: (program: Program, more: readonly string[] = []) =>
      processes.output(program, [...base[program], ...more]),
    async end(running: Running, signal: Deno.Signal = "SIGTERM") {
      running.kill(signal);
      const code = await running.ended;
      processes.running.splice(processes.running.indexOf(running), 1);
      return code;
    },
    async endAll() {
      const bad = await processes.stopAll();
      processes.running.length = 0;
      return bad;
    },
    uuid() {
      const [device] = made.controller.devices();
      if (device === undefined) throw new Error("the controller knows no device");
      return device.uuid;
    },
    putConfig(content: config.IEdgeDevConfig) {
      made.controller.putConfig(this.uuid(), content, { timestampMs: Date.now() });
    },
    until: (what: string, look: () => boolean | Promise<boolean>, timeoutMs?: number) =>
      until(what, look, timeoutMs, () => tails(processes)),
    logged: (program: Program) =>
      decodedAs(logLines(processes.logOf(program))).map(({ level, msg }) => `${level} ${msg}`),
    async [Symbol.asyncDispose]() {
      ending.abort();
      for (const running of processes.running) running.kill("SIGKILL");
      await Promise.all(processes.running.map(({ ended }) => ended));
      await made.controller.stop();
      await Deno.remove(made.folder, { recursive: true });
    },
  });
}

function tails(processes: Processes): string {
  const names: readonly Program[] = ["client", "zedagent", "loguploader", "nim", "diag"];
  return names.map((program) => {
    const lines = logLines(processes.logOf(program)).slice(-6);
    return `--- ${program}\n${lines.map((line) => line.slice(0, 500)).join("\n")}`;
  }).join("\n");
}
