/**
 * What the executables may not do is denied (design.md rule 10). A probe compiled with the same flags tries it, for the
 * programs have no way to be told to; and the programs themselves are pointed at a system folder.
 */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { hostArch } from "../scripts/build/arch.ts";
import { checkout, compileConfig, executable } from "../scripts/build/compile.ts";
import { findRuntime } from "../scripts/build/runtime.ts";
import { type Executable, executables, permissionFlags } from "../scripts/permissions.ts";

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
const allCommands = [
  "client",
  "dmidecode",
  "hostname",
  "ip",
  "sh",
  "rm",
  "dhcpcd",
  "dnsmasq",
  "kill",
  "rfkill",
  "wpa_supplicant",
  "wpa_cli",
  "tpm2_sign",
  "tpm2_ecdhzgen",
  "tpm2_clear",
];
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

type Attempt = readonly [kind: string, argument: string];

/** A folder with commands of every name, files to work on, and a listener. */
interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly port: number;
  probe(program: Executable, attempts: readonly Attempt[]): Promise<Record<string, string>>;
}

async function openBench(): Promise<Bench> {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-permissions-" });
  for (const place of ["bin", "elsewhere"]) {
    await Deno.mkdir(join(folder, place));
    for (const name of allCommands) {
      await Deno.writeTextFile(join(folder, place, name), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
    }
  }
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepting = (async () => {
    for await (const connection of listener) connection.close();
  })();
  return {
    folder,
    port: listener.addr.port,
    async probe(program, attempts) {
      const file = join(folder, `probe-${program}`);
      await compileProbe(program, file);
      const { code, stdout, stderr } = await new Deno.Command(file, {
        args: [JSON.stringify(attempts)],
        env: { PATH: `${folder}/bin:${Deno.env.get("PATH")}` },
      }).output();
      const text = new TextDecoder();
      assertEquals([code, text.decode(stderr)], [0, ""]);
      await Deno.remove(file);
      return JSON.parse(text.decode(stdout));
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function compileProbe(program: Executable, output: string): Promise<void> {
  const flags = ["--quiet", "--no-check", "--config", compileConfig, "--output", output];
  const source = join(checkout, "tests/permissions/probe.ts");
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["compile", ...flags, ...permissionFlags(program), source],
    env: { DENORT_BIN: await findRuntime(hostArch) },
  }).output();
  assert(success, new TextDecoder().decode(stderr));
}

for (const program of executables) {
  Deno.test(`${program}: what its flags deny is denied`, async () => {
    await using bench = await openBench();
    const { folder, port } = bench;
    const name = `eve-comms-${crypto.randomUUID()}`;
    const own = (file: string) => join(folder, file);
    for (const file of ["append", "remove", "chmod", "rename"]) await Deno.writeTextFile(own(file), "");
    const isKeeper = keepers.includes(program);
    const folders = systemFolders.filter((folder) => !isKeeper || folder !== "etc");
    const outside: Attempt[] = [
      ...[...folders, ...furtherFolders[program] ?? []].flatMap((
        top,
      ): Attempt[] => [["write", `/${top}/${name}`], ["mkdir", `/${top}/${name}`]]),
      ...kernelFiles.map((file): Attempt => ["append", file]),
      ...[...guarded, ...alsoGuarded].map((file): Attempt => ["append", `/etc/${file}`]),
      ...(isKeeper ? [] : [["chmod", "/etc"] as const]),
      ["remove", `/usr/${name}`],
      ["rename", `/usr/${name}`],
      ["write", `${folder}/../../usr/${name}`],
    ];
    const inside: Attempt[] = [
      ...["append", "remove", "chmod", "rename"].map((kind): Attempt => [kind, own(kind)]),
      ["write", own("new")],
      ["mkdir", own("folder")],
    ];
    const running = allCommands.map((command): Attempt => ["run", command]);
    const never: Attempt[] = [
      ...allCommands.map((command): Attempt => ["run", join(folder, "elsewhere", command)]),
      ["run", "/bin/sh"],
      ["env", "HOME"],
      ["env", "LD_PRELOAD"],
      ["sys", "networkInterfaces"],
      ["read", "/proc/self/environ"],
    ];
    const results = await bench.probe(program, [
      ...outside,
      ...inside,
      ...running,
      ...never,
      ["read", "/etc/passwd"],
      ["connect", String(port)],
      ["ffi", "libc.so.6"],
      ["sys", "hostname"],
    ]);
    const expected = (attempts: readonly Attempt[], outcome: (argument: string) => string) =>
      attempts.map(([kind, argument]) => [`${kind} ${argument}`, outcome(argument)]);
    const denied = () => "NotCapable";
    const okUnless = (isDenied: boolean) => isDenied ? "NotCapable" : "ok";
    assertEquals(
      results,
      Object.fromEntries([
        ...expected(outside, denied),
        ...expected(inside, () => okUnless(readers.includes(program))),
        ...expected(running, (command) => okUnless(!commands[program].includes(command))),
        ...expected(never, denied),
        ["read /etc/passwd", "ok"],
        [`connect ${port}`, okUnless(offline.includes(program))],
        ["ffi libc.so.6", okUnless(program !== "bridge")],
        ["sys hostname", okUnless(program !== "zedagent" && program !== "zedbox")],
      ]),
    );
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
