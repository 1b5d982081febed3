/** The configurations that the controller hands out during a soak, and whether the device has the last one. */
import { auth, config } from "../../proto/all.ts";
import { app, secondConfig } from "../../scripts/demo/configs.ts";
import { systemClock } from "../../services/agent/mod.ts";
import { quickConfig } from "../site/open_site.ts";
import type { SoakedDevice } from "./soaked_device.ts";

/** Version `n`: another name each time, and the app comes and goes. */
function versionOf(n: number): config.IEdgeDevConfig {
  return quickConfig({
    device_name: `edge-${n}`,
    ...(n % 2 === 0 ? { apps: secondConfig().apps ?? [] } : {}),
  });
}

/** The only device's UUID; `undefined` until it is registered. */
export function uuidOf({ site }: SoakedDevice): string | undefined {
  return site.controller.devices()[0]?.uuid;
}

/** Another version about every `everyMs`, until the signal aborts. @returns how many */
export async function changeConfigs(
  device: SoakedDevice,
  everyMs: number,
  signal: AbortSignal,
): Promise<number> {
  let version = 0;
  while (!signal.aborted) {
    const uuid = uuidOf(device);
    if (uuid !== undefined) put(device, uuid, ++version);
    await systemClock.sleep(uuid === undefined ? 100 : everyMs, signal);
  }
  return version;
}

/** @param version an even one has the app */
export function put({ site }: SoakedDevice, uuid: string, version: number): void {
  site.controller.putConfig(uuid, versionOf(version), { timestampMs: Date.now() });
}

/** What of a version is not in force yet, in words; empty when all of it is. */
export function missing({ site }: SoakedDevice, version: number): string[] {
  const { device } = site;
  const status = device.json("run/zedagent/ZedAgentStatus/zedagent.json");
  const name = device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"];
  const hasApp = device.exists(`run/zedagent/AppInstanceConfig/${app.uuid}.json`);
  return [
    ...(status?.["ConfigGetStatus"] === 1 ? [] : [`ConfigGetStatus is ${status?.["ConfigGetStatus"]}`]),
    ...(name === `edge-${version}` ? [] : [`DeviceName is ${name}, not edge-${version}`]),
    ...(hasApp === (version % 2 === 0) ? [] : [`the app is ${hasApp ? "still" : "not"} there`]),
  ];
}

/** How what is saved in `lastconfig` differs from what the controller has; empty when it does not. */
export function differences({ site }: SoakedDevice, uuid: string): string[] {
  const bytes = Deno.readFileSync(`${site.root}/persist/checkpoint/lastconfig`);
  const payload = auth.AuthContainer.decode(bytes).protectedPayload?.payload ?? new Uint8Array();
  const saved = config.ConfigResponse.decode(payload).config;
  const served = site.controller.getConfig(uuid);
  if (served === undefined) return ["the controller has no configuration"];
  if (!saved) return ["lastconfig has no configuration"];
  // What the controller says of its own certificates it adds to the answer.
  const [left, right] = [saved, served].map((each) =>
    config.EdgeDevConfig.encode({ ...each, controllercert_confighash: "" }).finish().toBase64()
  );
  return left === right ? [] : [`lastconfig has ${left}, the controller ${right}`];
}
