/**
 * One wpa_supplicant for each Wi-Fi or 802.1X port, and wpa_cli beside it where somebody waits for its events
 * (`spec/nim.md §11.3, 11.4`). They outlive nim, and the next nim finds them again.
 */
import { type Commands, errorText } from "../../agent/mod.ts";
import { isAlive, makeFolder, readFileIfPresent, removeIfPresent, replaceFile } from "../../pubsub/mod.ts";
import { equalBytes } from "../../topics/mod.ts";
import { watcherScript } from "./pnac_conf.ts";
import { parsePnacState, type PnacState } from "./pnac_status.ts";
import type { WantedSupplicant } from "./wanted.ts";

/** A program that outlives nim. */
export interface Launched {
  readonly pid: number;
  end(): void;
}

/** @throws if it can't be started */
export type Launch = (program: string, args: readonly string[]) => Launched;

/** On this machine. */
export const launchProgram: Launch = (program, args) => {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  let ended = false;
  void child.status.then(() => ended = true);
  return {
    pid: child.pid,
    end() {
      if (!ended) child.kill("SIGTERM");
    },
  };
};

const drivers = { wifi: "nl80211,wext", wired: "wired" } as const;

/** See the head of this file. `folder`: `/run/nim`. One call of `apply` at a time. */
export class Supplicants {
  readonly #folder: string;
  readonly #commands: Commands;
  readonly #launch: Launch;
  readonly #watchers = new Map<string, Launched>();

  constructor(folder: string, commands: Commands, launch: Launch = launchProgram) {
    this.#folder = folder;
    this.#commands = commands;
    this.#launch = launch;
  }

  /** What stands as `ctrl_interface` in each configuration. */
  get controlFolder(): string {
    return `${this.#folder}/wpa_supplicant`;
  }

  /**
   * Brings all interfaces to what is wanted; those that are not named any more lose theirs.
   * @returns interface name → what could not be done; the next call tries again
   */
  async apply(wanted: ReadonlyMap<string, WantedSupplicant>): Promise<ReadonlyMap<string, string>> {
    const failing = new Map<string, string>();
    const attempt = async (ifName: string, work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        failing.set(ifName, errorText(error));
      }
    };
    for (const ifName of this.#present()) {
      if (!wanted.has(ifName)) await attempt(ifName, () => this.#stop(ifName));
    }
    for (const [ifName, supplicant] of wanted) {
      await attempt(ifName, () => this.#bring(ifName, supplicant));
    }
    return failing;
  }

  /** What `wpa_cli status` prints, or `""`. */
  async status(ifName: string): Promise<string> {
    return (await this.#cli(ifName, "status")).stdout;
  }

  /** The last event of 802.1X; undefined if there was none yet. */
  state(ifName: string): PnacState | undefined {
    const bytes = readFileIfPresent(this.#stateFile(ifName));
    return bytes === undefined ? undefined : parsePnacState(new TextDecoder().decode(bytes));
  }

  /** To be watched. */
  get stateFolder(): string {
    return `${this.#folder}/pnac.state`;
  }

  async #bring(ifName: string, { kind, conf }: WantedSupplicant): Promise<void> {
    if (!/^(?!\.{1,2}$)[^\s/]{1,15}$/.test(ifName)) {
      throw new Error(`expected the name of an interface, got ${JSON.stringify(ifName)}; nothing is started`);
    }
    makeFolder(this.#folder);
    const file = this.#file(ifName, ".conf");
    const isChanged = replaceIfOther(file, conf, 0o600);
    const isRunning = await this.#isRunning(ifName);
    try {
      if (!isRunning) await this.#start(ifName, kind);
      else if (isChanged) await this.#reread(ifName);
    } catch (error) {
      removeIfPresent(file);
      throw error;
    }
    if (kind === "wired") this.#watch(ifName);
  }

  async #start(ifName: string, kind: WantedSupplicant["kind"]): Promise<void> {
    removeIfPresent(`${this.controlFolder}/${ifName}`);
    const files = ["-P", this.#file(ifName, ".pid"), "-i", ifName, "-c", this.#file(ifName, ".conf")];
    const { code, stdout, stderr } = await this.#commands.run("wpa_supplicant", [
      "-B",
      ...files,
      "-D",
      drivers[kind],
    ]);
    if (code === 0) return;
    const words = kind === "wired" || code === -1
      ? `: ${(stderr.trim() || stdout.trim()).split("\n").at(-1)}`
      : " (its words may show a password)";
    throw new Error(
      `wpa_supplicant for ${ifName} ended with ${code}${words}; tried again with the next change`,
    );
  }

  async #reread(ifName: string): Promise<void> {
    const { code, stdout } = await this.#cli(ifName, "reconfigure");
    if (code === 0 && saysOK(stdout)) return;
    throw new Error(
      `wpa_supplicant for ${ifName} does not take its new configuration; the old one is in force`,
    );
  }

