/** controllerconn behind squid: who sees what, what is told, and what a proxy makes possible. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { NetworkPortStatus } from "../../controllerconn/device_network_status.ts";
import { CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";
import type { Sender } from "./sender.ts";
import { Squid } from "./squid.ts";
import type { SquidMode } from "./squid_conf.ts";
import type { Uplink, UplinkSpec } from "./uplink.ts";

const URL_OF_TEST = `${CONTROLLER_NAME}/test`;
const BODY = { bodyBytes: 10_000 };

async function open(mode: SquidMode, spec: UplinkSpec = {}) {
  const lab = await Lab.open(spec);
  try {
    const controller = await lab.startController();
    const uplink = lab.uplink(0);
    const squid = lab.use(await Squid.start(lab, uplink, mode));
    return { lab, controller, uplink, squid, sender: await lab.startSender() };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

/** Sends go through the proxy at this address from now on. */
async function useProxy(
  sender: Sender,
  uplink: Uplink,
  server: string,
  port: number,
  more: Partial<NetworkPortStatus> = {},
): Promise<void> {
  const Proxies = [0, 1].map((type) => ({ type, server, port }));
  await sender.setNetwork({ Version: 1, Ports: [uplink.status({ Proxies, ...more })] });
}

async function assertDelivered(sender: Sender, url = URL_OF_TEST): Promise<void> {
  const { kind, text, httpStatus } = await sender.send(url, BODY);
  assertEquals([kind, text, httpStatus], [null, "", 200]);
}

Deno.test("squid, explicit: it alone can resolve the name; one tunnel for many sends; an exception goes around it", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit");
  await using _ = lab;
  await uplink.nameserver.setRecords({ [CONTROLLER_NAME]: [] });
  await useProxy(sender, uplink, squid.name, squid.port);
  for (let count = 0; count < 3; count++) await assertDelivered(sender);
  assertEquals(controller.connections, [uplink.outside()]);
  assertEquals(controller.requests.map(({ bytes }) => bytes), [10_000, 10_000, 10_000]);
  assertEquals(uplink.nameserver.queries(CONTROLLER_NAME), []);

  await useProxy(sender, uplink, squid.host, squid.port, { Exceptions: "*.lab:443" });
  const around = await sender.send(URL_OF_TEST);
  assertEquals([around.kind, around.attempts.map(({ layer }) => layer)], ["resolve", ["dns"]]);
  await uplink.nameserver.setRecords({ [CONTROLLER_NAME]: ["198.51.100.10"] });
  await assertDelivered(sender);
  assertEquals(controller.connections, [uplink.outside(), uplink.address()]);
  await squid.until("the tunnel has ended, for no port uses this proxy now", (lines) => lines.length === 1);
});

Deno.test("squid, explicit with basic auth: none, wrong, right; nothing of it reaches the controller", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit-auth");
  await using _ = lab;
  for (
    const [user, text] of [["", "its address has no user and password, it asks for Basic"], [
      `${squid.user}:wrong@`,
      "it does not take ours",
    ]]
  ) {
    await useProxy(sender, uplink, `${user}${squid.host}`, squid.port);
    const { kind, status, httpStatus, text: said, attempts } = await sender.send(URL_OF_TEST, BODY);
    assertEquals([kind, status, httpStatus, attempts.map(({ layer }) => layer)], [
      "proxy-auth",
      "SenderStatusNone",
      0,
      ["proxy"],
    ]);
    assertStringIncludes(
      said,
      `answered 407 Proxy Authentication Required to CONNECT ${CONTROLLER_NAME}:443: ${text}`,
    );
  }
  assertEquals(controller.connections, []);
  await useProxy(sender, uplink, `${squid.user}:${squid.password}@${squid.host}`, squid.port);
  await assertDelivered(sender);
  const [request] = controller.requests;
  assertEquals(Object.keys(request?.headers ?? {}).filter((name) => name.includes("auth")), []);
  assertEquals((await squid.log()).filter(({ tag }) => tag === "TCP_DENIED").map(({ user }) => user), [
    "-",
    squid.user,
  ]);
});

Deno.test("squid, explicit over TLS: its certificate is checked, the tunnel goes inside", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit-tls");
  await using _ = lab;
  await useProxy(sender, uplink, `https://${squid.name}`, squid.port);
  for (let count = 0; count < 2; count++) await assertDelivered(sender);
  assertEquals(controller.connections, [uplink.outside()]);
  await uplink.nameserver.setRecords({ "other.lab": uplink.router.addresses.router });
  await useProxy(sender, uplink, "https://other.lab", squid.port);
  const wrong = await sender.send(URL_OF_TEST, BODY);
  assertEquals([wrong.kind, wrong.attempts.map(({ layer }) => layer)], ["cert-wrong-name", ["proxy"]]);
  await useProxy(sender, uplink, squid.name, squid.port);
  const bare = await sender.send(URL_OF_TEST, BODY);
  assertEquals([bare.delivered, bare.attempts.map(({ layer }) => layer)], [false, ["proxy"]]);
  assertEquals(controller.requests.length, 2);
});

