/** The whole program with attestation and certificates: what they and the config loop do for each other. */
import { assert, assertEquals } from "@std/assert";
import { decodeControllerCerts } from "../../controllerconn/mod.ts";
import { until } from "../agent/test_device.ts";
import { topics } from "../topics/mod.ts";
import { fastClock } from "../agent/fake_clock.ts";
import { openSite, type TestSite, untilConfigGetStatus } from "./testdata/test_site.ts";

const name = (site: TestSite) => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName;
const served = (site: TestSite, endpoint: string, status: number) =>
  site.controller.requests.filter((record) => record.endpoint === endpoint && record.status === status)
    .length;

Deno.test("a fresh device: 403, attestation, and the config at once after it, without waiting for the next tick", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({ device_name: "edge-1" });
  site.openGates();
  const start = performance.now();
  await using _program = site.start({ standalone: true });
  // The next tick would come after 18 s at the earliest.
  await until("the config", () => name(site) === "edge-1", 15_000);
  assert(performance.now() - start < 17_000);
  await until("attested", () => site.status()?.AttestState === 7);
  assertEquals([site.status()?.ConfigGetStatus, site.status()?.AttestError], [1, ""]);
  const token = Deno.readFileSync(`${site.root}/run/eve.integrity_token`);
  assertEquals(site.configRequests().at(-1)?.token, new Uint8Array(token));
});

Deno.test("the controller's certificates come later than the nonce: attestation goes on with them, not 15 s later", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({ device_name: "edge-1" });
  site.openGates();
  site.controller.faults.add("certs", { delayAnswerMs: 500, times: 1 });
  await using _program = site.start({ standalone: true });
  await until("an answer that can't be verified", () => (site.status()?.AttestError ?? "") !== "");
  assertEquals(site.status()?.AttestState, 1);
  // The retry would come after 13.5 s at the earliest.
  await until("attested", () => site.status()?.AttestState === 7, 10_000);
  assertEquals(site.status()?.AttestError, "");
});

Deno.test("[zedagent#14][device-api#26] 403 after a quote: a new nonce and quote, the new token goes with the next request", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using _program = site.start({ standalone: true, clock: fastClock(30) });
  await untilConfigGetStatus(site, 1);
  await until("attested", () => site.status()?.AttestState === 7);
  const old = Deno.readTextFileSync(`${site.root}/run/eve.integrity_token`);
  const [attests, refusals] = [served(site, "attest", 201), served(site, "config", 403)];
  site.controller.setDeviceOptions(site.uuid, { integrityToken: "another token" });
  await until("403", () => served(site, "config", 403) > refusals);
  const refused = performance.now();
  await until("a new nonce request", () => served(site, "attest", 201) > attests);
  assert((performance.now() - refused) * 30 < 20_000, "later than about 15 s");
  await until("a new token", () => Deno.readTextFileSync(`${site.root}/run/eve.integrity_token`) !== old);
  await untilConfigGetStatus(site, 1);
  const token = Deno.readFileSync(`${site.root}/run/eve.integrity_token`);
  await until(
    "a request with it",
    () => site.configRequests().at(-1)?.token.toHex() === new Uint8Array(token).toHex(),
  );
});

Deno.test("[zedagent#14] 403 before any quote was sent: attestation is not restarted", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({});
  site.openGates();
  // Not standalone: nobody answers the nonce, so no quote is ever sent.
  await using _program = site.start({ clock: fastClock(30) });
  await until("several 403", () => served(site, "config", 403) >= 4, 15_000);
  assertEquals(site.status()?.AttestState, 2);
  assertEquals(served(site, "attest", 201), 1);
});

Deno.test("[zedagent#29] a changed controllercert_confighash: certificates fetched, published, kept, the old ones in .bak", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using _program = site.start({ clock: fastClock(60) });
  await untilConfigGetStatus(site, 1);
  const folder = `${site.root}/run/zedagent/ControllerCert`;
  const published = () =>
    [...Deno.readDirSync(folder)].map((entry) => entry.name).filter((file) => file.endsWith(".json")).sort();
  const kept = (file = "controllercerts") =>
    Deno.readFileSync(`${site.root}/persist/checkpoint/${file}`).toHex();
  await until("the certificates", () => published().length === 2);
  const [before, file] = [published(), kept()];
  const fetches = served(site, "certs", 200);
  await site.controller.rotate({ which: "ecdh" });
  await until("the new set", () => published().join() !== before.join());
  assertEquals([published().length, kept("controllercerts.bak")], [2, file]);
  assertEquals(
    decodeControllerCerts(Uint8Array.fromHex(kept())).map(({ certHash }) => certHash.toHex()).sort(),
    [
      ...published().map((name) => name.replace(".json", "")),
    ],
  );
  assert(served(site, "certs", 200) > fetches);

  const inode = Deno.statSync(`${site.root}/persist/checkpoint/controllercerts`).ino;
  site.controller.faults.add("certs", { certs: "reversed" });
  site.serve({ device_name: "edge-2", controllercert_confighash: "x" });
  const again = served(site, "certs", 200);
  site.controller.faults.add("config", { envelope: "unknown-hash", times: 1 });
  await until("another fetch", () => served(site, "certs", 200) > again);
  await until("edge-2", () => name(site) === "edge-2");
  assertEquals(Deno.statSync(`${site.root}/persist/checkpoint/controllercerts`).ino, inode);
});

Deno.test("a certificate that a cipher context needs outlives its place in the controller's list, and a restart of the program", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  const folder = `${site.root}/run/zedagent/ControllerCert`;
  const published = () =>
    [...Deno.readDirSync(folder)].map((entry) => entry.name.replace(/\.json$/, ""))
      .filter((key) => /^[0-9a-f]+$/.test(key));
  const typeOf = (key: string) => site.read(topics.zedagent.ControllerCert, key)?.Type;
  {
    await using _program = site.start({ clock: fastClock(60) });
    await until("edge-1", () => name(site) === "edge-1");
    await until("the certificates", () => published().length === 2);
    const ecdh = published().find((key) => typeOf(key) === 3) ?? "";
    site.serve({
      device_name: "edge-2",
      cipherContexts: [{ contextId: "ctx", controllerCertHash: Uint8Array.fromHex(ecdh) }],
    });
    await until("edge-2", () => name(site) === "edge-2");
    await site.controller.rotate({ which: "ecdh" });
    await until("the new one", () => published().length === 3);
  }
  site.controller.clearRequests();
  await using _again = site.start({ clock: fastClock(60) });
  await until("certificates again", () => served(site, "certs", 200) > 0);
  await until("a poll", () => served(site, "config", 304) > 0);
  assertEquals(published().length, 3);
});
