/** diag in a network of its own: name servers, firewalls, gateways, squid and a portal break the way for real; exactly the code comes out. */
import { assertEquals } from "@std/assert";
import { makeDeviceRoot } from "../scripts/controller/mod.ts";
import { readControllerPki } from "../scripts/pki/mod.ts";
import { permissionFlags } from "../scripts/permissions.ts";
import { openBus, type Publication } from "../services/pubsub/mod.ts";
import { healthyBus, settings } from "../services/diag/test_site.ts";
import {
  type DeviceNetworkStatus,
  DPCState,
  goAddrInfo,
  goDeviceNetworkStatus,
  goNetworkPortStatus,
  type NetworkPortStatus,
  topics,
} from "../services/topics/mod.ts";
import { CaptivePortal } from "./netns/captive_portal.ts";
import { DevController } from "./netns/dev_controller.ts";
import { Lab } from "./netns/lab.ts";
import { Squid } from "./netns/squid.ts";

const main = new URL("../services/diag/main.ts", import.meta.url).pathname;
/** The controller does not know this device, which it says when everything before works. */
const reached = "EVE-CTL-HTTP-007 eth0";

/** A device at the first uplink of a lab. */
async function openDevice(lab: Lab) {
  lab.use(await DevController.start(lab));
  const pki = await readControllerPki(`${lab.folder}/dev-controller/pki`);
  if (pki === undefined) throw new Error("the controller has no certificates");
  const { root } = await makeDeviceRoot(`${lab.folder}/device`, {
    controller: { server: "controller.lab", pki },
  });
  const end = new AbortController();
  const bus = openBus({ root, signal: end.signal, report: () => {} });
  const { led, portConfigs, onboarding, zedagent, logs } = healthyBus();
  const put = <T>(publication: Publication<T>, key: string, value: T | undefined) =>
    value === undefined ? false : publication.publish(key, value);
  put(bus.publication(topics.global.LedBlinkCounter), "ledconfig", led);
  put(bus.publication(topics.nim.DevicePortConfigList), "global", portConfigs);
  put(bus.publication(topics.zedclient.OnboardingStatus), "global", onboarding);
  put(bus.publication(topics.zedagent.ZedAgentStatus), "zedagent", zedagent);
  put(bus.publication(topics.loguploader.NewlogMetrics), "global", logs);
  put(bus.publication(topics.zedagent.ConfigItemValueMap), "global", settings({ "timer.dial.timeout": 2 }));
  const network: Publication<DeviceNetworkStatus> = bus.publication(topics.nim.DeviceNetworkStatus);
  const port = (some: Partial<NetworkPortStatus>) =>
    goNetworkPortStatus.make({
      IfName: "eth0",
      IsMgmt: true,
      IsL3Port: true,
      Up: true,
      Dhcp: 4,
      AddrInfoList: [goAddrInfo.make({ Addr: lab.uplink(0).address() })],
      DNSServers: [lab.uplink(0).gateway()],
      DefaultRouters: [lab.uplink(0).gateway()],
      ...some,
    });
  return {
    [Symbol.dispose]: () => end.abort(),
    /** `CODE port` of every finding of `diag --once --json` on the device. */
    async codes(some: Partial<NetworkPortStatus> = {}): Promise<string[]> {
      const State = DPCState.DPC_FAIL_WITH_IPANDDNS;
      network.publish("global", goDeviceNetworkStatus.make({ Version: 1, State, Ports: [port(some)] }));
      const flags = ["run", "--quiet", "--no-check", "--no-lock", ...permissionFlags("diag")];
      const { stdout, stderr } = await lab.device.tryRun(
        Deno.execPath(),
        ...flags,
        main,
        ...["--root", root, "--once", "--json"],
      );
      if (stdout === "") throw new Error(stderr);
      const { findings } = JSON.parse(stdout) as { findings: { code: string; port?: string }[] };
      return findings.map((finding) => `${finding.code} ${finding.port ?? ""}`.trimEnd());
    },
  };
}

Deno.test("name servers that are silent or know nothing, a firewall that drops, a port without a way out", async () => {
  await using lab = await Lab.open({});
  using device = await openDevice(lab);
  const { nameserver, router } = lab.uplink(0);
  assertEquals(await device.codes(), [reached]);
  await nameserver.setMood("silent");
  assertEquals(await device.codes(), ["EVE-NET-DNS-001 eth0"]);
  await nameserver.setMood("NXDOMAIN");
  assertEquals(await device.codes(), ["EVE-NET-DNS-001 eth0"]);
  await nameserver.setMood("answer");
  assertEquals(
    await device.codes({ DNSServers: ["10.77.0.99", lab.uplink(0).gateway()] }),
    ["EVE-NET-DNS-003 eth0", reached],
    "one of two name servers is dead",
  );
  await router.drop(443);
  assertEquals(await device.codes(), ["EVE-NET-TCP-002 eth0"]);
  await router.revive();
  await lab.device.ipOf(4, "route flush default table all");
  assertEquals(await device.codes({ DefaultRouters: [] }), ["EVE-NET-GATEWAY-001 eth0"]);
});

Deno.test("squid that wants a password, squid that lets through, a portal with a certificate of its own", async () => {
  await using lab = await Lab.open({});
  using device = await openDevice(lab);
  const squid = lab.use(await Squid.start(lab, lab.uplink(0), "explicit-auth"));
  const through = (server: string) => device.codes({ Proxies: [{ type: 1, server, port: squid.port }] });
  assertEquals(await through(squid.host), ["EVE-NET-PROXY-001 eth0"]);
  assertEquals(await through(`http://${squid.user}:${squid.password}@${squid.host}:${squid.port}`), [
    reached,
  ]);
  const portal = lab.use(await CaptivePortal.start(lab.uplink(0), "own certificate"));
  assertEquals(await device.codes(), ["EVE-NET-TLS-001 eth0"]);
  await portal.logIn();
  assertEquals(await device.codes(), [reached]);
});
