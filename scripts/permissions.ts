/**
 * What each executable may do, and why. Compiled in; nothing else is granted, and nothing is ever asked for.
 * None has `--allow-all`, and only `bridge` has FFI (design.md rule 10, decisions.md 1–3).
 */

/** The five programs of the device. */
export type Program = "client" | "zedagent" | "loguploader" | "nim" | "diag";

export const programs: readonly Program[] = ["client", "zedagent", "loguploader", "nim", "diag"];

/** What `build` makes: the programs, and what stands beside the bus. */
export type Executable = Program | "bridge" | "busctl" | "zedbox";

export const executables: readonly Executable[] = [...programs, "bridge", "busctl", "zedbox"];

/** One flag of `deno compile` with its reason. */
export interface Permission {
  readonly flag: string;
  readonly reason: string;
}

const read: Permission = {
  flag: "--allow-read",
  reason: "device paths stand below --root, which may be any folder; /config holds the keys",
};
const noSecrets: Permission = {
  flag:
    "--deny-read=/etc/shadow,/etc/shadow-,/etc/gshadow,/etc/gshadow-,/etc/sudoers,/etc/sudoers.d,/etc/ssh,/root/.ssh",
  reason: "whatever --root is, the system's own secrets are not the device's",
};
const write: Permission = {
  flag: "--allow-write",
  reason: "/run, /persist and their copies below --root, which may be any folder",
};
const noSystemWrites: Permission = {
  flag: "--deny-write=/usr,/bin,/sbin,/lib,/lib64,/boot,/dev,/sys,/proc,/etc,/config",
  reason: "nothing of the system and nothing of the identity partition is ever written",
};
/** Those of `/etc` that decide who may do what, and what is loaded. */
const guarded =
  "passwd,shadow,group,sudoers,hosts,hostname,ssh,ssl,pam.d,cron.d,init.d,systemd,ld.so.preload,ld.so.conf"
    .split(",").map((name) => `/etc/${name}`).join(",");
const noSystemWritesButResolver: Permission = {
  flag: noSystemWrites.flag.replace(",/etc,", `,${guarded},`),
  reason:
    "nim keeps /etc/resolv.conf; a denied folder can't have an allowed file, so what else matters there is named one by one",
};
const net: Permission = {
  flag: "--allow-net",
  reason: "the controller's host is named in /config/server; source addresses are those of the ports",
};
const hostFacts: Permission = {
  flag: "--allow-sys=hostname,osRelease,systemMemoryInfo,osUptime,loadavg",
  reason: "device info and metrics",
};
const diskFacts: Permission = {
  flag: "--allow-sys=statfs",
  reason: "the quota of log files is a share of the disk that they are on",
};
const noWrites: Permission = {
  flag: "--deny-write",
  reason: "it tells on the terminal what is there and changes nothing",
};
const diagWrites: Permission = {
  flag: "--allow-write",
  reason:
    "diag -f replaces /run/diag.out, writes the screen's FIFO and publishes its counters, all in /run or its copy below " +
    "--root, which may be any folder; diag --once and validate give this up before they do anything",
};
const noWritesButRun: Permission = {
  flag: `${noSystemWrites.flag},/persist`,
  reason:
    "nothing but /run is ever written: not the system, not the identity partition, not what survives a boot",
};
const noFfi: Permission = { flag: "--deny-ffi", reason: "FFI undoes every other permission" };
const noNet: Permission = {
  flag: "--deny-net",
  reason: "it only deals with files and sockets of this device",
};

function run(names: string, reason: string): Permission {
  return { flag: `--allow-run=${names}`, reason };
}

/** nim is not among those who may: it sends GETs only, which nobody signs; it only decrypts. */
const signing = "signs with a device key that is in the TPM";

/** `--no-prompt` turns a missing permission into an error instead of a question. */
export const common: readonly Permission[] = [
  { flag: "--no-prompt", reason: "nobody sits at a device to answer" },
];

/**
 * An executable comes in two forms. `anywhere` takes `--root DIR`, so folders can only be denied to it by name. `device` is what
 * stands in an image: it knows the device's own paths and no others.
 */
export type Form = "anywhere" | "device";

