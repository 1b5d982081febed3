/**
 * `reboot` and `shutdown`: a counter that is higher than the stored one is an order, the first one ever seen is not
 * (`spec/zedagent.md §11.1, 11.2`).
 */
import type { config } from "../../../proto/device.ts";
import { goBool, goCodec, goString, goStruct, goUint32, type GoValue } from "../../topics/mod.ts";

const goStoredOpsCmd = goStruct({ Counter: goUint32, DesiredState: goBool, OpsTime: goString });
const storedOpsCodec = goCodec(goStoredOpsCmd);

/** `/persist/status/rebootConfig` and `shutdownConfig`. */
export type StoredOpsCmd = GoValue<typeof goStoredOpsCmd>;

/** What to do about a command. */
export type OpsDecision =
  /** Nothing new. `skip`: the rest of the configuration waits, since the order was accepted before. */
  | { readonly kind: "none"; readonly skip: boolean }
  /** The field is gone. */
  | { readonly kind: "forget" }
  /** The first counter ever: stored and reported, not executed. */
  | { readonly kind: "first-contact"; readonly store: StoredOpsCmd }
  /** Another operation runs; the counter is stored. */
  | { readonly kind: "ignore"; readonly store: StoredOpsCmd }
  /** An update is being tested. Nothing is stored, so that a crash before the execution does not lose the order (W14). */
  | { readonly kind: "defer"; readonly store: StoredOpsCmd }
  | { readonly kind: "execute"; readonly store: StoredOpsCmd };

/** What the decision depends on. */
export interface OpsContext {
  /** `undefined`: no file, or none that can be read. */
  readonly stored: StoredOpsCmd | undefined;
  /** The command handled last in this run, and whether it was accepted. */
  readonly last: { readonly command: StoredOpsCmd; readonly accepted: boolean } | undefined;
  readonly operationRuns: boolean;
  readonly updateInprogress: boolean;
}

/** Pure. @param command `undefined` where the configuration has none */
export function decideOps(
  command: config.DeviceOpsCmd | null | undefined,
  context: OpsContext,
): OpsDecision {
  if (command === null || command === undefined) return { kind: "forget" };
  const { stored, last } = context;
  const store: StoredOpsCmd = {
    Counter: command.counter,
    DesiredState: command.desiredState,
    OpsTime: command.opsTime,
  };
  if (last !== undefined && sameCommand(last.command, store)) return { kind: "none", skip: last.accepted };
  if (stored !== undefined && stored.Counter === store.Counter) return { kind: "none", skip: false };
  if (stored === undefined) return { kind: "first-contact", store };
  if (context.operationRuns) return { kind: "ignore", store };
  return { kind: context.updateInprogress ? "defer" : "execute", store };
}

/** The file's text, as EVE writes it. */
export function storedOpsText(command: StoredOpsCmd): string {
  return storedOpsCodec.encode(command);
}

/** Reads a stored command; `undefined` for anything else. */
export function parseStoredOps(text: string): StoredOpsCmd | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof json !== "object" || json === null || !("Counter" in json)) return undefined;
  const { Counter } = json;
  if (typeof Counter !== "number" || !Number.isInteger(Counter) || Counter < 0) return undefined;
  const desired = "DesiredState" in json && json.DesiredState === true;
  const time = "OpsTime" in json && typeof json.OpsTime === "string" ? json.OpsTime : "";
  return { Counter, DesiredState: desired, OpsTime: time };
}

function sameCommand(left: StoredOpsCmd, right: StoredOpsCmd): boolean {
  return left.Counter === right.Counter && left.DesiredState === right.DesiredState &&
    left.OpsTime === right.OpsTime;
}
