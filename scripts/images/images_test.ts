import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import { linuxkitPackage } from "./linuxkit.ts";
import { layTree, packTree, sha256Of } from "./make_image.ts";
import { sbom } from "./sbom.ts";
import { startScript } from "./start_script.ts";
import { systemdUnits } from "./systemd_units.ts";
import { imageMembers } from "./tree.ts";

const lock = JSON.stringify({
  npm: { "@noble/ciphers@2.4.0": { integrity: "sha512-AAEC" }, "long@5.3.2": { integrity: "sha512-AwQF" } },
});
const inputs = {
  arch: "x86_64" as const,
  version: "1.2.3",
  runtimeVersion: "2.7.14",
  executables: new Map([["zedbox", "ab"]]),
};

Deno.test("images: laid and packed twice, in other folders and at other times, the bytes are equal", async () => {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-images-" });
  try {
    const sums: string[] = [];
    for (const round of ["first", "second"]) {
      const own = join(folder, round);
      await Deno.mkdir(own);
      const executable = join(own, "executable");
      await Deno.writeTextFile(executable, "#!/bin/sh\n", { mode: 0o700 });
      await Deno.utime(executable, round.length, round.length);
      await layTree(own, imageMembers(), () => executable);
      await packTree(own, join(own, "image.tar"));
      sums.push(await sha256Of(join(own, "image.tar")));
      const { mode } = await Deno.stat(join(own, "rootfs/opt/eve-comms/bin/zedbox"));
      assertEquals((mode ?? 0) & 0o7777, 0o755);
      assertEquals(await Deno.readLink(join(own, "rootfs/opt/zededa/bin/nim")), "/opt/eve-comms/bin/zedbox");
    }
    assertEquals(sums[0], sums[1]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("images: the list of parts names runtime, packages with their sums, and executables; it holds no time", () => {
  const text = sbom({ ...inputs, lock });
  assertEquals(text, sbom({ ...inputs, lock }));
  const { bomFormat, specVersion, serialNumber, components } = JSON.parse(text);
  assertEquals([bomFormat, specVersion], ["CycloneDX", "1.5"]);
  assert(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/.test(serialNumber),
    serialNumber,
  );
  assertEquals(components.map(({ name }: { name: string }) => name), [
    "deno",
    "@noble/ciphers",
    "long",
    "zedbox",
  ]);
  assertEquals(components[1].hashes, [{ alg: "SHA-512", content: "000102" }]);
  assertEquals(components[1].purl, "pkg:npm/%40noble/ciphers@2.4.0");
  assertThrows(
    () => sbom({ ...inputs, lock: '{"npm":{"x@1":{"integrity":"sha1-AA"}}}' }),
    Error,
    "x@1 has no SHA-512",
  );
});

Deno.test("[device-api#20] images: the start script is a shell script, starts each program once, leaves out who is named, registers with an onboarding pair only, tells the watchdog", async () => {
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-start-" });
  try {
    await Deno.mkdir(join(folder, "bin"));
    for (const name of ["bridge", "nim", "zedagent", "loguploader", "client", "diag"]) {
      const program =
        `#!/bin/sh\necho ${name} "$@" >> ${folder}/log\nls ${folder}/run/watchdog/* >> ${folder}/watched\n`;
      await Deno.writeTextFile(join(folder, "bin", name), program, { mode: 0o755 });
    }
    const script = startScript().replaceAll(" /run", ` ${folder}/run`).replaceAll('"/run', `"${folder}/run`)
      .replaceAll(" /persist", ` ${folder}/persist`).replaceAll(" /config", ` ${folder}/config`);
    await Deno.mkdir(join(folder, "config"));
    await Deno.writeTextFile(join(folder, "config/onboard.cert.pem"), "");
    await Deno.writeTextFile(join(folder, "start"), script);
    const { success, stderr } = await new Deno.Command("sh", {
      args: ["-c", `sh ${folder}/start nim zedagent 2>&1 | cat >&2`],
    }).output();
    assert(success, new TextDecoder().decode(stderr));
    const started = async () => (await Deno.readTextFile(join(folder, "log"))).trim().split("\n").toSorted();
    assertEquals(await started(), [
      "bridge",
      "client getUuid",
      `diag -f -s ${folder}/run/diag.out`,
      "loguploader",
    ]);
    await Deno.remove(join(folder, "log"));
    await Deno.writeTextFile(join(folder, "config/onboard.key.pem"), "");
    const others = "bridge nim zedagent loguploader diag";
    await new Deno.Command("sh", { args: ["-c", `sh ${folder}/start ${others} 2>&1 | cat >&2`] }).output();
    assertEquals(await started(), ["client selfRegister getUuid"]);
    const watched = await Deno.readTextFile(join(folder, "watched"));
    for (const entry of ["zedclient.pid", "loguploader.pid", "loguploader.touch"]) {
      assert(watched.includes(`${entry}\n`), entry);
    }
    for (const entry of ["zedclient.touch", "nim.pid"]) assert(!watched.includes(`${entry}\n`), entry);
    for (const left of ["pid", "file"]) {
      assertEquals(
        [...Deno.readDirSync(join(folder, "run/watchdog", left))],
        [],
        "nobody is watched after its end",
      );
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("images: units give each program its folders and no more", () => {
  const units = new Map(systemdUnits().map(({ name, text }) => [name, text]));
  assertEquals(units.size, 6);
  for (const [name, text] of units) {
    for (const line of ["NoNewPrivileges=yes", "ProtectSystem=strict", "/opt/eve-comms/bin/"]) {
      assert(text.includes(line), `${name}: ${line}`);
    }
  }
  assert(units.get("eve-comms-diag.service")?.includes("ReadWritePaths=/run\n"));
  assert(units.get("eve-comms-bridge.service")?.includes("RestrictAddressFamilies=AF_UNIX\n"));
  const withDevices = [...units].filter(([, text]) => text.includes("PrivateDevices=no")).map(([name]) =>
    name
  );
  assertEquals(
    withDevices.toSorted(),
    ["client", "diag", "loguploader", "zedagent"].map((name) => `eve-comms-${name}.service`),
    "those that sign see the TPM",
  );
});

Deno.test("[device-api#20] images: the unit of client registers with an onboarding pair only", async () => {
  const unit = systemdUnits().find(({ name }) => name === "eve-comms-client.service")?.text ?? "";
  const command = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(unit)?.[1] ?? "";
  assert(command !== "" && !/[$%']/.test(command), "systemd has a meaning of its own for these");
  const folder = await Deno.makeTempDir({ prefix: "eve-comms-unit-" });
  try {
    await Deno.writeTextFile(join(folder, "client"), '#!/bin/sh\necho "$@"\n', { mode: 0o755 });
    const script = command.replaceAll("/config", folder).replaceAll("/opt/eve-comms/bin", folder);
    const said = async () => {
      const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
      return new TextDecoder().decode(stdout);
    };
    assertEquals(await said(), "getUuid\n");
    await Deno.writeTextFile(join(folder, "onboard.cert.pem"), "");
    assertEquals(await said(), "getUuid\n");
    await Deno.writeTextFile(join(folder, "onboard.key.pem"), "");
    assertEquals(await said(), "selfRegister getUuid\n");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("images: the linuxkit package names both processors as linuxkit does", () => {
  const files = linuxkitPackage(["x86_64", "aarch64"]);
  assertEquals(files.get("build.yml"), "org: lfedge\nimage: eve-comms\narches:\n  - amd64\n  - arm64\n");
  assert(files.get("Dockerfile")?.includes("ADD eve-comms-aarch64.tar /"));
});
