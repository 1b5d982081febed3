/** `appCommands`: what local servers have ordered for apps, as EVE writes it (`spec/zedagent.md §17`). */
import {
  goBool,
  goCodec,
  goInt64,
  goMap,
  goPointer,
  goString,
  goStruct,
  goTimeType,
  goUint32,
  goUint64,
  goUint8,
  type GoValue,
} from "../../topics/mod.ts";

const goAppInstanceOpsCmd = goStruct({ Counter: goUint32, ApplyTime: goString });
const goLocalAppCommand = goStruct({
  Command: goUint8,
  LocalServerTimestamp: goUint64,
  DeviceTimestamp: goTimeType,
  Completed: goBool,
  LastCompletedTimestamp: goUint64,
});
/** The last command for an app. Server times are of the server's own making; `DeviceTimestamp` is ours. */
export type LocalAppCommand = GoValue<typeof goLocalAppCommand>;

const goLocalAppCounters = goStruct({ RestartCmd: goAppInstanceOpsCmd, PurgeCmd: goAppInstanceOpsCmd });
/** How many commands of each kind an app was given. */
export type LocalAppCounters = GoValue<typeof goLocalAppCounters>;

/** By app UUID, and by volume UUID. `null` is Go's map that nothing was put into. */
const goAppCommandState = goStruct({
  AppCommands: goPointer(goMap(goLocalAppCommand)),
  AppCounters: goPointer(goMap(goLocalAppCounters)),
  VolumeGenCounters: goMap(goInt64),
});
/** See {@linkcode goAppCommandState}. */
export type AppCommandState = GoValue<typeof goAppCommandState>;

/** No command so far. */
export const noAppCommands: AppCommandState = {
  AppCommands: null,
  AppCounters: null,
  VolumeGenCounters: {},
};
/** An app that was given no command. */
export const noAppCounters: LocalAppCounters = goLocalAppCounters.zero();

const codec = goCodec(goAppCommandState);

/** The file's bytes. */
export function encodeAppCommands(state: AppCommandState): Uint8Array {
  return new TextEncoder().encode(codec.encode(state));
}

/** @throws {TypeError} the bytes are no such JSON */
export function decodeAppCommands(bytes: Uint8Array): AppCommandState {
  return codec.decode(new TextDecoder().decode(bytes));
}
