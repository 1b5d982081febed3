/**
 * The order that is on its way in this boot, as a file below `/run`: a crash leaves it there, a reboot takes it away. So an
 * order whose counter is stored but that nobody has heard of yet is neither lost nor carried out twice.
 */
import { type Device, errorText } from "../../agent/mod.ts";
import { readFileIfPresent, removeIfPresent, replaceFile } from "../../pubsub/mod.ts";
import { parseStoredOps, type StoredOpsCmd } from "../sections/device_ops.ts";

/** One order. */
export interface StandingOrder {
  readonly command: StoredOpsCmd;
  /** The counter before it, reported until the device has rebooted. */
  readonly before: number;
}

/** See {@linkcode standingOrders}. */
export interface StandingOrders {
  /** The order of this boot; `undefined` for none. */
  read(name: string): StandingOrder | undefined;
  /** Before its counter is stored. A failure is logged: without it only a crash at the wrong moment loses the order. */
  note(name: string, order: StandingOrder): void;
  forget(name: string): void;
}

/** Files `/run/zedagent.<name>`: the content of `/persist/status/<name>`, and `Before`. */
export function standingOrders(device: Device): StandingOrders {
  const path = (name: string) => `${device.paths.run}/zedagent.${name}`;
  const guarded = <T>(name: string, work: () => T): T | undefined => {
    try {
      return work();
    } catch (error) {
      device.log.error(`${path(name)}: ${errorText(error)}; a crash before the order is executed loses it`);
      return undefined;
    }
  };
  return {
    read: (name) =>
      guarded(name, () => {
        const bytes = readFileIfPresent(path(name));
        return bytes === undefined ? undefined : parse(new TextDecoder().decode(bytes));
      }),
    note: (name, { command, before }) =>
      guarded(name, () => {
        replaceFile(path(name), JSON.stringify({ ...command, Before: before }), { syncFolder: false });
      }),
    forget: (name) => void guarded(name, () => removeIfPresent(path(name))),
  };
}

function parse(text: string): StandingOrder | undefined {
  const command = parseStoredOps(text);
  if (command === undefined) return undefined;
  const { Before } = JSON.parse(text);
  return { command, before: typeof Before === "number" ? Before : 0 };
}
