/** Traces of `/config` and of device info, and their archives (`spec/controllerconn.md §12.2`). */
import {
  between,
  type Device,
  type NetDumper,
  type NetDumperOptions,
  openNetDumper,
  openTimer,
  removeLeftoverTraces,
} from "../agent/mod.ts";
import { type DeviceNetworkStatus, DPCState } from "../topics/mod.ts";

/** See {@linkcode openNetDumps}. */
export interface NetDumps {
  readonly config: NetDumper;
  readonly info: NetDumper;
  /** Resolves when no archive is being made. */
  readonly idle: Promise<unknown>;
}

/** What the dumpers ask. */
export interface NetDumpsDeps extends Pick<NetDumperOptions, "items" | "updateInprogress"> {
  readonly devUUID: () => string;
  readonly network: () => DeviceNetworkStatus | undefined;
}

/** What was too young to be removed at the start is old enough then. */
const SECOND_LOOK_MS = 11 * 60_000;

/** Opens both, and removes trace files that a killed program has left. */
export function openNetDumps(device: Device, deps: NetDumpsDeps): NetDumps {
  removeLeftoverTraces(device);
  openTimer(device).set(
    between(device.random, 1, 1.2) * SECOND_LOOK_MS,
    () => void removeLeftoverTraces(device),
  );
  const shared = {
    items: deps.items,
    updateInprogress: deps.updateInprogress,
    isOnboarded: () => deps.devUUID() !== "",
    isNetworkFit: () => isSettled(deps.network()),
  };
  const config = openNetDumper(device, {
    ...shared,
    topics: { ok: "zedagent-config-ok", fail: "zedagent-config-fail" },
    requestPrefix: "",
  });
  const info = openNetDumper(device, {
    ...shared,
    topics: { ok: "zedagent-info-ok", fail: "zedagent-info-fail" },
    requestPrefix: "ZiDevice-",
  });
  return {
    config,
    info,
    get idle() {
      return Promise.all([config.idle, info.idle]);
    },
  };
}

/** The network works by the port config of the highest priority, and no test of it is running. */
function isSettled(network: DeviceNetworkStatus | undefined): boolean {
  return network !== undefined && !network.Testing && network.CurrentIndex === 0 &&
    network.State === DPCState.DPC_SUCCESS;
}
