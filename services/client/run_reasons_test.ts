/** Why onboarding does not get on: LED, exit code after `-r`, and words, against a real controller (`spec/client.md §18` C1, C2, C4, C9). */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Fault } from "../../scripts/controller/mod.ts";
import { makeControllerPki } from "../../scripts/pki/mod.ts";
import type { Clock } from "../agent/mod.ts";
import { until } from "../agent/test_device.ts";
import { LedBlink } from "../topics/mod.ts";
import { type ClientRun, makeSite, network, type Site, startClient } from "./test_site.ts";

const board = { "dmidecode -s system-serial-number": "To be filled by O.E.M.\n" };
const errors = ({ device }: ClientRun) =>
  device.logged.filter((line) => line.startsWith("ERROR ")).join("\n");
const in1970 = (clock: Clock): Clock => ({ ...clock, now: () => clock.monotonic() });

/** One pass and one retry. */
async function giveUp(site: Site, operations: string, clock?: (fast: Clock) => Clock) {
  site.nim.publish("global", network());
  await using client = startClient(site, operations, {
    retries: 1,
    commands: board,
    ...(clock === undefined ? {} : { clock }),
  });
  const code = await client.code;
  return { code, led: site.led(), text: errors(client) };
}

Deno.test("unknown device, with and without the onboarding pair: 18, exit 3, both serial numbers named", async () => {
  for (const operations of ["selfRegister getUuid", "selfRegister", "getUuid"]) {
    await using site = await makeSite({ serials: [] });
    const { code, led, text } = await giveUp(site, operations);
    assertEquals([code, led], [3, LedBlink.NotFound], operations);
    assertStringIncludes(text, `${site.controller.server} does not know this device`);
    assertStringIncludes(text, `product "To be filled by O.E.M.", soft "${site.files.softSerial}"`);
  }
});

for (const status of [400, 403, 404]) {
  Deno.test(`uuid ${status}: the controller does not know the device`, async () => {
    await using site = await makeSite();
    site.controller.faults.add("uuid", { status });
    const { code, led } = await giveUp(site, "getUuid");
    assertEquals([code, led], [3, LedBlink.NotFound]);
  });
}

Deno.test("conflict: 17, exit 4, the placeholder of a serial number is named", async () => {
  await using site = await makeSite();
  site.controller.faults.add("register", { status: 409 });
  const { code, led, text } = await giveUp(site, "selfRegister getUuid");
  assertEquals([code, led], [4, LedBlink.Conflict]);
  assertStringIncludes(text, "another device is registered");
  assertStringIncludes(text, '"To be filled by O.E.M." is what many boards say');
});

Deno.test("bad root, in the list of certificates and in the handshake: 14, exit 5", async () => {
  const pki = await makeControllerPki({ hosts: ["127.0.0.1"], signing: { foreignRoot: true } });
  for (const handshake of [false, true]) {
    await using site = await makeSite(handshake ? {} : { controller: { pki } });
    if (handshake) {
      const other = await makeControllerPki({ hosts: ["127.0.0.1"] });
      Deno.writeTextFileSync(`${site.files.config}/root-certificate.pem`, other.root.certPem);
    }
    const { code, led, text } = await giveUp(site, "selfRegister getUuid");
    assertEquals([code, led], [5, LedBlink.BadControllerCert]);
    assertStringIncludes(text, "lead to no certificate in /config/root-certificate.pem");
    assertEquals(site.requests().filter((request) => request !== "GET certs"), []);
  }
});

Deno.test("untimely clock: 10, exit 6, the time of the clock is named", async () => {
  await using site = await makeSite();
  const { code, led, text } = await giveUp(site, "selfRegister getUuid", in1970);
  assertEquals([code, led], [6, LedBlink.OnboardingFailure]);
  assertStringIncludes(text, "not valid at 1970-01-01T00:0");
});

Deno.test("untimely server certificate in the handshake: exit 6", async () => {
  const pki = await makeControllerPki({ hosts: ["127.0.0.1"], server: { expired: true } });
  await using site = await makeSite({ controller: { pki } });
  const { code, led } = await giveUp(site, "selfRegister getUuid");
  assertEquals([code, led], [6, LedBlink.OnboardingFailure]);
});

Deno.test("a device that wakes up in 1970 goes on trying, is onboarded when the clock is set, and its certificate stays", async () => {
  await using site = await makeSite();
  const certificate = site.read("/config/device.cert.pem");
  let isSet = false;
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid", {
    clock: (fast) => ({ ...fast, now: () => isSet ? fast.now() : fast.monotonic() }),
  });
  await until("the LED", () => site.led() === LedBlink.OnboardingFailure);
  isSet = true;
  assertEquals(await client.code, 0);
  assertEquals([site.led(), site.read("/config/device.cert.pem")], [LedBlink.Onboarded, certificate]);
});

const refusals: [string, Fault][] = [["400", { status: 400 }], ["422", { status: 422 }], ["500", {
  status: 500,
}]];
for (const [name, fault] of refusals) {
  Deno.test(`register ${name}: no reason with a name, exit 1`, async () => {
    await using site = await makeSite();
    site.controller.faults.add("register", fault);
    const { code, text } = await giveUp(site, "selfRegister getUuid");
    assertEquals([code, text], [1, ""]);
  });
}

Deno.test("a reason is told once while it stays, whatever the number of passes", async () => {
  await using site = await makeSite({ serials: [] });
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid");
  await until("four passes", () => site.requests().filter((each) => each === "POST uuid").length >= 4);
  assertEquals(errors(client).split("\n").length, 1);
  assertStringIncludes(errors(client), "; trying again");
});

Deno.test("a device that the controller deleted and then admits again registers by itself; without a network it boots with its UUID", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  {
    await using first = startClient(site, "selfRegister getUuid");
    assertEquals(await first.code, 0);
  }
  const [old] = site.controller.devices();
  assert(old !== undefined);
  site.controller.removeDevice(old.uuid);
  const gone = site.controller.faults.add("register", { status: 403 });
  {
    site.nim.unpublish("global");
    await using offline = startClient(site, "selfRegister getUuid");
    assertEquals(await offline.code, 0);
    assertEquals(site.read("/persist/status/uuid"), `${old.uuid}\n`);
  }
  site.nim.publish("global", network());
  await using again = startClient(site, "selfRegister getUuid");
  await until("the LED", () => site.led() === LedBlink.NotFound);
  site.controller.faults.remove(gone);
  assertEquals(await again.code, 0);
  const [fresh] = site.controller.devices();
  assert(fresh !== undefined && fresh.uuid !== old.uuid);
  assertEquals(site.read("/persist/status/uuid"), `${fresh.uuid}\n`);
});
