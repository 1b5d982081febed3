/** The programs of a device, whole, in the process of the test, on a clock that goes faster than life. */
import { makeSite, type Site, writeLogs } from "../../scripts/demo/site.ts";
import { quickConfig } from "../site/open_site.ts";
import { pause, until } from "../site/until.ts";
import { fastClock } from "../../services/agent/fake_clock.ts";
import type { Clock } from "../../services/agent/mod.ts";
import { type TestDevice, testDevice } from "../../services/agent/test_device.ts";
import { run as runClient } from "../../services/client/run.ts";
import { run as runLoguploader } from "../../services/loguploader/run.ts";
import { run as runNim } from "../../services/nim/run.ts";
import { run as runZedagent } from "../../services/zedagent/run.ts";

/** How much faster than life. */
const SPEED = 10;
/** Between two log files of the device. */
const LOG_PAUSE_MS = 100;

/** `await using device = await bootDevice()` */
export interface DevicePrograms extends AsyncDisposable {
  readonly site: Site;
  readonly uuid: string;
  /** What all programs have logged so far, as `agent: LEVEL message`. */
  logged(): string[];
  /** Serves a configuration with this device name, and waits until it is applied. */
  apply(deviceName: string): Promise<void>;
  /** Serves a configuration; nothing is awaited. */
  serve(deviceName: string): void;
  /** Name in the configuration in force. */
  deviceName(): unknown;
  /** Runs `client getUuid` to its end. @returns its exit code */
  getUuid(): Promise<number>;
  /** Log files written so far; new ones come all the time. */
  written(): number;
  /** Waits, with the last lines of the logs in the message should it be in vain. */
  until(what: string, look: () => boolean | Promise<boolean>): Promise<void>;
}

/** A device, onboarded and attested, that reports, uploads logs and asks for its configuration. */
export async function bootDevice(): Promise<DevicePrograms> {
  const site = await makeSite();
  const clock = fastClock(SPEED);
  const devices: TestDevice<Clock>[] = [];
  const ended: Promise<unknown>[] = [];
  const start = <T>(agent: string, run: (device: TestDevice<Clock>) => Promise<T>): Promise<T> => {
    const device = testDevice({ agent, root: site.root, clock });
    devices.push(device);
    const running = run(device);
    ended.push(running.catch(() => {}));
    return running;
  };
  const client = (selfRegister: boolean) =>
    start(
      "zedclient",
      (device) =>
        runClient(device, { selfRegister, getUuid: true, retries: 0, setHostName: true }).finally(() =>
          device.end()
        ),
    );
  const logged = () => devices.flatMap(({ agent, logged }) => logged.map((line) => `${agent}: ${line}`));
  const ending = new AbortController();
  let written = 0;
  const logs = async () => {
    while (!ending.signal.aborted) {
      written += await writeLogs(site, 1, 0);
      await pause(LOG_PAUSE_MS);
    }
  };
  const waited = (what: string, look: () => boolean | Promise<boolean>) =>
    until(what, look, 60_000, () => logged().slice(-20).join("\n"));
  const stop = async () => {
    ending.abort();
    for (const device of devices) device.end();
    await Promise.all(ended);
    for (const device of devices) await device[Symbol.asyncDispose]();
    await site.controller.stop();
    await pause(0);
    await Deno.remove(site.folder, { recursive: true });
  };
  try {
    start("nim", (device) => runNim(device, { portsFile: site.portsFile }));
    start("zedagent", (device) => runZedagent(device, { standalone: true }));
    start("loguploader", (device) => runLoguploader(device));
    const code = await client(true);
    const [known] = site.controller.devices();
    if (code !== 0 || known === undefined) throw new Error(`client: ${code}\n${logged().join("\n")}`);
    const { uuid } = known;
    const deviceName = () => site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"];
    const serve = (name: string) =>
      void site.controller.putConfig(uuid, quickConfig({ device_name: name }), { timestampMs: Date.now() });
    const apply = async (name: string) => {
      serve(name);
      await waited(`the configuration of ${name}`, () => deviceName() === name);
    };
    await apply("edge-1");
    ended.push(logs());
    return {
      site,
      uuid,
      logged,
      apply,
      serve,
      deviceName,
      getUuid: () => client(false),
      written: () => written,
      until: waited,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