/** Instead of {@linkcode read} and {@linkcode write}, in the form `device`. */
const devicePaths: Readonly<Record<string, Permission>> = {
  "--allow-read": {
    flag:
      "--allow-read=/config,/run,/persist,/etc/resolv.conf,/etc/hosts,/etc/ssl,/etc/pki,/proc,/dev/tpmrm0,/dev/watchdog",
    reason:
      "the device's files; name servers; the system's CA certificates; whether a pid is alive (a look at /proc/<pid>, Deno " +
      "lets nobody read there); whether there are a TPM and a watchdog",
  },
  "--allow-write": { flag: "--allow-write=/run,/persist", reason: "the bus, and what survives a boot" },
};

/** The same for the programs that keep the resolver. */
const deviceWritesOfKeepers: Permission = {
  flag: "--allow-write=/run,/persist,/etc/resolv.conf",
  reason: "the bus, what survives a boot, and nim's /etc/resolv.conf",
};

/** Executable → what it may do beyond {@linkcode common}. */
export const permissions: Readonly<Record<Executable, readonly Permission[]>> = {
  client: [
    noFfi,
    read,
    noSecrets,
    write,
    noSystemWrites,
    net,
    run(
      "hostname,dmidecode,tpm2_sign",
      "sets the host name to the UUID; reads serial number and model; signs with a key in the TPM",
    ),
  ],
  zedagent: [
    noFfi,
    read,
    noSecrets,
    write,
    noSystemWrites,
    net,
    run(
      "client,ip,dmidecode,tpm2_sign,tpm2_ecdhzgen",
      "asks for the UUID again; link state; serial number and model for device info; signs, and decrypts what a LOC hands " +
        "on, with keys in the TPM",
    ),
    hostFacts,
  ],
  loguploader: [noFfi, read, noSecrets, write, noSystemWrites, net, run("tpm2_sign", signing), diskFacts],
  nim: [
    noFfi,
    read,
    noSecrets,
    write,
    noSystemWritesButResolver,
    net,
    run(
      "ip,dhcpcd,dnsmasq,kill,rfkill,wpa_supplicant,wpa_cli,tpm2_ecdhzgen",
      "links, addresses, routes and rules, which /sys would not tell either; DHCP clients; the management resolver, and " +
        "its end; radios; Wi-Fi and 802.1X; decrypts Wi-Fi credentials with a key in the TPM",
    ),
  ],
  diag: [noFfi, read, noSecrets, diagWrites, noWritesButRun, net, run("tpm2_sign", signing)],
  bridge: [
    { flag: "--allow-ffi", reason: "Deno has no SEQPACKET sockets; what protects is that bridge is small" },
    read,
    noSecrets,
    { flag: "--allow-write", reason: "/persist/pubsub-large below --root, which may be any folder" },
    noSystemWrites,
    noNet,
  ],
  busctl: [noFfi, read, noSecrets, noWrites, noNet],
  zedbox: [
    noFfi,
    read,
    noSecrets,
    write,
    noSystemWritesButResolver,
    net,
    run(
      "client,hostname,ip,dhcpcd,dnsmasq,kill,rfkill,wpa_supplicant,wpa_cli,dmidecode,tpm2_sign,tpm2_ecdhzgen",
      "what client, zedagent, loguploader, nim and diag need together: it is each of them by the name of a link",
    ),
    { flag: `${hostFacts.flag},statfs`, reason: `${hostFacts.reason}; ${diskFacts.reason}` },
  ],
};

/** The flags for `deno compile`, in order. */
export function permissionFlags(executable: Executable, form: Form = "anywhere"): string[] {
  return permissionsOf(executable, form).map((permission) => permission.flag);
}

/** {@linkcode common} and what the executable may do in this form. */
export function permissionsOf(executable: Executable, form: Form): readonly Permission[] {
  const all = [...common, ...permissions[executable]];
  if (form === "anywhere") return all;
  const keepsResolver = all.includes(noSystemWritesButResolver);
  return all.map((permission) =>
    keepsResolver && permission === write ? deviceWritesOfKeepers : devicePaths[permission.flag] ?? permission
  );
}
