/** What `client` leaves behind, and what it makes of what an earlier run left. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { UuidResponse } from "../../proto/onboard.ts";
import { until } from "../agent/test_device.ts";
import { systemClock, whenAborted } from "../agent/mod.ts";
import { openBus, PubsubError } from "../pubsub/mod.ts";
import { topics } from "../topics/mod.ts";
import { makeSite, network, type Site, startClient } from "./test_site.ts";

const never = new AbortController().signal;
const statusFile = "/persist/status/zedclient/OnboardingStatus/global.json";
const checkpoint = "/persist/checkpoint/controllercerts";
const dmidecode = {
  "dmidecode -s system-manufacturer": "QEMU\n",
  "dmidecode -s system-product-name": "Standard PC\n",
};

/** Onboards the device of a site. @returns its UUID */
async function onboard(site: Site): Promise<string> {
  site.nim.publish("global", network());
  await using client = startClient(site, "selfRegister getUuid", { commands: dmidecode });
  assertEquals(await client.code, 0);
  const [device] = site.controller.devices();
  assert(device !== undefined);
  site.controller.clearRequests();
  return device.uuid;
}

Deno.test("[client#18][client#19][device-api#21] uuid file, OnboardingStatus and model file, byte by byte; modes", async () => {
  await using site = await makeSite();
  const uuid = await onboard(site);
  assertEquals(site.read("/persist/status/uuid"), `${uuid}\n`);
  assertEquals(Deno.statSync(`${site.files.root}/persist/status/uuid`).size, 37);
  assertEquals(uuid, uuid.toLowerCase());
  assertEquals(site.read(statusFile), `{"DeviceUUID":"${uuid}","HardwareModel":"QEMU.Standard PC"}`);
  assertEquals(site.read("/persist/status/hardwaremodel"), "QEMU.Standard PC");
  for (const name of ["uuid", "hardwaremodel"]) {
    assertEquals((Deno.statSync(`${site.files.root}/persist/status/${name}`).mode ?? 0) & 0o777, 0o644);
  }
});

Deno.test("[client#20] manufacturer and product in the answer give the model, one of them alone the old or fallback one", async () => {
  await using site = await makeSite();
  const uuid = await onboard(site);
  const models = async () => {
    await using client = startClient(site, "getUuid", { commands: dmidecode });
    assertEquals(await client.code, 0);
    const status = topics.zedclient.OnboardingStatus.codec.decode(site.read(statusFile) ?? "");
    return [status.HardwareModel, site.read("/persist/status/hardwaremodel")];
  };
  site.controller.setDeviceOptions(uuid, { manufacturer: "ACME", productName: "" });
  assertEquals(await models(), ["QEMU.Standard PC", "QEMU.Standard PC"]);
  site.controller.setDeviceOptions(uuid, { manufacturer: "ACME", productName: "Box/1" });
  assertEquals(await models(), ["ACME.Box_ 1", "ACME.Box_ 1"]);
  site.controller.setDeviceOptions(uuid, { manufacturer: "", productName: "Box" });
  assertEquals(await models(), ["ACME.Box_ 1", "ACME.Box_ 1"]);
});

Deno.test("a missing or wrong uuid or model file is repaired though nothing changed", async () => {
  await using site = await makeSite();
  const uuid = await onboard(site);
  Deno.writeTextFileSync(`${site.files.root}/persist/status/uuid`, "torn");
  Deno.removeSync(`${site.files.root}/persist/status/hardwaremodel`);
  await using client = startClient(site, "getUuid", { commands: dmidecode });
  assertEquals(await client.code, 0);
  assertEquals(site.read("/persist/status/uuid"), `${uuid}\n`);
  assertEquals(site.read("/persist/status/hardwaremodel"), "QEMU.Standard PC");
});

