/** Device files and settings become a client that reaches a real TLS server. */
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import crypto from "node:crypto";
import {
  type DeviceNetworkStatus,
  newAgentMetrics,
  parseAuthContainer,
  type RunTool,
} from "../../controllerconn/mod.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { answer, startServer } from "../../controllerconn/testdata/server.ts";
import { pointOf, withPoint } from "../../controllerconn/testdata/with_point.ts";
import { createDeviceKey } from "../../controllerconn/tpm/testdata/make_keys.ts";
import { startSwtpm } from "../../controllerconn/tpm/testdata/swtpm.ts";
import { topics } from "../topics/mod.ts";
import { openControllerClient, publishMetricsMap } from "./controller_client.ts";
import { AgentError } from "./error.ts";
import { type TestDevice, testDevice, until } from "./test_device.ts";

const identity = makeCertificate({ name: "EVE", ca: true });
const root = makeCertificate({ name: "root", ca: true });
const server = makeCertificate({ name: "controller", issuer: root, hosts: ["localhost"] });

const network: DeviceNetworkStatus = {
  Version: 1,
  Ports: [{
    IfName: "lo",
    Logicallabel: "lo",
    IsMgmt: true,
    IsL3Port: true,
    InvalidConfig: false,
    Cost: 0,
    AddrInfoList: [{ Addr: "127.0.0.1" }],
    DNSServers: ["127.0.0.1"],
    LastFailed: "0001-01-01T00:00:00Z",
    LastSucceeded: "0001-01-01T00:00:00Z",
    Proxies: null,
    Exceptions: "",
    Pacfile: "",
    NetworkProxyEnable: false,
    "pubsub-large-ProxyCertPEM": null,
  }],
};

function seed(device: TestDevice): void {
  device.write("/config/root-certificate.pem", root.pem);
  device.write("/config/device.cert.pem", identity.pem);
  Deno.chmodSync(device.write("/config/device.key.pem", identity.keyPem), 0o600);
}

const settings = { int: (key: string) => key === "timer.send.timeout" ? 5 : 2 };

Deno.test("the client reaches a controller below the device's root certificate, counts, and ends with the device", async () => {
  await using device = testDevice({ agent: "zedclient" });
  seed(device);
  const started = await startServer({ certificate: server, handler: answer(200, "pong") });
  try {
    const metrics = newAgentMetrics(() => device.clock.now());
    const statuses: DeviceNetworkStatus[] = [];
    const client = openControllerClient(device, {
      deviceNetworkStatus: () => statuses[0],
      configItems: settings,
      devUUID: () => "",
      metrics,
      devSerial: "serial-1",
      devSoftSerial: "soft-1",
    });
    const url = `localhost:${started.port}/api/v2/edgedevice/ping`;
    const early = await client.sendOnAllIntf(url, undefined, { signal: device.signal });
    assertEquals(early.error?.kind, "no-port");
    statuses.push(network);
    const result = await client.sendOnAllIntf(url, undefined, { signal: device.signal });
    assertEquals([result.httpStatus, result.error?.message], [200, undefined]);
    assertEquals(started.seen[0]?.headers["x-serial-number"], "serial-1");
    assertEquals(started.seen[0]?.headers["x-soft-serial"], "soft-1");

    const asleep = device.clock.sleepers.length;
    const publishing = publishMetricsMap(device, topics.zedclient.MetricsMap, metrics, () => 10_000);
    const published = () => device.read("/run/zedclient/MetricsMap/global.json") ?? "";
    assertStringIncludes(published(), '"SuccessCount":1');
    for (const count of [2, 3]) {
      assertEquals(device.clock.sleepers.length, asleep, "nobody waits while nothing is counted");
      await client.sendOnAllIntf(url, undefined, { signal: device.signal });
      await device.clock.advance(10_000);
      await until("the new counters", () => published().includes(`"SuccessCount":${count}`));
    }
    device.end();
    await publishing;
  } finally {
    await started.close();
  }
});

Deno.test("a device whose key is in a TPM signs what it sends, and leaves nothing behind", async () => {
  await using swtpm = await startSwtpm();
  const runTpmTool: RunTool = (tool, [option = "", , ...args], stdin, signal) =>
    swtpm.run(tool, [option, swtpm.tcti, ...args], stdin, signal);
  await using device = testDevice({ agent: "zedclient", runTpmTool });
  const credential = "3f2b8c14-6f0e-4d6a-9b5e-0d3c1a7e9f21";
  const publicKey = await createDeviceKey(swtpm, new TextEncoder().encode(credential));
  seed(device);
  Deno.removeSync(device.paths.deviceKey);
  device.write("/config/device.cert.pem", withPoint(identity, pointOf(publicKey)));
  device.write("/config/tpm_credential", credential);
  const started = await startServer({ certificate: server, handler: answer(200, "") });
  try {
    for (const withoutWrites of [false, true]) {
      const client = openControllerClient(device, {
        deviceNetworkStatus: () => network,
        configItems: settings,
        devUUID: () => "",
        metrics: newAgentMetrics(() => device.clock.now()),
        withoutWrites,
      });
      const url = `localhost:${started.port}/api/v2/edgedevice/uuid`;
      const result = await client.sendOnAllIntf(url, new Uint8Array(), { signal: device.signal });
      assertEquals([result.httpStatus, result.error?.message], [200, undefined]);
      const { payload, signatureHash } = parseAuthContainer(started.seen.at(-1)?.body ?? new Uint8Array());
      const key = { key: publicKey, dsaEncoding: "ieee-p1363" } as const;
      assertEquals(crypto.verify("sha256", payload ?? new Uint8Array(1), key, signatureHash), true);
      const signing = swtpm.calls.at(-1) ?? "";
      assertEquals([signing.includes("-p hex:"), signing.includes("-p file:-")], [
        withoutWrites,
        !withoutWrites,
      ]);
    }
    assertEquals(
      [...Deno.readDirSync(device.paths.run)].filter((entry) => entry.name.startsWith("tpm-")),
      [],
    );
  } finally {
    await started.close();
  }
});

Deno.test("a device file that can't be used is an error before anything is sent", async () => {
  await using device = testDevice({ agent: "zedclient" });
  const open = (withOnboardPair: boolean) =>
    openControllerClient(device, {
      deviceNetworkStatus: () => network,
      configItems: settings,
      devUUID: () => "",
      metrics: newAgentMetrics(() => 0),
      withOnboardPair,
    });
  const kind = (withOnboardPair = false) => assertThrows(() => open(withOnboardPair), AgentError).kind;
  assertEquals(kind(), "missing-file");
  seed(device);
  assertEquals(kind(true), "missing-file");
  device.write("/config/root-certificate.pem", "garbage");
  assertEquals(kind(), "bad-file");
  Deno.removeSync(device.paths.deviceKey);
  assertEquals(kind(), "missing-file");
});
