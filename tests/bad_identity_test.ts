/** Files of `/config` that are missing, empty or garbage, at the start of the executables. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { Program } from "../scripts/permissions.ts";
import { onboarding, openSite, type WholeSite } from "./site/open_site.ts";

const garbage = `\0\x01\x02${"?".repeat(300)}`;
const emptyShell = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/** `undefined` stands for no file at all. */
type Spoilt = readonly [file: string, content: string | undefined, says: RegExp];

const identities: readonly Spoilt[] = [
  ["root-certificate.pem", undefined, /root-certificate\.pem is missing: expected PEM certificates/],
  ["root-certificate.pem", "", /root-certificate\.pem: expected at least one CERTIFICATE block/],
  ["root-certificate.pem", garbage, /root-certificate\.pem: expected at least one CERTIFICATE block/],
  ["root-certificate.pem", emptyShell, /root-certificate\.pem: .*a CERTIFICATE block that is no certificate/],
  ["device.cert.pem", undefined, /device\.cert\.pem is missing: expected the device certificate/],
  ["device.cert.pem", "", /device\.cert\.pem .*expected a PEM block CERTIFICATE, found none/],
  ["device.cert.pem", garbage, /device\.cert\.pem .*expected a PEM block CERTIFICATE, found none/],
  ["device.cert.pem", emptyShell, /device\.cert\.pem .*is no certificate/],
  ["device.key.pem", undefined, /device\.key\.pem is missing, so the key is in a TPM/],
  ["device.key.pem", "", /device\.key\.pem: key file: expected a PEM block/],
  ["device.key.pem", garbage, /device\.key\.pem: key file: expected a PEM block/],
];

const onboardPair: readonly Spoilt[] = [
  ["onboard.cert.pem", undefined, /onboard\.cert\.pem is missing/],
  ["onboard.cert.pem", garbage, /onboard\.cert\.pem .*expected a PEM block CERTIFICATE, found none/],
  ["onboard.key.pem", undefined, /onboard\.key\.pem is missing/],
  ["onboard.key.pem", garbage, /onboard\.key\.pem: key file: expected a PEM block/],
];

/** Puts the file back when disposed of, mode included. */
function spoil(site: WholeSite, [file, content]: Spoilt): Disposable {
  const path = join(site.root, "config", file);
  const good = Deno.readTextFileSync(path);
  const mode = (Deno.statSync(path).mode ?? 0o600) & 0o777;
  if (content === undefined) Deno.removeSync(path);
  else Deno.writeTextFileSync(path, content);
  return {
    [Symbol.dispose]() {
      Deno.writeTextFileSync(path, good, { mode });
      Deno.chmodSync(path, mode);
    },
  };
}

async function openWithNim(): Promise<WholeSite> {
  const site = await openSite();
  site.start("nim");
  await site.until("nim publishes", () => site.device.exists("run/nim/DeviceNetworkStatus/global.json"));
  return site;
}

function describe([file, content]: Spoilt): string {
  return `${file} ${content === undefined ? "missing" : JSON.stringify(content.slice(0, 20))}`;
}

Deno.test("client: an identity that can't be used ends it with 1 and names the file; nothing is sent", async () => {
  await using site = await openWithNim();
  const asked = () => site.controller.requests.filter(({ endpoint }) => endpoint !== "ping");
  for (const spoilt of [...identities, ...onboardPair]) {
    using _spoilt = spoil(site, spoilt);
    const before = site.logged("client").length;
    assertEquals((await site.run("client", onboarding)).code, 1, describe(spoilt));
    const lines = site.logged("client").slice(before);
    const fatal = lines.filter((line) => line.startsWith("fatal "));
    assertEquals(fatal.length, 1, lines.join("\n"));
    assertMatch(fatal[0] ?? "", spoilt[2]);
    assert(lines.every((line) => !line.includes("PRIVATE KEY-----")));
  }
  assertEquals(asked(), []);
  assertEquals((await site.run("client", onboarding)).code, 0);
});