for (const networkState of [undefined, 1, 4] as const) {
  const what = networkState === undefined ? "no network status" : `network state ${networkState}`;
  Deno.test(`[client#21][device-api#22] onboarded, ${what}, checkpoint present: exit 0 about 5 s after the start, nothing sent`, async () => {
    await using site = await makeSite();
    const uuid = await onboard(site);
    if (networkState === undefined) site.nim.unpublish("global");
    else site.nim.publish("global", network(networkState));
    const led = site.led();
    await using client = startClient(site, "getUuid", { speed: 5 });
    assertEquals(await client.code, 0);
    const seconds = (client.device.clock.monotonic() - client.started) / 1000;
    assert(seconds >= 5 && seconds < 20, `${seconds} s, at five times the speed of life`);
    assertEquals([site.requests(), site.led()], [[], led]);
    assertEquals(site.read("/persist/status/uuid"), `${uuid}\n`);
    assertEquals(client.device.commandLines.includes(`hostname ${uuid}`), true);
  });
}

Deno.test("[client#22] without a checkpoint it keeps waiting; with only the .bak it goes on", async () => {
  await using site = await makeSite();
  await onboard(site);
  site.nim.unpublish("global");
  const bytes = Deno.readFileSync(`${site.files.root}${checkpoint}`);
  Deno.removeSync(`${site.files.root}${checkpoint}`);
  Deno.removeSync(`${site.files.root}${checkpoint}.bak`);
  {
    await using waiting = startClient(site, "getUuid");
    await systemClock.sleep(500, never);
    assertEquals(waiting.ended(), undefined);
  }
  Deno.writeFileSync(`${site.files.root}${checkpoint}.bak`, bytes);
  await using client = startClient(site, "getUuid");
  assertEquals(await client.code, 0);
  assertEquals(site.requests(), []);
});

Deno.test("[client#23] with network Success it asks the controller though the UUID is known, also when refused", async () => {
  await using site = await makeSite();
  await onboard(site);
  site.controller.faults.add("uuid", { status: 401, times: 3 });
  await using client = startClient(site, "getUuid");
  assertEquals(await client.code, 0);
  assertEquals(site.requests(), ["GET certs", ...Array(4).fill("POST uuid")]);
});

Deno.test("[client#24] both OnboardingStatus files deleted: a full exchange; only the main one: restored", async () => {
  await using site = await makeSite();
  const uuid = await onboard(site);
  site.controller.setDeviceOptions(uuid, { manufacturer: "ACME", productName: "Box" });
  {
    // A changed value leaves the old one as .bak.
    await using client = startClient(site, "getUuid");
    assertEquals(await client.code, 0);
  }
  site.nim.unpublish("global");
  site.controller.clearRequests();
  Deno.removeSync(`${site.files.root}${statusFile}`);
  {
    await using client = startClient(site, "getUuid");
    assertEquals(await client.code, 0);
    assertEquals(site.requests(), []);
  }
  for (const suffix of ["", ".bak"]) Deno.removeSync(`${site.files.root}${statusFile}${suffix}`);
  await using client = startClient(site, "getUuid");
  await systemClock.sleep(400, never);
  assertEquals([client.ended(), site.requests()], [undefined, []]);
  site.nim.publish("global", network());
  assertEquals(await client.code, 0);
  assertEquals(site.requests(), ["GET certs", "POST uuid"]);
});

Deno.test("[client#25][device-api#17] certificates in another order leave the checkpoint alone", async () => {
  await using site = await makeSite();
  const order = site.controller.faults.add("certs", { certs: "in-order" });
  await onboard(site);
  const path = `${site.files.root}${checkpoint}`;
  const before = [Deno.readFileSync(path), Deno.statSync(path).mtime, Deno.statSync(path).ino];
  site.controller.faults.remove(order);
  site.controller.faults.add("certs", { certs: "reversed" });
  await systemClock.sleep(20, never);
  await using client = startClient(site, "getUuid");
  assertEquals(await client.code, 0);
  assertEquals([Deno.readFileSync(path), Deno.statSync(path).mtime, Deno.statSync(path).ino], before);
});

