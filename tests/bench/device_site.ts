/** A device of its own for the executables, and a controller for it in another process. */
import type { Program } from "../../scripts/permissions.ts";
import { type Child, startChild, startScript } from "../site/child.ts";

/** Below which device a program runs. */
export interface DeviceFolder {
  readonly root: string;
  readonly portsFile: string;
}

/** See {@linkcode openControllerSite}. */
export interface ControllerSite extends AsyncDisposable {
  /** A device that the controller does not know yet, but will let register. */
  newDevice(): Promise<DeviceFolder>;
}

/** Starts the controller below a new folder; not on `/dev/shm`, where the executables may not write. */
export async function openControllerSite(parent: string): Promise<ControllerSite> {
  const folder = Deno.makeTempDirSync({ dir: parent, prefix: "eve-comms-bench-" });
  const controller = startScript("tests/bench/children/controller_site.ts", folder);
  await controller.line();
  return {
    async newDevice() {
      await controller.tell("device");
      return JSON.parse(await controller.line());
    },
    async [Symbol.asyncDispose]() {
      await controller.stop();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

/**
 * The arguments that make each program part of a device.
 * @param onboarding the client asks for the UUID and diag looks once, and both end with it; otherwise all stay
 */
export function argumentsFor(program: Program, device: DeviceFolder, onboarding: boolean): string[] {
  const root = ["--root", device.root];
  switch (program) {
    case "client":
      return onboarding ? [...root, "selfRegister", "getUuid"] : root;
    case "diag":
      return onboarding ? [...root, "--once"] : [...root, "-f", "-s", `${device.root}/run/diag.out`];
    case "zedagent":
      return [...root, "--standalone"];
    case "nim":
      return [...root, "--ports", device.portsFile];
    case "loguploader":
      return root;
  }
}

/** Starts all; the caller stops them. */
export function startAll(
  executables: ReadonlyMap<Program, string>,
  device: DeviceFolder,
  onboarding: boolean,
): Map<Program, Child> {
  const started = new Map<Program, Child>();
  for (const [program, path] of executables) {
    started.set(program, startChild(path, argumentsFor(program, device, onboarding), true));
  }
  return started;
}

/** Whether the device is onboarded, and whether its first configuration is applied. */
export function progress(
  { root }: DeviceFolder,
): { readonly onboarded: boolean; readonly configured: boolean } {
  const onboarded = isThere(`${root}/persist/status/zedclient/OnboardingStatus/global.json`);
  const info = textOf(`${root}/run/zedagent/EdgeNodeInfo/global.json`);
  const checkpointed = isThere(`${root}/persist/checkpoint/lastconfig`);
  const status = textOf(`${root}/run/zedagent/ZedAgentStatus/zedagent.json`);
  const applied = info.includes('"demo-device"') && status.includes('"ConfigGetStatus":1');
  return { onboarded, configured: applied && checkpointed };
}

function isThere(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