Deno.test("client: /config/server missing ends it with 1; empty or garbage: it says so and waits for a better one", async () => {
  await using site = await openWithNim();
  {
    using _spoilt = spoil(site, ["server", undefined, /missing/]);
    assertEquals((await site.run("client", onboarding)).code, 1);
    assertMatch(site.logged("client").at(-1) ?? "", /^fatal .*server is missing: expected .*host/);
  }
  for (const [content, says] of [["", /server is empty/], [garbage, /expected a URL/]] as const) {
    const before = site.logged("client").length;
    let running;
    {
      using _spoilt = spoil(site, ["server", content, says]);
      running = site.start("client", onboarding);
      await site.until(`${says}`, () => site.logged("client").slice(before).some((line) => says.test(line)));
    }
    assertEquals(await running.ended, 0);
  }
});

/** How each says it, and that it goes on. */
const longRunning: readonly (readonly [Program, readonly Spoilt[]])[] = [
  ["zedagent", identities],
  ["loguploader", identities],
];
for (const [program, files] of longRunning) {
  Deno.test(`${program}: an identity that can't be used is named in one error, and it lives until there is a better one`, async () => {
    await using site = await openWithNim();
    assertEquals((await site.run("client", onboarding)).code, 0);
    // A backlog: fewer fresh files would wait for the tick (decisions.md 21).
    for (let n = 0; n < 6; n++) await site.logs.writeDeviceLog({}, [{ content: `file ${n}` }]);
    const asked = () =>
      site.controller.requests.some(({ endpoint }) => ["config", "newlogs"].includes(endpoint));
    for (const spoilt of [...files, ["server", undefined, /server is missing/] as const]) {
      using _spoilt = spoil(site, spoilt);
      const before = site.logged(program).length;
      const running = site.start(program);
      const lines = () => site.logged(program).slice(before).filter((line) => line.startsWith("error "));
      await site.until(describe(spoilt), () => lines().some((line) => spoilt[2].test(line)));
      assertEquals(await site.end(running), 0, describe(spoilt));
      assert(lines().length <= 3, lines().join("\n"));
      assert(!asked());
    }
    let running;
    {
      using _spoilt = spoil(site, ["root-certificate.pem", garbage, /root/]);
      const before = site.logged(program).length;
      running = site.start(program);
      const isTold = () => site.logged(program).slice(before).some((line) => /^error .*root-cert/.test(line));
      await site.until("the garbage is told", isTold);
    }
    await site.until("it asks the controller", asked, 20_000);
    assertEquals(await site.end(running), 0);
  });
}

Deno.test("nim: an identity that can't be used is named, and it publishes the ports all the same", async () => {
  await using site = await openSite();
  for (const spoilt of identities) {
    using _spoilt = spoil(site, spoilt);
    const before = site.logged("nim").length;
    const running = site.start("nim");
    const said = () => site.logged("nim").slice(before).some((line) => spoilt[2].test(line));
    await site.until(describe(spoilt), said);
    assert(site.device.exists("run/nim/DeviceNetworkStatus/global.json"));
    assertEquals(await site.end(running), 0);
  }
});

Deno.test("diag: an identity that can't be used is an ERROR in the report, code 2", async () => {
  await using site = await openWithNim();
  assertEquals(await site.endAll(), []);
  // diag waits 3 s for topics that nobody publishes: all at once, each on a device of its own.
  await Promise.all(identities.map(async ([file, content, says], index) => {
    const root = join(site.folder, `device-${index}`);
    for (const folder of ["config", "run/nim/DeviceNetworkStatus"]) {
      await Deno.mkdir(join(root, folder), { recursive: true });
      for await (const { name, isFile } of Deno.readDir(join(site.root, folder))) {
        if (isFile) await Deno.copyFile(join(site.root, folder, name), join(root, folder, name));
      }
    }
    if (content === undefined) await Deno.remove(join(root, "config", file));
    else await Deno.writeTextFile(join(root, "config", file), content);
    const { code, text } = await site.processes.output("diag", ["--root", root, "--once"]);
    assertEquals(code, 2, text);
    const error = text.split("\n").find((line) => line.startsWith("ERROR") && says.test(line));
    assert(error !== undefined, text);
  }));
});