Deno.test("[client#32] MetricsMap after exit 0 has the three URLs under the interface used", async () => {
  await using site = await makeSite();
  await onboard(site);
  const text = site.read("/run/zedclient/MetricsMap/global.json");
  const metrics = topics.zedclient.MetricsMap.codec.decode(text ?? "");
  const lo = metrics["lo"];
  assert(lo !== undefined, text);
  const base = `${site.controller.deviceUrl}/api/v2/edgedevice`;
  assertEquals(Object.keys(lo.URLCounters).sort(), [`${base}/certs`, `${base}/register`, `${base}/uuid`]);
  assertEquals([lo.SuccessCount, lo.FailureCount], [3, 0]);
});

Deno.test("[client#33] another UUID from the controller: uuid file, OnboardingStatus and host name follow", async () => {
  await using site = await makeSite();
  const old = await onboard(site);
  const uuid = "7d9c2f7e-5a0b-4c55-9a9e-0f1f2d3c4b5a";
  const payload = UuidResponse.encode({ uuid: uuid.toUpperCase() }).finish();
  site.controller.faults.add("uuid", { payload });
  await using client = startClient(site, "getUuid");
  assertEquals(await client.code, 0);
  assertEquals(site.read("/persist/status/uuid"), `${uuid}\n`);
  assertEquals(site.read(statusFile), `{"DeviceUUID":"${uuid}","HardwareModel":"QEMU.Standard PC"}`);
  assertEquals(site.read(`${statusFile}.bak`), `{"DeviceUUID":"${old}","HardwareModel":"QEMU.Standard PC"}`);
  assertEquals(client.device.commandLines, ["dmidecode -s system-serial-number", `hostname ${uuid}`]);
});

Deno.test("a host name that can't be set and a full status folder are logged, exit 0 all the same", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  Deno.mkdirSync(`${site.files.root}/persist/status/uuid/in-the-way`, { recursive: true });
  await using client = startClient(site, "selfRegister getUuid", {
    commands: { hostname: { code: 1, stdout: "", stderr: "hostname: you must be root\n" } },
  });
  assertEquals(await client.code, 0);
  const logged = client.device.logged.join("\n");
  assert(
    logged.includes("you must be root") && logged.includes("/persist/status/uuid can't be written"),
    logged,
  );
  assert(site.read(statusFile) !== undefined);
});

for (const phase of ["system-serial-number", "system-manufacturer", "system-product-name"]) {
  Deno.test(`a signal while dmidecode says ${phase}: code 1, nothing is published, no half of a model stays`, async () => {
    await using site = await makeSite();
    site.nim.publish("global", network());
    let hangs = false;
    await using client = startClient(site, "selfRegister getUuid", {
      runCommands: {
        async run(name, args, signal) {
          if (!args.includes(phase)) return { code: 0, stdout: "QEMU\n", stderr: "" };
          hangs = true;
          if (signal !== undefined) await whenAborted(signal);
          return { code: -1, stdout: "", stderr: `${name}: killed` };
        },
      },
    });
    await until("it hangs", () => hangs);
    const ended = performance.now();
    client.device.end();
    assertEquals(await client.code, 1);
    assert(performance.now() - ended < 2_000);
    assertEquals([site.read(statusFile), site.read("/persist/status/uuid")], [undefined, undefined]);
    assertEquals(site.read("/persist/status/hardwaremodel"), undefined);
  });
}

Deno.test("OnboardingStatus that another process owns ends the run with the reason, nothing sent (W14)", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  const end = new AbortController();
  const bus = openBus({ root: site.files.root, signal: end.signal, report: () => {} });
  bus.publication(topics.zedclient.OnboardingStatus);
  await using client = startClient(site, "getUuid");
  const error = await assertRejects(() => client.code, PubsubError);
  assertEquals([error.kind, site.requests()], ["owned", []]);
  end.abort();
});

Deno.test("the folders of both topics are there as soon as the program runs", async () => {
  await using site = await makeSite();
  await using client = startClient(site, "getUuid");
  await until("the folders", () => {
    return ["/run/zedclient/MetricsMap", "/persist/status/zedclient/OnboardingStatus"].every((folder) => {
      try {
        return Deno.statSync(`${site.files.root}${folder}`).isDirectory;
      } catch {
        return false;
      }
    });
  });
  assertEquals(client.ended(), undefined);
});
