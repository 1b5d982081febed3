/** A device whose key is in a TPM, from compiled executables: every envelope is signed through `tpm2_sign`. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { makeCertificate } from "../controllerconn/testdata/certificates.ts";
import { pointOf, withPoint } from "../controllerconn/testdata/with_point.ts";
import { createDeviceKey } from "../controllerconn/tpm/testdata/make_keys.ts";
import { startSwtpm, type Swtpm } from "../controllerconn/tpm/testdata/swtpm.ts";
import { writeLogs } from "../scripts/demo/site.ts";
import { onboarding, openSite, quickConfig, type WholeSite } from "./site/open_site.ts";

const credential = "3f2b8c14-6f0e-4d6a-9b5e-0d3c1a7e9f21";

/** The device's key goes into the TPM and out of `/config`. */
async function moveKeyIntoTpm(site: WholeSite, swtpm: Swtpm): Promise<void> {
  const publicKey = await createDeviceKey(swtpm, new TextEncoder().encode(credential));
  const at = (name: string) => join(site.root, "config", name);
  const certificate = withPoint(makeCertificate({ name: "EVE", ca: true }), pointOf(publicKey));
  await Deno.writeTextFile(at("device.cert.pem"), certificate);
  await Deno.writeTextFile(at("tpm_credential"), credential);
  await Deno.remove(at("device.key.pem"));
}

/** `tpm2_sign` on PATH that asks swtpm in place of /dev/tpmrm0, and counts. */
async function redirectTool(site: WholeSite, swtpm: Swtpm) {
  const folder = join(site.folder, "bin");
  const count = join(site.folder, "signed");
  await Deno.mkdir(folder);
  const script = `#!/bin/sh\n[ "$1 $2" = "--tcti device:/dev/tpmrm0" ] || exit 99\nshift 2\n` +
    `echo "$PPID" >>${count}\nexec /usr/bin/tpm2_sign --tcti ${swtpm.tcti} "$@"\n`;
  await Deno.writeTextFile(join(folder, "tpm2_sign"), script, { mode: 0o755 });
  const before = Deno.env.get("PATH") ?? "";
  Deno.env.set("PATH", `${folder}:${before}`);
  return {
    signers: () => new Set(Deno.readTextFileSync(count).trim().split("\n")).size,
    [Symbol.dispose]: () => Deno.env.set("PATH", before),
  };
}

Deno.test("a device with its key in a TPM onboards, is configured, delivers its logs, and diag passes", async () => {
  await using swtpm = await startSwtpm();
  await using site = await openSite();
  await moveKeyIntoTpm(site, swtpm);
  using tool = await redirectTool(site, swtpm);
  await writeLogs(site, 3, 0);
  for (const program of ["nim", "zedagent", "loguploader"] as const) site.start(program);
  const { code } = await site.run("client", onboarding);
  assertEquals(code, 0, site.logged("client").join("\n"));
  site.putConfig(quickConfig());
  await site.until(
    "configured",
    () => site.device.json("run/zedagent/EdgeNodeInfo/global.json")?.["DeviceName"] === "edge-1",
    90_000,
  );
  await site.until("logs delivered", () => site.device.logsWaiting() === 0, 60_000);
  const report = await site.run("diag", ["--once"]);
  assert(report.text.includes("PASS: all 1 management ports passed"), report.text);
  assertEquals(tool.signers(), 4, "client, zedagent, loguploader and diag have signed");
  assertEquals(await site.endAll(), []);
  const left = [...Deno.readDirSync(join(site.root, "run"))].filter(({ name }) => name.startsWith("tpm-"));
  assertEquals(left, []);
});
