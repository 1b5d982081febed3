/** A whole device with its controller, network, clock and disk, and what keeps its programs running: the monitor of EVE in small. */
import { join } from "node:path";
import { launchBehind, Processes, type Running } from "../../scripts/demo/processes.ts";
import { makeSite, playNewlogd, type Site } from "../../scripts/demo/site.ts";
import type { Executable } from "../../scripts/permissions.ts";
import { onboarding } from "../site/open_site.ts";
import { pause } from "../site/until.ts";
import { type DeviceClock, openDeviceClock } from "./device_clock.ts";
import { openDisk, type SmallDisk } from "./disk.ts";
import { controllerAddress, type DeviceNetwork, openNetwork } from "./network.ts";
import type { Form } from "./plan.ts";

/** See {@linkcode openSoakedDevice}. */
export interface SoakedDevice extends AsyncDisposable {
  readonly site: Site;
  readonly network: DeviceNetwork;
  readonly clock: DeviceClock;
  readonly disk: SmallDisk;
  readonly processes: Processes;
  /** Programs that ended though nobody had killed them, in words. */
  readonly endedByThemselves: readonly string[];
  /** Those that run. */
  running(): readonly Running[];
  /** All that stay. */
  startAll(): void;
  /** Runs the client to its end; with `zedbox` it is part of that. @returns its exit code */
  onboard(): Promise<number>;
  /** SIGKILL; whatever stays is started again at once. A client is started for it, and killed a moment later. */
  kill(program: Executable, chance: number): Promise<void>;
  /** SIGTERM to all. @returns what did not end well, in words */
  endAll(): Promise<string[]>;
}

const standing: Readonly<Record<Form, readonly Executable[]>> = {
  five: ["nim", "zedagent", "loguploader", "diag"],
  zedbox: ["zedbox"],
};

const restartMs = 200;
/** A client lives so long at most before it is killed. */
const clientLifeMs = 300;

/** Needs a network and a mount namespace of its own. Nothing runs yet. */
export async function openSoakedDevice(form: Form): Promise<SoakedDevice> {
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await openNetwork());
  const site = await makeSite(controllerAddress);
  stack.defer(() => Deno.remove(site.folder, { recursive: true }));
  stack.defer(() => site.controller.stop());
  // Nobody listens there: the controller has an address for a name. But without a nameserver nim tests nothing.
  await Deno.mkdir(join(site.root, "etc"));
  await Deno.writeTextFile(join(site.root, "etc/resolv.conf"), `nameserver ${controllerAddress}\n`);
  const disk = stack.use(await openDisk(join(site.root, "persist")));
  const clock = stack.use(await openDeviceClock(site.folder));
  const ending = new AbortController();
  stack.defer(() => ending.abort());
  playNewlogd(site, ending.signal);
  const processes = new Processes(join(site.folder, "logs"), launchBehind(network.before), clock.env);
  stack.defer(async () => {
    stopping = true;
    for (const one of alive.values()) one.kill("SIGKILL");
    await Promise.all(alive.values().map(({ ended }) => ended));
  });
  const alive = new Map<Executable, Running>();
  const endedByThemselves: string[] = [];
  const expected = new Set<number>();
  let stopping = false;

  const root = ["--root", site.root];
  const screen = join(site.folder, "screen");
  const words: Readonly<Partial<Record<Executable, readonly string[]>>> = {
    client: [...root, ...onboarding],
    nim: root,
    zedagent: [...root, "--standalone"],
    loguploader: root,
    diag: [...root, "-f", "-s", join(site.root, "run/diag.out"), "-o", screen],
    zedbox: ["all", ...root, "--standalone", "--screen", screen],
  };
  const start = (program: Executable): Running => {
    const running = processes.start(program, words[program] ?? root);
    alive.set(program, running);
    void running.ended.then(async (code) => {
      alive.delete(program);
      processes.running.splice(processes.running.indexOf(running), 1);
      if (stopping || program === "client") return;
      if (!expected.delete(running.pid)) endedByThemselves.push(`${program} ended with ${code}`);
      await pause(restartMs);
      if (!stopping) start(program);
    });
    return running;
  };

  const owned = stack.move();
  return {
    site,
    network,
    clock,
    disk,
    processes,
    endedByThemselves,
    running: () => [...alive.values()],
    startAll: () => standing[form].forEach(start),
    onboard: async () => form === "zedbox" ? 0 : await start("client").ended,
    async kill(program, chance) {
      const victim = alive.get(program) ?? (program === "client" ? start(program) : undefined);
      if (victim === undefined) return;
      if (program === "client") await pause(chance * clientLifeMs);
      expected.add(victim.pid);
      victim.kill("SIGKILL");
      await victim.ended;
    },
    async endAll() {
      stopping = true;
      return await processes.stopAll();
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
