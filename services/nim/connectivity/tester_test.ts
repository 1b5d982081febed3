/** The connectivity test against real controllers. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { type Controller, makeDeviceRoot, startController } from "../../../scripts/controller/mod.ts";
import { makeDeviceIdentity, makeOnboardIdentity } from "../../../scripts/pki/mod.ts";
import { newAgentMetrics } from "../../../controllerconn/mod.ts";
import { followConfigItems, openTraffic, systemClock } from "../../agent/mod.ts";
import { testDevice, until } from "../../agent/test_device.ts";
import {
  type DeviceNetworkStatus,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  type NetworkPortStatus,
  topics,
} from "../../topics/mod.ts";
import { Tester } from "./tester.ts";

const port = (IfName: string, Addr: string, more: Partial<NetworkPortStatus> = {}) =>
  goNetworkPortStatus.make({
    IfName,
    IsMgmt: true,
    IsL3Port: true,
    DNSServers: ["127.0.0.1"],
    AddrInfoList: Addr === "" ? [] : [goAddrInfo.make({ Addr })],
    ...more,
  });
const never = new AbortController().signal;

interface Site extends AsyncDisposable {
  readonly controller: Controller;
  readonly root: string;
  readonly tester: Tester;
  ports(...ports: readonly NetworkPortStatus[]): void;
  /** Links of the machine; none are known before. */
  links(...links: readonly { readonly name: string; readonly up: boolean }[]): void;
  /** Source addresses of the pings so far, in their order. */
  pinged(): string[];
}

async function openSite(
  options: { readonly locUrl?: string; readonly airgap?: boolean } = {},
): Promise<Site> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-nim-tester-" });
  const [onboard, own] = [await makeOnboardIdentity(), await makeDeviceIdentity()];
  const controller = await startController({
    dir: `${folder}/controller`,
    hosts: ["127.0.0.1"],
    requireClientCert: `${onboard.certPem}${own.certPem}`,
  });
  const { root } = await makeDeviceRoot(`${folder}/device`, { controller, onboard, device: own });
  const device = testDevice({ agent: "nim", root, clock: systemClock });
  if (options.airgap) {
    const item = { Key: "airgap.mode", ItemType: 4, TriStateValue: 2 };
    device.write(
      "/run/zedagent/ConfigItemValueMap/global.json",
      JSON.stringify({ GlobalSettings: { "airgap.mode": item }, AgentSettings: {} }),
    );
  }
  let status: DeviceNetworkStatus = goDeviceNetworkStatus.zero();
  let known: readonly { readonly name: string; readonly up: boolean }[] = [];
  const items = followConfigItems(device);
  if (options.airgap) await until("the items", () => items.map !== undefined);
  const tester = new Tester(device, {
    items,
    status: () => status,
    links: () => known,
    locUrl: () => options.locUrl ?? "",
    metrics: newAgentMetrics(() => device.clock.now()),
    purposes: openTraffic(device, topics.nim.TrafficCounters).purposes,
  });
  return {
    controller,
    root,
    tester,
    links: (...links) => known = links,
    ports: (...Ports) => status = goDeviceNetworkStatus.make({ Version: 1, Ports }),
    pinged: () =>
      controller.requests.filter(({ endpoint }) => endpoint === "ping").map(({ remoteAddress }) =>
        remoteAddress
      ),
    async [Symbol.asyncDispose]() {
      device.end();
      await controller.stop();
      await device[Symbol.asyncDispose]();
      Deno.removeSync(folder, { recursive: true });
    },
  };
}

Deno.test("[nim#45] a dearer management port gets no traffic while the cheaper works; equal cost takes turns", async () => {
  await using site = await openSite();
  site.ports(port("eth0", "127.0.0.2"), port("eth1", "127.0.0.3", { Cost: 5 }));
  for (let round = 0; round < 3; round++) assertEquals((await site.tester.test(never)).kind, "ok");
  assertEquals(site.pinged(), ["127.0.0.2", "127.0.0.2", "127.0.0.2"]);
  const success = { kind: "success", warning: "" } as const;
  const dry = port("eth2", "", { Cost: 9 });
  site.ports(port("eth0", "127.0.0.2"), port("eth1", "127.0.0.3", { Cost: 5 }), dry);
  const { kind, ports } = await site.tester.test(never);
  assertEquals([kind, ports.get("eth0"), ports.get("eth1")], ["ok", success, success]);
  assertEquals(ports.get("eth2"), {
    kind: "failure",
    error: "interface eth2: no suitable IP address available",
  });
  site.ports(port("eth0", "127.0.0.2"), port("eth1", "127.0.0.3"));
  for (let round = 0; round < 4; round++) assertEquals((await site.tester.test(never)).kind, "ok");
  const [a, b, c, d] = site.pinged().slice(4);
  assertEquals([a === c, b === d, new Set([a, b]).size], [true, true, 2]);
});

