/** Behind a captive portal: what is told, what the portal gets to see, and that it works after the login. */
import { assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
import { CaptivePortal, LOGIN_URL } from "./captive_portal.ts";
import { Lab } from "./lab.ts";

const URL_OF_TEST = `${CONTROLLER_NAME}/test`;

Deno.test("a captive portal with a certificate of its own: an unknown authority, nothing of the body; after the login it works", async () => {
  await using lab = await Lab.open({});
  const controller = await lab.startController();
  const portal = lab.use(await CaptivePortal.start(lab.uplink(0), "own certificate"));
  const sender = await lab.startSender();
  const before = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([before.kind, before.status, before.httpStatus], [
    ...["cert-unknown-authority", "SenderStatusCertUnknownAuthority"],
    0,
  ]);
  assertStringIncludes(before.text, "captive portal");
  assertEquals([portal.tls.requests, portal.tls.bodies, portal.tls.broken, portal.http.connections], [
    ...[[], [], []],
    [],
  ]);
  assertEquals(controller.connections, []);
  await portal.logIn();
  const after = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([after.kind, after.text, after.httpStatus], [null, "", 200]);
  assertEquals(controller.requests.map(({ from, bytes }) => [from, bytes]), [[
    lab.uplink(0).address(),
    10_000,
  ]]);
  assertEquals([portal.tls.requests, portal.tls.bodies], [[], []]);
});

Deno.test("a captive portal that drops TLS: a time-out within the dial timer; a dearer uplink without one is used", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const portal = lab.use(await CaptivePortal.start(lab.uplink(0), "dropped"));
  const sender = await lab.startSender({ dialTimeoutMs: 1_000 });
  const alone = await sender.send(URL_OF_TEST, { ifName: "eth0" });
  assertEquals([alone.kind, alone.delivered], ["timeout", false]);
  const both = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([both.kind, both.text, both.ifName], [null, "", "eth1"]);
  assertLess(both.milliseconds, 10_000);
  await portal.logIn();
  const after = await sender.send(URL_OF_TEST, { ifName: "eth0" });
  assertEquals([after.kind, after.text], [null, ""]);
  const [eth0, eth1] = [lab.uplink(0).address(), lab.uplink(1).address()];
  assertEquals(controller.requests.map(({ from }) => from), [eth1, eth0]);
});

Deno.test("a captive portal before a controller without TLS: its redirect is refused and named", async () => {
  await using lab = await Lab.open({});
  const server = await lab.startServer({ addresses: CONTROLLER });
  const portal = lab.use(await CaptivePortal.start(lab.uplink(0), "own certificate"));
  const sender = await lab.startSender();
  const before = await sender.send(`http://${URL_OF_TEST}`);
  assertEquals([before.kind, before.httpStatus], ["redirect", 302]);
  assertStringIncludes(before.text, LOGIN_URL);
  assertEquals(portal.http.requests.map(({ url }) => url), ["/test"]);
  await portal.logIn();
  const after = await sender.send(`http://${URL_OF_TEST}`);
  assertEquals([after.kind, after.text, after.contents], [null, "", "ok"]);
  assertEquals(server.requests.length, 1);
});
