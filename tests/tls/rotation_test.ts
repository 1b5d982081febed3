/** The controller replaces its signing certificate: as announced, without a word, and as an attacker would. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { RequestRecord } from "../../scripts/controller/mod.ts";
import { bootDevice, type DevicePrograms } from "./device_programs.ts";

const CHECKPOINT = "persist/checkpoint/controllercerts";

const stored = ({ site }: DevicePrograms) => Deno.readTextFileSync(`${site.root}/${CHECKPOINT}`);
const count = ({ site }: DevicePrograms, endpoint: RequestRecord["endpoint"]) =>
  site.controller.requests.filter((record) => record.endpoint === endpoint && record.durationMs > 0).length;
const status = ({ site }: DevicePrograms) => site.device.json("run/zedagent/ZedAgentStatus/zedagent.json");
/** What people would be told of answers that are not used. */
const refusals = (device: DevicePrograms) =>
  device.logged().filter((line) => /AuthContainer|controller certificates: .*refused/.test(line));

/**
 * Attested: before, the configuration is answered with 403, as it must be. And the certificates are fetched by client, by
 * zedagent at its start, and for the first `controllercert_confighash`.
 */
async function settled(device: DevicePrograms): Promise<void> {
  await device.until("attested", () => device.site.device.exists("run/eve.integrity_token"));
  await device.until("the first fetches", () => count(device, "certs") >= 3);
}

/** All programs go on: newer pings, reports, metrics and logs, and a boot's getUuid. */
async function allGoOn(device: DevicePrograms, name: string): Promise<void> {
  const endpoints = ["config", "metrics", "newlogs"] as const;
  const before = endpoints.map((endpoint) => count(device, endpoint));
  const logs = device.written();
  assertEquals(await device.getUuid(), 0);
  await device.apply(name);
  await device.until(
    "all go on",
    () => endpoints.every((each, at) => count(device, each) > (before[at] ?? 0)),
  );
  await device.until(
    "its logs are delivered",
    async () => (await device.site.controller.reports(device.uuid).logs()).length > logs,
  );
  assertEquals(device.site.device.json("run/nim/DeviceNetworkStatus/global.json")?.["State"], 3);
}

/** No request was refused or lost, whatever happened. */
function assertNoneRefused({ site }: DevicePrograms): void {
  const bad = site.controller.requests.filter(({ status, endpoint, durationMs }) =>
    durationMs > 0 && (status < 200 || status > 399) && endpoint !== "unknown"
  );
  assertEquals(bad.map(({ endpoint, status }) => [endpoint, status]), []);
}

Deno.test("[device-api#16] a rotation that is announced: fetched once, both signers taken, no outage, no request lost", async () => {
  await using device = await bootDevice();
  const { controller } = device.site;
  await settled(device);
  controller.clearRequests();
  await allGoOn(device, "edge-2");
  const before = { list: stored(device), fetches: count(device, "certs") };

  await controller.rotate({ which: "signing", signLater: true });
  await device.until("the new list", () => stored(device) !== before.list);
  assertEquals(Deno.readTextFileSync(`${device.site.root}/${CHECKPOINT}.bak`), before.list);
  // Signed by the one before, which is the backup now.
  await device.apply("edge-3");
  assertEquals(count(device, "certs"), before.fetches + 1, "the announcement led to exactly one fetch");
  await allGoOn(device, "edge-4");

  const during = count(device, "certs");
  controller.signWithListed();
  await device.apply("edge-5");
  assertEquals(count(device, "certs"), during, "the new signer is known already");
  await allGoOn(device, "edge-6");
  assertEquals(refusals(device), []);
  assertEquals(status(device)?.["ConfigGetStatus"], 1);
  assertNoneRefused(device);
});

Deno.test("a rotation without a word: CertMiss, the list is fetched, verified and used, all programs go on; again and again", async () => {
  await using device = await bootDevice();
  const { controller } = device.site;
  await settled(device);
  controller.clearRequests();
  for (const round of [1, 2, 3]) {
    const before = {
      list: stored(device),
      fetches: count(device, "certs"),
      refusals: refusals(device).length,
    };
    await controller.rotate({ which: "signing", changeConfigHash: false });
    await device.apply(`edge-1-${round}`);
    assertNotEquals(stored(device), before.list);
    assertEquals(count(device, "certs"), before.fetches + 1);
    const told = refusals(device).slice(before.refusals);
    assert(
      told.length > 0 && told.every((line) => line.includes("fetch the controller's certificates again")),
      told.join("\n"),
    );
    await allGoOn(device, `edge-2-${round}`);
  }
  assertNoneRefused(device);
});

Deno.test("an attack: a list that does not chain to the root is refused, nothing it signs is used, the stored one stays", async () => {
  await using device = await bootDevice();
  const { controller } = device.site;
  await settled(device);
  const before = { list: stored(device), fetches: count(device, "certs") };
  await controller.rotate({ which: "signing", foreignRoot: true });
  device.serve("evil");
  await device.until(
    "the refusal is told",
    () => refusals(device).some((line) => line.includes("the whole list is refused, the stored one stays")),
  );
  await device.until("it keeps asking", () => count(device, "certs") >= before.fetches + 3);
  assertEquals([stored(device), device.deviceName()], [before.list, "edge-1"]);
  assertEquals(status(device)?.["ConfigGetStatus"], 2);
  const uploaded = count(device, "newlogs");
  await device.until("logs go on all the same", () => count(device, "newlogs") > uploaded);
  await controller.rotate({ which: "signing" });
  await device.apply("edge-2");
  await allGoOn(device, "edge-3");
});
