/**
 * The device as a program sees it: everything that reaches outside comes through here (design.md, "One way
 * in").
 */
import type { Logger } from "@std/log";
import type { RunTool } from "../../controllerconn/mod.ts";
import type { Bus } from "../pubsub/mod.ts";
import type { Clock } from "./clock.ts";
import type { Commands } from "./commands.ts";
import type { DevicePaths } from "./paths.ts";
import type { Random } from "./random.ts";

/** Handed to `run(device, options)` of every program; made by `startDevice` or by a test. */
export interface Device {
  /** Name on the bus, of the pid file and of the touch file, e.g. `zedclient`. */
  readonly agent: string;
  readonly paths: DevicePaths;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly bus: Bus;
  readonly commands: Commands;
  /** Starts a tool of `tpm2-tools`; only used where the device's key is in a TPM. */
  readonly runTpmTool: RunTool;
  /** Aborted by SIGTERM and SIGINT; every loop, watcher, timer and socket ends with it within 2 s. */
  readonly signal: AbortSignal;
  /** `-H`: touch files are made and then left to age. Absent otherwise. */
  readonly hangs?: boolean;
}