Deno.test("[nim#46] airgap: a local console that answers 404 is enough; one that is gone leaves it to the controller", async () => {
  const console = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    return new Response("no", { status: 404 });
  });
  const locUrl = `http://127.0.0.1:${console.addr.port}`;
  await using site = await openSite({ airgap: true, locUrl });
  site.ports(port("eth0", "127.0.0.2"));
  assertEquals([(await site.tester.test(never)).kind, site.pinged()], ["ok", []]);
  await console.shutdown();
  assertEquals([(await site.tester.test(never)).kind, site.pinged()], ["ok", ["127.0.0.2"]]);
  await using connected = await openSite({ locUrl });
  connected.ports(port("eth0", "127.0.0.2"));
  assertEquals([(await connected.tester.test(never)).kind, connected.pinged()], ["ok", ["127.0.0.2"]]);
});

Deno.test("what a test is called: not ready, remote temporary with its wait, failed", async () => {
  await using site = await openSite();
  site.ports(port("eth0", ""));
  const bare = await site.tester.test(never);
  assertEquals([bare.kind, bare.ports.get("eth0")], [
    "not-ready",
    { kind: "failure", error: "interface eth0: no suitable IP address available" },
  ]);
  site.ports(port("eth0", "203.0.113.77"));
  assertEquals((await site.tester.test(never)).kind, "not-ready");
  site.ports();
  const none = await site.tester.test(never);
  assertEquals(none.kind, "failed");
  assertStringIncludes(none.text, "No management interfaces");
  site.ports(port("eth0", "127.0.0.2"));
  site.controller.faults.add("ping", { status: 503, headers: { "Retry-After": "30" }, times: 1 });
  const busy = await site.tester.test(never);
  assertEquals([busy.kind, busy.retryAfterMs], ["remote-temporary", 30_000]);
  assertMatch(busy.text, /^Remote temporary failure \(endpoint: 127\.0\.0\.1:\d+\): All attempts .*503/);
  site.controller.faults.add("ping", { status: 404, times: 1 });
  const lost = await site.tester.test(never);
  assertEquals(lost.kind, "failed");
  assertStringIncludes(lost.text, "404");
});

Deno.test("a port without an address: its link is named where that is the reason, and then nothing is waited for", async () => {
  await using site = await openSite();
  site.ports(port("eth0", "127.0.0.2"), port("eth1", "", { Cost: 1 }), port("eth2", "", { Cost: 2 }));
  site.controller.faults.add("ping", { status: 404, times: 2 });
  site.links({ name: "eth0", up: true }, { name: "eth1", up: false });
  const { kind, ports } = await site.tester.test(never);
  assertEquals([kind, ports.get("eth1"), ports.get("eth2")], [
    "failed",
    { kind: "failure", error: "send via eth1: link not up for interface eth1" },
    { kind: "failure", error: "send via eth2: link not found for interface eth2" },
  ]);
  site.links({ name: "eth0", up: true }, { name: "eth1", up: true }, { name: "eth2", up: true });
  const up = await site.tester.test(never);
  assertEquals([up.kind, up.ports.get("eth1")], [
    "not-ready",
    { kind: "failure", error: "interface eth1: no suitable IP address available" },
  ]);
});

Deno.test("the onboarding pair is shown until there is a device certificate; with neither the test says so", async () => {
  await using site = await openSite();
  site.ports(port("eth0", "127.0.0.2"));
  const config = `${site.root}/config`;
  const hashes = () => site.controller.requests.map(({ clientCertHash }) => clientCertHash);
  const hidden = ["device.cert.pem", "device.key.pem"];
  for (const name of hidden) Deno.renameSync(`${config}/${name}`, `${config}/${name}.off`);
  assertEquals((await site.tester.test(never)).kind, "ok");
  for (const name of hidden.toReversed()) Deno.renameSync(`${config}/${name}.off`, `${config}/${name}`);
  assertEquals((await site.tester.test(never)).kind, "ok");
  const [onboard, own] = hashes();
  assertEquals([onboard === undefined, own === undefined, onboard === own], [false, false, false]);
  for (const name of [...hidden, "onboard.cert.pem", "onboard.key.pem"]) Deno.removeSync(`${config}/${name}`);
  const bare = await site.tester.test(never);
  assertEquals([bare.kind, bare.ports.size], ["failed", 0]);
  assertStringIncludes(bare.text, "device.cert.pem");
});