  /** Not in the background by itself: with `-r`, wpa_cli never goes there. */
  #watch(ifName: string): void {
    makeFolder(this.stateFolder);
    const script = this.#file(ifName, "-watcher.sh");
    replaceIfOther(script, watcherScript(this.#stateFile(ifName)), 0o700);
    const pid = this.#pid(ifName, "-watcher.pid");
    if (pid !== undefined && isAlive(pid)) return;
    const watcher = this.#launch("wpa_cli", ["-p", this.controlFolder, "-i", ifName, "-a", script, "-r"]);
    this.#watchers.set(ifName, watcher);
    replaceFile(this.#file(ifName, "-watcher.pid"), `${watcher.pid}\n`);
  }

  /** The wpa_cli of an earlier nim is left to wait for the interface: that it still is one can't be told from here. */
  async #stop(ifName: string): Promise<void> {
    const watcher = this.#watchers.get(ifName);
    watcher?.end();
    this.#watchers.delete(ifName);
    if (await this.#isRunning(ifName)) {
      const { stdout } = await this.#cli(ifName, "terminate");
      if (!saysOK(stdout)) {
        throw new Error(`wpa_supplicant of ${ifName} does not end: ${stdout.trim()}; tried again`);
      }
    }
    const ofWatcher = watcher === undefined ? [] : ["-watcher.sh", "-watcher.pid"];
    for (const suffix of [...ofWatcher, ".pid", ".conf"]) removeIfPresent(this.#file(ifName, suffix));
    removeIfPresent(this.#stateFile(ifName));
  }

  /** It has its process, and answers. */
  async #isRunning(ifName: string): Promise<boolean> {
    const pid = this.#pid(ifName, ".pid");
    return pid !== undefined && isAlive(pid) && (await this.#cli(ifName, "ping")).stdout.trim() === "PONG";
  }

  async #cli(ifName: string, command: string) {
    return await this.#commands.run("wpa_cli", ["-p", this.controlFolder, "-i", ifName, command]);
  }

  /** Interfaces that have a configuration or a process here. */
  #present(): readonly string[] {
    const names = namesIn(this.#folder).flatMap((name) => {
      const ifName = /^wpa_supplicant-(.+?)(?<!-watcher)(\.conf|\.pid)$/.exec(name)?.[1];
      return ifName === undefined ? [] : [ifName];
    });
    return [...new Set(names)];
  }

  #pid(ifName: string, suffix: ".pid" | "-watcher.pid"): number | undefined {
    const text = new TextDecoder().decode(readFileIfPresent(this.#file(ifName, suffix))).trim();
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined;
  }

  #file(ifName: string, suffix: string): string {
    return `${this.#folder}/wpa_supplicant-${ifName}${suffix}`;
  }

  #stateFile(ifName: string): string {
    return `${this.stateFolder}/${ifName}`;
  }
}

/** @returns whether it was another text */
function replaceIfOther(path: string, text: string, mode: number): boolean {
  const bytes = new TextEncoder().encode(text);
  const there = readFileIfPresent(path);
  if (there !== undefined && equalBytes(there, bytes)) return false;
  replaceFile(path, bytes, { mode });
  return true;
}

function saysOK(output: string): boolean {
  return output.trim().endsWith("OK");
}

function namesIn(folder: string): string[] {
  try {
    return Array.from(Deno.readDirSync(folder), ({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