Deno.test("[controllerconn#16] squid, explicit with a CA of its own: status 9 and no request; with its CA it works, and not without it again", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit-bump");
  await using _ = lab;
  const pem = { "pubsub-large-ProxyCertPEM": [new TextEncoder().encode(squid.ca.pem)] };
  const refused = async () => {
    await useProxy(sender, uplink, squid.host, squid.port);
    const { kind, status, text, httpStatus } = await sender.send(URL_OF_TEST, BODY);
    assertEquals([kind, status, httpStatus], [
      "cert-unknown-authority",
      "SenderStatusCertUnknownAuthorityProxy",
      0,
    ]);
    assertStringIncludes(text, "lab inspecting proxy");
  };
  await refused();
  assertEquals([controller.requests, (await squid.log()).filter(({ method }) => method === "POST")], [
    [],
    [],
  ]);
  await useProxy(sender, uplink, squid.host, squid.port, pem);
  await assertDelivered(sender);
  await refused();
  assertEquals(controller.requests.map(({ from, bytes }) => [from, bytes]), [[uplink.outside(), 10_000]]);
});

Deno.test("[controllerconn#14] squid at an IPv6 address, no name server: it is delivered, and nobody is asked", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit", { ipv4: false, ipv6: true });
  await using _ = lab;
  await useProxy(sender, uplink, squid.host, squid.port, { DNSServers: [] });
  await assertDelivered(sender);
  assertEquals(controller.connections, [uplink.outside(6)]);
  assertEquals(uplink.nameserver.queries(), []);
  await sender.setNetwork({ Version: 1, Ports: [uplink.status({ DNSServers: [] })] });
  const direct = await sender.send(URL_OF_TEST);
  assertEquals([direct.kind, direct.attempts.map(({ text }) => text)], ["no-dns", [
    "interface eth0: no DNS server available",
  ]]);
});

Deno.test("a PAC file that WPAD finds is used; when its proxy is gone, the next choice is", async () => {
  const { lab, controller, uplink, squid, sender } = await open("explicit");
  await using _ = lab;
  const script = `function FindProxyForURL(url, host) {
    if (isPlainHostName(host) || !dnsDomainIs(host, ".lab")) return "DIRECT";
    return "PROXY ${squid.name}:${squid.port}; DIRECT";
  }`;
  const headers = { "Content-Type": "application/x-ns-proxy-autoconfig" };
  const web = await lab.startServer({
    addresses: ["198.51.100.10"],
    port: 80,
    answer: { code: 200, body: script, headers },
  });
  await uplink.nameserver.setRecords({ "wpad.site.lab": ["198.51.100.10"] });
  const asks = { NetworkProxyEnable: true, DomainName: "floor.site.lab" };
  await sender.setNetwork({ Version: 1, Ports: [uplink.status(asks)] });
  const found = await sender.findProxy("eth0");
  assertEquals([found.kind, found.text, found.wpadURL, atob(found.pacfile)], [
    "found",
    "",
    "http://wpad.site.lab/wpad.dat",
    script,
  ]);
  assertEquals(web.requests.map(({ from, url }) => [from, url]), [[uplink.address(), "/wpad.dat"]]);
  assertEquals(uplink.nameserver.queries("wpad.floor.site.lab").length > 0, true);

  await sender.setNetwork({ Version: 1, Ports: [uplink.status({ ...asks, Pacfile: found.pacfile })] });
  assertEquals((await sender.findProxy("eth0")).kind, "nothing-to-do");
  await assertDelivered(sender);
  await squid[Symbol.asyncDispose]();
  await assertDelivered(sender);
  assertEquals(controller.connections, [uplink.outside(), uplink.address()]);
});

Deno.test("[controllerconn#15] the cheap uplink's proxy is gone: refused, status 0; the dearer uplink without one delivers", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const sender = await lab.startSender();
  const [eth0, eth1] = [lab.uplink(0), lab.uplink(1)];
  const Proxies = [{ type: 1, server: eth0.gateway(), port: 3128 }];
  await sender.setNetwork({ Version: 1, Ports: [eth0.status({ Proxies }), eth1.status()] });
  const alone = await sender.send(URL_OF_TEST, { ifName: "eth0" });
  assertEquals([alone.kind, alone.status, alone.attempts.map(({ layer }) => layer)], [
    "refused",
    "SenderStatusNone",
    ["proxy"],
  ]);
  await assertDelivered(sender);
  assertEquals(controller.connections, [eth1.address()]);
});
