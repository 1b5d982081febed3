/**
 * What the executables may not do is denied (design.md rule 10). A probe compiled with the same flags tries it, for the
 * programs have no way to be told to; and the programs themselves are pointed at a system folder.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostArch } from "../scripts/build/arch.ts";
import { checkout, compileConfig, executable } from "../scripts/build/compile.ts";
import { findRuntime } from "../scripts/build/runtime.ts";
import { imageExecutables } from "../scripts/images/tree.ts";
import {
  type Executable,
  executables,
  type Form,
  permissionFlags,
  type Program,
  programs,
} from "../scripts/permissions.ts";

/** Written down here a second time on purpose: a new command is a decision (decisions.md 2). */
const commands: Readonly<Record<Executable, readonly string[]>> = {
  client: ["hostname", "dmidecode", "tpm2_sign"],
  zedagent: ["client", "ip", "dmidecode", "tpm2_sign", "tpm2_ecdhzgen"],
  loguploader: ["tpm2_sign"],
  nim: ["ip", "dhcpcd", "dnsmasq", "kill", "rfkill", "wpa_supplicant", "wpa_cli", "tpm2_ecdhzgen"],
  diag: ["tpm2_sign"],
  bridge: [],
  busctl: [],
  zedbox: [
    "client",
    "hostname",
    "ip",
    "dhcpcd",
    "dnsmasq",
    "kill",
    "rfkill",
    "wpa_supplicant",
    "wpa_cli",
    "dmidecode",
    "tpm2_sign",
    "tpm2_ecdhzgen",
  ],
};
/** May not write, or not connect, again written down a second time. */
const readers: readonly Executable[] = ["busctl"];
const offline: readonly Executable[] = ["bridge", "busctl"];
const allCommands = [...new Set(Object.values(commands).flat()), "sh", "rm", "tpm2_clear"];
const systemFolders = ["usr", "bin", "sbin", "lib", "lib64", "boot", "dev", "sys", "proc", "etc", "config"];
/** They write `/etc/resolv.conf`, and nothing else of these. */
const keepers: readonly Executable[] = ["nim", "zedbox"];
const guarded = [
  "passwd",
  "shadow",
  "group",
  "sudoers",
  "hosts",
  "hostname",
  "ssh",
  "ssl",
  "pam.d",
  "cron.d",
];
const alsoGuarded = ["init.d", "systemd", "ld.so.preload", "ld.so.conf"];
/** Beyond those: diag writes in /run only. */
const furtherFolders: Partial<Record<Executable, readonly string[]>> = { diag: ["persist"] };
/** Files that are there already: opening them is denied too. */
const kernelFiles = ["/dev/kmsg", "/sys/kernel/profiling", "/proc/sysrq-trigger"];

/** The system's own; each is denied whether it is there or not. */
const secrets = [
  "/etc/shadow",
  "/etc/gshadow",
  "/etc/sudoers",
  "/etc/ssh/ssh_host_rsa_key",
  "/root/.ssh/id_rsa",
];

type Attempt = readonly [kind: string, argument: string];

/** A probe with the flags of one executable, a folder with files to work on, commands of every name, and a listener. */
interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  /** @param as gives up first what zedbox gives up as this program */
  probe(attempts: readonly Attempt[], as?: Program): Promise<Record<string, string>>;
}

/** @param dir where the executable may write, if it may write anywhere */
async function openBench(executable: Executable, form: Form, dir: string): Promise<Bench> {
  const folder = await Deno.makeTempDir({ dir, prefix: "eve-comms-permissions-" });
  for (const place of ["bin", "elsewhere"]) {
    await Deno.mkdir(join(folder, place));
    for (const name of allCommands) {
      await Deno.writeTextFile(join(folder, place, name), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    }
  }
  const file = join(await Deno.makeTempDir({ prefix: "eve-comms-probe-" }), "probe");
  await compileProbe(executable, form, file);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of listener) connection.close();
  })();
  return {
    folder,
    port: listener.addr.port,
    async probe(attempts, as) {
      const { code, stdout, stderr } = await new Deno.Command(file, {
        args: [JSON.stringify(attempts), as ?? ""],
        env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
      }).output();
      const text = new TextDecoder();
      assertEquals([code, text.decode(stderr)], [0, ""]);
      return JSON.parse(text.decode(stdout));
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Deno.remove(folder, { recursive: true });
      await Deno.remove(join(file, ".."), { recursive: true });
    },
  };
}

