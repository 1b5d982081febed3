/** Everything the demo stands on: a folder, a controller, a device root with logs to deliver. */
import { join } from "node:path";
import { topics } from "../../services/topics/mod.ts";
import { openBus } from "../../services/pubsub/mod.ts";
import { type Controller, LogProducer, makeDeviceRoot, startController } from "../controller/mod.ts";
import { app } from "./configs.ts";
import { DeviceSide } from "./device_side.ts";

/** See {@linkcode makeSite}. */
export interface Site {
  readonly folder: string;
  readonly root: string;
  readonly portsFile: string;
  /** Where the controller listens. */
  readonly hostname: string;
  readonly device: DeviceSide;
  readonly logs: LogProducer;
  controller: Controller;
}

/** Management port `lo`: a bare machine may have no other (decisions.md 27). */
export const loopbackPorts = {
  Version: 1,
  Ports: [{
    IfName: "lo",
    IsMgmt: true,
    IsL3Port: true,
    Up: true,
    AddrInfoList: [{ Addr: "127.0.0.1", Mask: "/wAAAA==" }],
    DNSServers: ["127.0.0.1"],
  }],
};

/** Makes them in a new temporary folder. @param hostname the controller's address; 127.0.0.1 by default */
export async function makeSite(hostname = "127.0.0.1"): Promise<Site> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-demo-" });
  const root = join(folder, "device");
  const controller = await startController({ dir: join(folder, "controller"), hostname });
  const { onboard } = await makeDeviceRoot(root, { controller });
  if (onboard === undefined) throw new Error("the device root has no onboarding pair");
  controller.addOnboard(onboard.certPem, ["*"]);
  await Deno.writeTextFile(join(root, "run", "eve-release"), "0.0.0-demo-amd64\n");
  const portsFile = join(folder, "ports.json");
  await Deno.writeTextFile(portsFile, JSON.stringify(loopbackPorts));
  const logs = new LogProducer(join(root, "persist/newlog"));
  return { folder, root, portsFile, hostname, device: new DeviceSide(root), logs, controller };
}

/** Stops the controller; the same one comes back by {@linkcode startAgain}. */
export async function stopController(site: Site): Promise<void> {
  await site.controller.stop();
}

/** The controller of the same folder on the same port. */
export async function startAgain(site: Site): Promise<void> {
  const { hostname, controller: { port } } = site;
  site.controller = await startController({ dir: join(site.folder, "controller"), hostname, port });
}

/** Writes device and app log files. @returns how many */
export async function writeLogs(site: Site, deviceFiles: number, appFiles: number): Promise<number> {
  const lines = (source: string) =>
    Array.from({ length: 200 }, (_, i) => ({
      severity: "info",
      source,
      content: `${source} says ${i}: ${crypto.randomUUID()}`,
    }));
  let written = 0;
  for (let i = 0; i < deviceFiles; i++) {
    written += (await site.logs.writeDeviceLog({}, lines("kernel"))).length;
  }
  for (let i = 0; i < appFiles; i++) {
    const log = { appUuid: app.uuid, displayName: app.name };
    written += (await site.logs.writeAppLog(log, lines(`${app.uuid}.1.1`))).length;
  }
  return written;
}

/** Plays newlogd: republishes what loguploader counted, so that zedagent's metrics have it (decisions.md 27). */
export function playNewlogd(site: Site, signal: AbortSignal): void {
  const bus = openBus({ root: site.root, signal, report: () => {} });
  const publication = bus.publication(topics.newlogd.NewlogMetrics);
  const copy = (key: string, value: Parameters<typeof publication.publish>[1]) => {
    if (!signal.aborted) publication.publish(key, value);
  };
  bus.subscription(topics.loguploader.NewlogMetrics, { create: copy, modify: copy }).activate();
}
