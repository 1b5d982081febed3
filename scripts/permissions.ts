/**
 * What each executable may do, and why. Compiled in; nothing else is granted, and nothing is ever asked for.
 * No program has `--allow-all` or FFI (design.md rule 10, decisions.md 1–3).
 */

/** The five programs of the device. */
export type Program = "client" | "zedagent" | "loguploader" | "nim" | "diag";

export const programs: readonly Program[] = ["client", "zedagent", "loguploader", "nim", "diag"];

/** One flag of `deno compile` with its reason. */
export interface Permission {
  readonly flag: string;
  readonly reason: string;
}

const read: Permission = {
  flag: "--allow-read",
  reason: "device paths stand below --root, which may be any folder; /config holds the keys",
};
const write: Permission = {
  flag: "--allow-write",
  reason: "/run, /persist and their copies below --root, which may be any folder",
};
const noSystemWrites: Permission = {
  flag: "--deny-write=/usr,/bin,/sbin,/lib,/lib64,/boot,/dev,/sys,/proc,/etc,/config",
  reason: "nothing of the system and nothing of the identity partition is ever written",
};
const net: Permission = {
  flag: "--allow-net",
  reason: "the controller's host is named in /config/server; source addresses are those of the ports",
};
const noWrites: Permission = {
  flag: "--deny-write",
  reason: "diag reports to the terminal and changes nothing",
};

function run(names: string, reason: string): Permission {
  return { flag: `--allow-run=${names}`, reason };
}

/** Flags common to all; `--no-prompt` turns a missing permission into an error instead of a question. */
export const common: readonly Permission[] = [
  { flag: "--no-prompt", reason: "nobody sits at a device to answer" },
  { flag: "--deny-ffi", reason: "FFI undoes every other permission" },
];

/** Program → what it may do beyond {@linkcode common}. */
export const permissions: Readonly<Record<Program, readonly Permission[]>> = {
  client: [
    read,
    write,
    noSystemWrites,
    net,
    run("hostname,dmidecode", "sets the host name to the UUID; reads serial number and model"),
  ],
  zedagent: [
    read,
    write,
    noSystemWrites,
    net,
    run(
      "client,ip,dmidecode",
      "asks for the UUID again; link state; serial number and model for device info",
    ),
    {
      flag: "--allow-sys=hostname,osRelease,systemMemoryInfo,osUptime,loadavg",
      reason: "device info and metrics",
    },
  ],
  loguploader: [read, write, noSystemWrites, net],
  nim: [read, write, noSystemWrites, net, run("ip", "links, addresses and routes; /sys can't be read")],
  diag: [read, noWrites, net],
};

/** The flags for `deno compile`, in order. */
export function permissionFlags(program: Program): string[] {
  return [...common, ...permissions[program]].map((permission) => permission.flag);
}
