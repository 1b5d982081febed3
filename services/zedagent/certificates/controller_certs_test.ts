/** The task that fetches the controller's certificates, against a real controller. */
import { assert, assertEquals } from "@std/assert";
import type { Fault } from "../../../scripts/controller/mod.ts";
import { until } from "../../agent/test_device.ts";
import { topics } from "../../topics/mod.ts";
import { openTestAccess, type TestAccess } from "../info/testdata/test_access.ts";
import type { ControllerCertsTask } from "../parts.ts";
import { startControllerCertsTask } from "./controller_certs_task.ts";
import { staleKeys } from "./publish_controller_certs.ts";

const fetches = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "certs" && durationMs > 0)
    .length;

function startTask(site: TestAccess): { task: ControllerCertsTask; arrived: () => number } {
  let arrived = 0;
  const task = startControllerCertsTask(site.access, { onArrived: () => void arrived++ });
  return { task, arrived: () => arrived };
}

/** Keys of `ControllerCert` as they stand in the folder. */
function published(site: TestAccess): string[] {
  return [...Deno.readDirSync(`${site.device.paths.run}/zedagent/ControllerCert`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5)).sort();
}

/** Requests and answers take real time. */
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 60));

Deno.test("at the start: fetched, kept and published under the hash", async () => {
  await using site = await openTestAccess();
  const { task, arrived } = startTask(site);
  await until("the certificates", () => arrived() === 1);
  const [first] = published(site);
  assertEquals(published(site).length, 2);
  const text = site.device.read(`/run/zedagent/ControllerCert/${first}.json`) ?? "";
  const cert = topics.zedagent.ControllerCert.codec.decode(text);
  assertEquals(cert.CertHash?.toHex(), first);
  assert(new TextDecoder().decode(cert.Cert ?? undefined).startsWith("-----BEGIN CERTIFICATE-----"));
  assertEquals((Deno.statSync(site.device.paths.controllerCerts).mode ?? 0) & 0o777, 0o600);
  assertEquals(task.lastFetchFailed, false);
});

Deno.test("again after [0.3 T, T), or when triggered; several triggers while one fetch runs are one more", async () => {
  await using site = await openTestAccess();
  site.setItem("timer.cert.interval", 1000);
  const { task, arrived } = startTask(site);
  await until("the certificates", () => arrived() === 1);
  await aWhile();
  await site.device.clock.advance(299_000);
  await aWhile();
  assertEquals(fetches(site), 1);
  await site.device.clock.advance(701_000);
  await until("the second fetch", () => fetches(site) === 2);
  await aWhile();
  site.controller.faults.add("certs", { times: 1, delayAnswerMs: 100 });
  for (let count = 0; count < 3; count++) task.trigger();
  await until("the third fetch", () => site.controller.requests.length === 3);
  for (let count = 0; count < 3; count++) task.trigger();
  await until("the fourth fetch", () => fetches(site) === 4);
  await aWhile();
  assertEquals([fetches(site), arrived()], [4, 1]);
});

Deno.test("another interval counts from the moment it is set, longer or shorter", async () => {
  await using site = await openTestAccess();
  const { task, arrived } = startTask(site);
  await until("the certificates", () => arrived() === 1);
  await aWhile();
  site.setItem("timer.cert.interval", 60);
  task.intervalChanged();
  await site.device.clock.advance(17_000);
  await aWhile();
  assertEquals(fetches(site), 1);
  await site.device.clock.advance(43_000);
  await until("the second fetch", () => fetches(site) === 2);
  await aWhile();
  site.setItem("timer.cert.interval", 2 ** 32 - 1);
  task.intervalChanged();
  await site.device.clock.advance(90_000);
  await aWhile();
  assertEquals(fetches(site), 2);
});

const unusable: [string, Fault][] = [
  ["404", { status: 404 }],
  ["204", { status: 204 }],
  ["another Content-Type", { contentType: "text/plain" }],
  ["no envelope", { body: "garbage" }],
  ["an empty body", { body: "empty" }],
  ["a list without an ECDH certificate", { certs: "no-ecdh" }],
];
for (const [what, fault] of unusable) {
  Deno.test(`${what} changes nothing, and is followed by a try after 36 to 120 s, not at once (W8)`, async () => {
    await using site = await openTestAccess();
    site.controller.faults.add("certs", { ...fault, times: 1 });
    const { task, arrived } = startTask(site);
    await until("the failure", () => task.lastFetchFailed);
    assertEquals([published(site), arrived()], [[], 0]);
    await site.device.clock.advance(35_000);
    await aWhile();
    assertEquals(fetches(site), 1);
    await site.device.clock.advance(85_000);
    await until("the certificates", () => arrived() === 1);
    assertEquals(task.lastFetchFailed, false);
  });
}

Deno.test("Retry-After is waited for, also when certificates are asked for meanwhile", async () => {
  await using site = await openTestAccess();
  site.controller.faults.add("certs", { status: 503, retryAfter: "300", times: 1 });
  const { task, arrived } = startTask(site);
  await until("the failure", () => task.lastFetchFailed);
  task.trigger();
  await site.device.clock.advance(299_000);
  await aWhile();
  assertEquals(fetches(site), 1);
  await site.device.clock.advance(32_000);
  await until("the certificates", () => arrived() === 1);
});

Deno.test("a certificate that is no longer sent stays while it is referenced", async () => {
  await using site = await openTestAccess();
  const { task, arrived } = startTask(site);
  await until("the certificates", () => arrived() === 1);
  const before = published(site);
  await site.controller.rotate({ which: "ecdh" });
  const { client, server, device } = site.access;
  const result = await client.sendOnAllIntf(`https://${server()}/api/v2/edgedevice/certs`, undefined, {
    signal: device.signal,
  });
  client.acceptControllerCerts(result.contents);
  task.setReferencedHashes(new Set(before));
  task.publishStored();
  assertEquals(published(site).length, 3);
  task.setReferencedHashes(new Set());
  assertEquals(published(site).length, 2);
  assert(published(site).join() !== before.join());
});

Deno.test("controllercerts that can't be decoded is restored from a .bak that can", async () => {
  await using site = await openTestAccess();
  {
    const { arrived } = startTask(site);
    await until("the certificates", () => arrived() === 1);
  }
  const path = site.device.paths.controllerCerts;
  const good = Deno.readFileSync(path);
  site.device.end();
  for (const bad of [new Uint8Array(), new Uint8Array([0xff, 0xff, 0xff])]) {
    await using other = await openTestAccess();
    other.device.write("/persist/checkpoint/controllercerts", bad);
    other.device.write("/persist/checkpoint/controllercerts.bak", good);
    other.controller.faults.add("certs", { status: 503 });
    startTask(other);
    assertEquals(Deno.readFileSync(other.device.paths.controllerCerts), good);
    assert(other.device.logged.some((line) => line.includes("restored from .bak")));
  }
  await using hopeless = await openTestAccess();
  hopeless.device.write("/persist/checkpoint/controllercerts", new Uint8Array([0xff]));
  const { arrived } = startTask(hopeless);
  assertEquals(Deno.readFileSync(hopeless.device.paths.controllerCerts), new Uint8Array([0xff]));
  await until("the certificates", () => arrived() === 1);
});

Deno.test("stale keys: published, not sent, not referenced", () => {
  const cert = { hashAlgo: 1, certHash: new Uint8Array([0xaa]), type: 1, cert: new Uint8Array() };
  assertEquals(staleKeys(["aa", "bb", "cc"], [cert], new Set(["cc"])), ["bb"]);
});
