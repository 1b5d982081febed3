/** The program as a process of its own: exit codes, fatal errors, a second instance, SIGTERM, kill -9. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { UuidResponse } from "../../proto/onboard.ts";
import { until } from "../agent/test_device.ts";
import { systemClock } from "../agent/mod.ts";
import { topics } from "../topics/mod.ts";
import { makeSite, network, type Site } from "./test_site.ts";

const never = new AbortController().signal;
const main = new URL("./main.ts", import.meta.url).pathname;
const statusFile = "/persist/status/zedclient/OnboardingStatus/global.json";

function spawn(site: Site, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", "--no-lock", "--no-check", main, "--root", site.files.root, ...args],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

async function runToEnd(site: Site, ...args: string[]): Promise<{ code: number; text: string }> {
  const { code, stderr } = await spawn(site, ...args).output();
  return { code, text: new TextDecoder().decode(stderr) };
}

Deno.test("selfRegister getUuid as a process: exit 0, pid file gone, touch file there", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  const { code, text } = await runToEnd(site, "selfRegister", "getUuid");
  assertEquals(code, 0, text);
  assertEquals(site.requests(), ["GET certs", "POST register", "POST uuid"]);
  assertEquals([site.read("/run/zedclient.pid"), site.read("/run/zedclient.touch")], [undefined, ""]);
  assert(site.read("/run/zedclient/MetricsMap/global.json") !== undefined);
});

Deno.test("[client#29] -r 2 with a controller that always refuses: exit 1 after three passes, nothing published", async () => {
  await using site = await makeSite({ serials: [] });
  site.controller.faults.add("register", { status: 401 });
  site.nim.publish("global", network());
  const { code, text } = await runToEnd(site, "-r", "2", "selfRegister", "getUuid");
  assertEquals(code, 1, text);
  const pass = ["POST register", "POST uuid"];
  assertEquals(site.requests(), ["GET certs", ...pass, ...pass, ...pass]);
  assertEquals(site.read(statusFile), undefined);
  assertEquals(site.read("/run/zedclient/MetricsMap/global.json"), undefined);
  assertEquals(site.read("/persist/reboot-reason"), undefined);
});

Deno.test("[client#30] an unknown operation, a flag after an operation, a malformed flag: non-zero, nothing sent", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  assertEquals((await runToEnd(site, "ping")).code, 1);
  assertEquals((await runToEnd(site, "getUuid", "-r", "3")).code, 1);
  assertEquals((await runToEnd(site, "-r", "many", "getUuid")).code, 2);
  assertEquals(site.requests(), []);
});

Deno.test("[client#31] a second instance ends at once, the first goes on undisturbed", async () => {
  await using site = await makeSite();
  const first = spawn(site, "selfRegister", "getUuid");
  const ended = first.output();
  await until("the pid file", () => site.read("/run/zedclient.pid") === String(first.pid), 10_000);
  const second = await runToEnd(site, "selfRegister", "getUuid");
  const pid = site.read("/run/zedclient.pid");
  site.nim.publish("global", network());
  assertEquals((await ended).code, 0);
  assertEquals([second.code, pid], [1, String(first.pid)]);
  assertStringIncludes(second.text, "/run/zedclient.pid: ");
  assertStringIncludes(second.text, "expected no other instance");
  assertEquals(site.requests(), ["GET certs", "POST register", "POST uuid"]);
});

Deno.test("SIGTERM in the middle of a request: ends within 2 s, code 1, nothing half-written", async () => {
  await using site = await makeSite();
  site.controller.faults.add("uuid", { hang: true });
  site.nim.publish("global", network());
  const child = spawn(site, "selfRegister", "getUuid");
  await until("the uuid request", () => site.requests().includes("POST uuid"), 10_000);
  const start = performance.now();
  child.kill("SIGTERM");
  assertEquals((await child.output()).code, 1);
  assert(performance.now() - start < 2_000);
  assertEquals([site.read(statusFile), site.read("/run/zedclient.pid")], [undefined, undefined]);
});

Deno.test("[client#34] kill -9 at any moment: OnboardingStatus is the old or the new one, and the next start works", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  assertEquals((await runToEnd(site, "selfRegister", "getUuid")).code, 0);
  let known = topics.zedclient.OnboardingStatus.codec.decode(site.read(statusFile) ?? "").DeviceUUID;
  let replaced = 0;
  for (let round = 0; round < 10; round++) {
    const uuid = `7d9c2f7e-5a0b-4c55-9a9e-0f1f2d3c00${String(round).padStart(2, "0")}`;
    site.controller.faults.clear();
    site.controller.faults.add("uuid", { payload: UuidResponse.encode({ uuid }).finish() });
    site.controller.clearRequests();
    const child = spawn(site, "getUuid");
    await until("the uuid request", () => site.requests().includes("POST uuid"), 10_000);
    await systemClock.sleep(2 * round, never);
    try {
      child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // It had ended.
    }
    await child.output();
    const now = topics.zedclient.OnboardingStatus.codec.decode(site.read(statusFile) ?? "").DeviceUUID;
    assert(now === known || now === uuid, `${now} is neither ${known} nor ${uuid}`);
    const uuidFile = site.read("/persist/status/uuid")?.trim();
    assert(uuidFile === known || uuidFile === uuid, `uuid file ${uuidFile}`);
    if (now === uuid) replaced++;
    known = now;
    // Brings both files together again, as the next boot does.
    assertEquals((await runToEnd(site, "getUuid")).code, 0);
    known = uuid;
    assertEquals(site.read("/persist/status/uuid"), `${uuid}\n`);
  }
  assert(replaced < 10, "no kill came before the end");
});

const broken: [string, (site: Site) => void, string][] = [
  ["server missing", (site) => Deno.removeSync(`${site.files.config}/server`), "/config/server is missing"],
  [
    "root certificate missing",
    (site) => Deno.removeSync(`${site.files.config}/root-certificate.pem`),
    "/config/root-certificate.pem is missing",
  ],
  [
    "root certificate garbage",
    (site) => Deno.writeTextFileSync(`${site.files.config}/root-certificate.pem`, "garbage"),
    "/config/root-certificate.pem: expected at least one CERTIFICATE block in PEM, found no PEM block",
  ],
  [
    "device certificate missing",
    (site) => Deno.removeSync(`${site.files.config}/device.cert.pem`),
    "/config/device.cert.pem is missing",
  ],
  [
    "device certificate garbage",
    (site) => Deno.writeTextFileSync(`${site.files.config}/device.cert.pem`, "garbage"),
    "/config/device.cert.pem",
  ],
  [
    "device key missing: a TPM",
    (site) => Deno.removeSync(`${site.files.config}/device.key.pem`),
    "/config/device.key.pem is missing, so the key is in a TPM",
  ],
  [
    "device certificate garbage beside a TPM",
    (site) => {
      Deno.removeSync(`${site.files.config}/device.key.pem`);
      Deno.writeTextFileSync(`${site.files.config}/device.cert.pem`, "garbage");
    },
    "/config/device.cert.pem",
  ],
  [
    "device key garbage",
    (site) => Deno.writeTextFileSync(`${site.files.config}/device.key.pem`, "garbage"),
    "/config/device.key.pem",
  ],
  [
    "onboarding pair missing",
    (site) => Deno.removeSync(`${site.files.config}/onboard.cert.pem`),
    "/config/onboard.cert.pem is missing",
  ],
  [
    "onboarding key garbage",
    (site) => Deno.writeTextFileSync(`${site.files.config}/onboard.key.pem`, "garbage"),
    "/config/onboard.key.pem",
  ],
  [
    "onboarding key of another certificate",
    (site) =>
      Deno.copyFileSync(`${site.files.config}/device.key.pem`, `${site.files.config}/onboard.key.pem`),
    "the key does not belong to the certificate",
  ],
];
for (const [name, damage, message] of broken) {
  Deno.test(`fatal at start, ${name}: exit 1, the reason is left behind, nothing sent`, async () => {
    await using site = await makeSite();
    damage(site);
    site.nim.publish("global", network());
    const { code, text } = await runToEnd(site, "selfRegister", "getUuid");
    assertEquals(code, 1);
    assertStringIncludes(text, message);
    assertEquals(site.requests(), []);
    for (const file of ["reboot-reason", "log/reboot-reason.log", "agentdebug/client/fatal-reason"]) {
      const reason = site.read(`/persist/${file}`) ?? "";
      assertStringIncludes(reason, message);
      assertStringIncludes(reason, "agent client[");
    }
    assertEquals(site.read("/persist/boot-reason"), "BootReasonFatal");
  });
}

Deno.test("an empty server file is not fatal; a name that is written later is used", async () => {
  await using site = await makeSite();
  Deno.writeTextFileSync(`${site.files.config}/server`, " \n");
  site.nim.publish("global", network());
  const child = spawn(site, "selfRegister", "getUuid");
  await until("the pid file", () => site.read("/run/zedclient.pid") === String(child.pid), 10_000);
  await systemClock.sleep(500, never);
  assertEquals(site.requests(), []);
  Deno.writeTextFileSync(`${site.files.config}/server`, `${site.controller.server}\n`);
  assertEquals((await child.output()).code, 0);
});
