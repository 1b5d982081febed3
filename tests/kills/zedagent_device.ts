/**
 * A device with nothing but zedagent on it, in a process of its own: the test is the controller, all other agents, and the
 * machine that reboots when it is told to.
 */
import { config } from "../../proto/all.ts";
import { Processes, type Running } from "../../scripts/demo/processes.ts";
import { topics } from "../../services/topics/mod.ts";
import { loopback, openSite, type TestSite } from "../../services/zedagent/testdata/test_site.ts";
import { pause, until } from "../site/until.ts";
import { savedName } from "./files_whole.ts";

/** What the controller wants: version `n` of everything, and the counter of the reboot command. */
export interface Wanted {
  readonly version: number;
  readonly reboots: number;
}

/** See {@linkcode openZedagentDevice}. */
export interface ZedagentDevice extends AsyncDisposable {
  readonly site: TestSite;
  readonly processes: Processes;
  /** The counters with which the device was rebooted, in order. */
  readonly rebooted: readonly number[];
  want(wanted: Wanted): void;
  start(): Running;
  kill(running: Running): Promise<void>;
  /** Empties `/run` of what is zedagent's, as a reboot does. Nothing runs. */
  reboot(): void;
  /** The running program asks for its configuration now. */
  wake(): void;
  /** Waits until the program has taken what is wanted; reboots the device when it asks for that. @returns what runs then */
  settle(running: Running, wanted: Wanted): Promise<Running>;
}

const appUUID = (n: number) => `aaaaaaaa-0000-4000-8000-${String(n).padStart(12, "0")}`;

/** Its settings say the version too: they come back in the device info. */
export const toldVersion = ({ version }: Wanted): string => String(3600 + version);

/** Each version has two apps, one of them in common with the version before. */
function configOf(wanted: Wanted): config.IEdgeDevConfig {
  const { version, reboots } = wanted;
  return {
    device_name: `edge-${version}`,
    configItems: [
      { key: "timer.config.interval", value: "5" },
      { key: "timer.location.cloud.interval", value: toldVersion(wanted) },
    ],
    reboot: { counter: reboots, desiredState: true },
    apps: [version, version + 1].map((n) => ({
      uuidandversion: { uuid: appUUID(n), version: "1" },
      displayname: `app-${n} of ${version}`,
      activate: true,
      fixedresources: { memory: 1024, maxmem: 1024, vcpus: 1, maxcpus: 1 },
    })),
  };
}

/** Onboarded, its gates open; nothing runs. */
export async function openZedagentDevice(): Promise<ZedagentDevice> {
  const site = await openSite();
  site.openGates();
  const processes = new Processes(`${site.root}-logs`);
  const rebooted: number[] = [];
  const network = (State: number) =>
    site.publication(topics.nim.DeviceNetworkStatus).publish("global", loopback({ State }));
  let startedAt = 0;

  const device: ZedagentDevice = {
    site,
    processes,
    rebooted,
    want: (wanted) => site.serve(configOf(wanted)),
    start() {
      site.controller.clearRequests();
      network(3);
      startedAt = Date.now();
      return processes.start("zedagent", ["--root", site.root]);
    },
    async kill(running) {
      running.kill("SIGKILL");
      await running.ended;
      processes.running.splice(processes.running.indexOf(running), 1);
    },
    reboot() {
      rebooted.push(JSON.parse(site.file("/persist/status/rebootConfig") ?? "{}").Counter);
      for (const entry of [...Deno.readDirSync(`${site.root}/run`)]) {
        if (!/^zedagent/.test(entry.name)) continue;
        Deno.removeSync(`${site.root}/run/${entry.name}`, { recursive: true });
      }
    },
    wake: () => network(3),
    async settle(running, wanted) {
      for (;;) {
        await until(
          "zedagent has its configuration",
          () => isSettled(site, startedAt),
          30_000,
          () => tail(running),
        );
        if (site.status()?.RebootCmd !== true) break;
        await device.kill(running);
        device.reboot();
        running = device.start();
      }
      const name = `edge-${wanted.version}`;
      await until(
        `${name} is in force`,
        () => inForce(site, wanted) && savedName(site.root) === name,
        30_000,
      );
      network(1);
      // The two states of the network must not be one change.
      await pause(60);
      return running;
    },
    async [Symbol.asyncDispose]() {
      for (const running of [...processes.running]) await device.kill(running);
      await Deno.remove(processes.logs, { recursive: true });
      await site[Symbol.asyncDispose]();
    },
  };
  return device;
}

/** This very process has published that the configuration is there. */
function isSettled(site: TestSite, startedAt: number): boolean {
  const path = `${site.root}/run/zedagent/ZedAgentStatus/zedagent.json`;
  if ((Deno.statSync(path).mtime?.getTime() ?? 0) < startedAt) return false;
  return site.status()?.ConfigGetStatus === 1;
}

/** Name and apps of this version, no others, and all apps on. */
function inForce(site: TestSite, { version }: Wanted): boolean {
  const folder = `${site.root}/run/zedagent/AppInstanceConfig`;
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) =>
    name.endsWith(".json")
  );
  const wanted = [version, version + 1].map((n) => `${appUUID(n)}.json`);
  if (names.toSorted().join() !== wanted.join()) return false;
  return site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === `edge-${version}` &&
    [version, version + 1].every((n) => {
      const app = site.read(topics.zedagent.AppInstanceConfig, appUUID(n));
      return app?.DisplayName === `app-${n} of ${version}` && app.Activate;
    });
}

function tail({ log }: Running): string {
  return Deno.readTextFileSync(log).trim().split("\n").slice(-12).map((line) => line.slice(0, 400)).join(
    "\n",
  );
}
