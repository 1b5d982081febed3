/** Onboarding and memory of idle programs, for the benches of each packaging. */
import type { Program } from "../../scripts/permissions.ts";
import { type Child, startChild } from "../site/child.ts";
import { NotMeasured } from "./bench.ts";
import { type DeviceFolder, openControllerSite, progress, startAll } from "./device_site.ts";
import { allExecutables, bareExecutables } from "./programs.ts";

const PATIENCE_MS = 30_000;

/** The five executables of an onboarded device with its first configuration, and bare ones beside them; they end with their block. */
export interface IdleDevice extends AsyncDisposable {
  readonly running: ReadonlyMap<Program, Child>;
  readonly bare: readonly Child[];
}

/**
 * @param bareCount how many bare executables run
 * @throws {NotMeasured} without executables, or without a first configuration in 30 s
 */
export async function startIdleDevice(diskFolder: string, bareCount: number): Promise<IdleDevice> {
  const executables = allExecutables();
  const barePaths = await bareExecutables();
  await using begun = new AsyncDisposableStack();
  const site = begun.use(await openControllerSite(diskFolder));
  const device = await site.newDevice();
  await onboard(device, executables);
  const running = startAll(executables, device, false);
  const bare = barePaths.slice(0, bareCount).map((path) => startChild(path, []));
  begun.defer(() => Promise.all([...running.values(), ...bare].map((child) => child.stop())).then(() => {}));
  await untilConfigured(device);
  const stack = begun.move();
  return { running, bare, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The client that asks for the UUID ends when it has it; the one that is measured stays. */
export async function onboard(
  device: DeviceFolder,
  executables: ReadonlyMap<Program, string>,
): Promise<void> {
  const running = startAll(executables, device, true);
  try {
    await untilConfigured(device);
    await running.get("client")?.ended;
  } finally {
    await Promise.all(running.values().map((child) => child.stop()));
  }
}

/** @throws {NotMeasured} after 30 s */
export async function untilConfigured(device: DeviceFolder): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!progress(device).configured) {
    if (performance.now() > deadline) {
      throw new NotMeasured(`waited ${PATIENCE_MS / 1000} s in vain for the first config`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** PSS in MB (1024 × 1024 bytes); undefined when the process has ended. */
export function megabytesOf(pid: number): number | undefined {
  try {
    const found = /^Pss:\s+(\d+) kB/m.exec(Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`));
    return found === null ? undefined : Number(found[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** The sum. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