async function compileProbe(program: Executable, form: Form, output: string): Promise<void> {
  const flags = ["--quiet", "--no-check", "--config", compileConfig, "--output", output];
  const source = join(checkout, "tests/permissions/probe.ts");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...flags, ...permissionFlags(program, form), source],
    env: { DENORT_BIN: await findRuntime(hostArch) },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

/** Attempts and what must come of each. */
type Expected = readonly (readonly [attempt: Attempt, outcome: string])[];

const denied = (...attempts: readonly Attempt[]): Expected => attempts.map((one) => [one, "NotCapable"]);
const allowed = (isAllowed: boolean, ...attempts: readonly Attempt[]): Expected =>
  attempts.map((one) => [one, isAllowed ? "ok" : "NotCapable"]);

/** What nobody may in any form, and what `program` alone may; folders are up to the form. */
function expectedOf(program: Executable, { folder, port }: Bench): Expected {
  const name = `eve-comms-${crypto.randomUUID()}`;
  const isKeeper = keepers.includes(program);
  const folders = systemFolders.filter((top) => !isKeeper || top !== "etc");
  return [
    ...denied(
      ...[...folders, ...furtherFolders[program] ?? []].flatMap((top): Attempt[] => {
        return [["write", `/${top}/${name}`], ["mkdir", `/${top}/${name}`]];
      }),
      ...kernelFiles.map((file): Attempt => ["append", file]),
      ...[...guarded, ...alsoGuarded].map((file): Attempt => ["append", `/etc/${file}`]),
      ...(isKeeper ? [] : [["chmod", "/etc"] as const]),
      ["remove", `/usr/${name}`],
      ["rename", `/usr/${name}`],
      ["write", `${folder}/../../usr/${name}`],
      ...secrets.flatMap((file): Attempt[] => [["read", file], ["stat", file]]),
      ...allCommands.map((command): Attempt => ["run", join(folder, "elsewhere", command)]),
      ["run", "/bin/sh"],
      ["env", "HOME"],
      ["env", "LD_PRELOAD"],
      ["sys", "networkInterfaces"],
      ["read", "/proc/self/environ"],
    ),
    ...allCommands.flatMap((command) => allowed(commands[program].includes(command), ["run", command])),
    ...allowed(!offline.includes(program), ["connect", String(port)], ["listen", "0"]),
    ...allowed(program === "bridge", ["ffi", "libc.so.6"]),
    ...allowed(program === "zedagent" || program === "zedbox", ["sys", "hostname"]),
    ...allowed(program === "loguploader" || program === "zedbox", ["statfs", "/run"]),
    ...allowed(true, ["read", "/etc/hosts"]),
  ];
}

/** Work on files of the bench. */
async function workOnFiles(folder: string): Promise<readonly Attempt[]> {
  const kinds = ["append", "remove", "chmod", "rename"] as const;
  for (const file of kinds) await Deno.writeTextFile(join(folder, file), "");
  return [
    ...kinds.map((kind): Attempt => [kind, join(folder, kind)]),
    ["write", join(folder, "new")],
    ["mkdir", join(folder, "folder")],
  ];
}

async function check(bench: Bench, expected: Expected, as?: Program): Promise<void> {
  const results = await bench.probe(expected.map(([attempt]) => attempt), as);
  const wanted = expected.map(([[kind, argument], outcome]) => [`${kind} ${argument}`, outcome]);
  assertEquals(results, Object.fromEntries(wanted));
}

