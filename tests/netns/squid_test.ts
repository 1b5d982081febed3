/** Squid itself, in each of its modes, as curl sees it; and what an inspecting proxy on the way means to controllerconn. */
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";
import { Squid } from "./squid.ts";

const URL_OF_TEST = `https://${CONTROLLER_NAME}/test`;

/** A lab with the files that curl is to trust. */
async function open() {
  const lab = await Lab.open({});
  try {
    const controller = await lab.startController();
    const root = `${lab.folder}/root.pem`;
    await Deno.writeTextFile(root, lab.root.pem);
    return { lab, controller, uplink: lab.uplink(0), root };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

const curl = (lab: Lab, ...args: readonly string[]) =>
  lab.device.tryRun("curl", "-sS", "-m", "15", "-w", " %{http_code} %{http_connect}", ...args);

Deno.test("squid, explicit: a tunnel through a proxy that alone can resolve the name", async () => {
  const { lab, controller, uplink, root } = await open();
  await using _ = lab;
  const squid = lab.use(await Squid.start(lab, uplink, "explicit"));
  await uplink.nameserver.setRecords({ [CONTROLLER_NAME]: [] });
  const proxy = `http://${squid.host}:${squid.port}`;
  const said = await curl(lab, "--proxy", proxy, "--cacert", root, URL_OF_TEST);
  assertEquals([said.stdout, said.stderr], ["ok 200 200", ""]);
  assertEquals(controller.requests.map(({ from, url }) => [from, url]), [[uplink.outside(), "/test"]]);
  assertEquals(uplink.nameserver.queries(CONTROLLER_NAME), []);
  await squid.until("one tunnel", (lines) => lines.length === 1);
  const [line] = await squid.log();
  assertEquals([line?.method, line?.url, line?.tag, line?.status, line?.from], [
    ...["CONNECT", `${CONTROLLER_NAME}:443`, "TCP_TUNNEL", 200],
    uplink.address(),
  ]);
});

Deno.test("squid, explicit with basic auth: 407 without, a tunnel with; the origin sees no credentials", async () => {
  const { lab, controller, uplink, root } = await open();
  await using _ = lab;
  const squid = lab.use(await Squid.start(lab, uplink, "explicit-auth"));
  const proxy = ["--proxy", `http://${squid.host}:${squid.port}`, "--cacert", root];
  const without = await curl(lab, ...proxy, URL_OF_TEST);
  assertStringIncludes(without.stderr, "407");
  const wrong = await curl(lab, ...proxy, "--proxy-user", `${squid.user}:wrong`, URL_OF_TEST);
  assertStringIncludes(wrong.stderr, "407");
  assertEquals(controller.connections, []);
  const right = await curl(lab, ...proxy, "--proxy-user", `${squid.user}:${squid.password}`, URL_OF_TEST);
  assertEquals([right.stdout, right.stderr], ["ok 200 200", ""]);
  const [request] = controller.requests;
  assertEquals(Object.keys(request?.headers ?? {}).filter((name) => name.includes("auth")), []);
  await squid.until("all three", (lines) => lines.length === 3);
  assertEquals((await squid.log()).map(({ tag, status, user }) => [tag, status, user]), [
    ["TCP_DENIED", 407, "-"],
    ["TCP_DENIED", 407, squid.user],
    ["TCP_TUNNEL", 200, squid.user],
  ]);
});

Deno.test("squid, explicit over TLS: a tunnel inside TLS, and a certificate that the lab's root issued", async () => {
  const { lab, controller, uplink, root } = await open();
  await using _ = lab;
  const squid = lab.use(await Squid.start(lab, uplink, "explicit-tls"));
  const proxy = ["--proxy", `https://${squid.name}:${squid.port}`, "--proxy-cacert", root];
  const said = await curl(lab, ...proxy, "--cacert", root, URL_OF_TEST);
  assertEquals([said.stdout, said.stderr], ["ok 200 200", ""]);
  const bare = await curl(
    lab,
    "--proxy",
    `http://${squid.host}:${squid.port}`,
    "--cacert",
    root,
    URL_OF_TEST,
  );
  assertEquals([bare.code === 0, controller.requests.length], [false, 1]);
});

Deno.test("squid, explicit: plain http for a server without TLS, through the same port", async () => {
  await using lab = await Lab.open({});
  const server = await lab.startServer({ addresses: CONTROLLER, answer: { code: 200, body: "plain" } });
  const squid = lab.use(await Squid.start(lab, lab.uplink(0), "explicit"));
  const url = `http://${CONTROLLER_NAME}/test`;
  const said = await curl(lab, "--proxy", `http://${squid.host}:${squid.port}`, url);
  assertEquals([said.stdout, said.stderr], ["plain 200 000", ""]);
  assertEquals(server.requests.map(({ from }) => from), [lab.uplink(0).outside()]);
  await squid.until(
    "the request",
    (lines) => lines.some((line) => line.url === url && line.method === "GET"),
  );
});

for (const mode of ["explicit-bump", "transparent-bump"] as const) {
  Deno.test(`squid, ${mode}: it shows a certificate of its own CA and reads what goes through`, async () => {
    const { lab, controller, uplink, root } = await open();
    await using _ = lab;
    const squid = lab.use(await Squid.start(lab, uplink, mode));
    const ca = `${lab.folder}/proxy.pem`;
    await Deno.writeTextFile(ca, squid.ca.pem);
    const proxy = mode === "explicit-bump" ? ["--proxy", `http://${squid.host}:${squid.port}`] : [];
    const unknown = await curl(lab, ...proxy, "--cacert", root, URL_OF_TEST);
    assertMatch(unknown.stderr, /certificate|self.signed/);
    assertEquals(controller.requests, []);
    const known = await curl(lab, ...proxy, "--cacert", ca, URL_OF_TEST);
    assertStringIncludes(known.stdout, "ok 200");
    assertEquals(known.stderr, "");
    assertEquals(controller.requests.map(({ from, url }) => [from, url]), [[uplink.outside(), "/test"]]);
    await squid.until("the request in clear", (lines) => lines.some(({ url }) => url === URL_OF_TEST));
    const line = (await squid.log()).find(({ url }) => url === URL_OF_TEST);
    assertEquals([line?.method, line?.status, line?.from], ["GET", 200, uplink.address()]);
  });
}

Deno.test("an inspecting proxy on the way: cert-unknown-authority, and no request; with its CA as proxy certificate it works", async () => {
  const { lab, controller, uplink } = await open();
  await using _ = lab;
  const squid = lab.use(await Squid.start(lab, uplink, "transparent-bump"));
  const sender = await lab.startSender();
  const before = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([before.kind, before.status], [
    "cert-unknown-authority",
    "SenderStatusCertUnknownAuthority",
  ]);
  assertStringIncludes(before.text, "lab inspecting proxy");
  assertEquals(controller.requests, []);
  assertEquals((await squid.log()).filter(({ method }) => method === "POST"), []);
  const pem = new TextEncoder().encode(squid.ca.pem);
  await sender.setNetwork(lab.status({ "pubsub-large-ProxyCertPEM": [pem] }));
  const after = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([after.kind, after.text, after.httpStatus], [null, "", 200]);
  assertEquals(controller.requests.map(({ bytes }) => bytes), [10_000]);
});