for (const program of executables) {
  Deno.test(`${program}: what its flags deny is denied`, async () => {
    await using bench = await openBench(program, "anywhere", tmpdir());
    await check(bench, [
      ...expectedOf(program, bench),
      ...allowed(!readers.includes(program), ...await workOnFiles(bench.folder)),
      ...allowed(true, ["read", "/etc/passwd"]),
    ]);
  });

  Deno.test(`${program}: no flag opens everything`, () => {
    const flags = permissionFlags(program);
    assert(flags.includes("--no-prompt"));
    assertEquals(flags.includes("--deny-ffi"), program !== "bridge");
    for (const flag of flags) {
      const [name, value] = flag.split("=");
      assert(
        !["--allow-all", "-A", "--allow-env", "--allow-import"].includes(name ?? "") &&
          (name !== "--allow-ffi" || program === "bridge"),
        flag,
      );
      if (name === "--allow-run" || name === "--allow-sys") assert(value !== undefined && value !== "", flag);
    }
  });
}

for (const program of imageExecutables) {
  Deno.test(`${program} of an image: nothing but the device's own paths is read or written, no link is made`, async () => {
    await using bench = await openBench(program, "device", "/run");
    const outside = await Deno.makeTempDir({ prefix: "eve-comms-outside-" });
    try {
      await check(bench, [
        ...expectedOf(program, bench),
        ...allowed(true, ...await workOnFiles(bench.folder), ["stat", "/proc/1"]),
        ...denied(
          ...await workOnFiles(outside),
          ...["/etc/passwd", "/usr/bin/env", "/boot", "/root", "/home", "/var/log"].flatMap(
            (path): Attempt[] => {
              return [["read", path], ["read-dir", path]];
            },
          ),
          ["link", join(bench.folder, "link")],
        ),
        [["write", "/persist/eve-comms/none"], "NotFound"],
        [["read", "/persist/eve-comms/none"], "NotFound"],
        [["read", "/config/eve-comms/none"], "NotFound"],
      ]);
    } finally {
      await Deno.remove(outside, { recursive: true });
    }
  });
}

Deno.test("zedbox of an image, called by a link: no more than the executable of that name", async () => {
  await using bench = await openBench("zedbox", "device", "/run");
  for (const program of programs) {
    const persist = furtherFolders[program]?.includes("persist") ? "NotCapable" : "NotFound";
    await check(bench, [
      ...expectedOf(program, bench).filter(([[, path]]) => !path.startsWith("/persist")),
      [["write", "/persist/eve-comms/none"], persist],
    ], program);
  }
});

for (const program of ["client", "zedagent", "loguploader", "nim"] as const) {
  Deno.test(`${program}: the executable itself can't write below /usr`, async () => {
    const root = `/usr/eve-comms-${crypto.randomUUID()}`;
    const { code, stderr } = await new Deno.Command(executable(hostArch, program), {
      args: ["--root", root],
      stdin: "null",
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 1, text);
    assertStringIncludes(text, "Requires write access");
    assertEquals(await Deno.stat(root).then(() => true, () => false), false);
  });
}

Deno.test("zedbox of an image refuses --root in words, and reads nothing there", async () => {
  const root = await Deno.makeTempDir({ prefix: "eve-comms-root-" });
  try {
    for (const program of programs) {
      const words = [program, "--root", root, ...program === "diag" ? ["--once"] : []];
      const { code, stderr } = await new Deno.Command(executable(hostArch, "zedbox", "device"), {
        args: words,
        stdin: "null",
        stdout: "null",
      }).output();
      const text = new TextDecoder().decode(stderr);
      assertEquals(code, 1, text);
      assertStringIncludes(text, `--root ${root}: this executable was made for the paths of a device`);
    }
    assertEquals([...Deno.readDirSync(root)], []);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
