/** A device whose clock has fallen back to 1970: the likely reason is named, whatever fails first. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClient } from "../../controllerconn/mod.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { certsAnswer, makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import { clientOptions, MemoryStore, ROOT } from "../../controllerconn/testdata/device.ts";
import { answer, startServer } from "../../controllerconn/testdata/server.ts";
import { makeSite as makeDemoSite } from "../../scripts/demo/site.ts";
import { type Clock, systemClock } from "../../services/agent/mod.ts";
import { testDevice } from "../../services/agent/test_device.ts";
import { releasedAt } from "../../services/agent/version.ts";
import { run as runClient } from "../../services/client/run.ts";
import { makeSite, network } from "../../services/client/test_site.ts";
import { DPCState, topics } from "../../services/topics/mod.ts";
import { openSite } from "../../services/zedagent/testdata/test_site.ts";
import { until } from "../site/until.ts";
import { sendSecret } from "./sender.ts";

const DOUBT =
  `likely the clock of this device is wrong: it is before ${new Date(releasedAt).toISOString()}, when ` +
  "this program was built";
const started = performance.now();
/** Goes on as fast as life, from 1970 on. */
const in1970: Clock = { ...systemClock, now: () => performance.now() - started };

Deno.test("a clock before the build is named with a certificate that is not valid yet, and only then", async () => {
  const hosts = ["localhost"];
  const HOUR = 3_600_000;
  const builtAt = Date.now() - HOUR;
  const early = makeCertificate({ name: "srv", issuer: ROOT, hosts, notBefore: Date.now() + HOUR });
  const late = makeCertificate({ name: "srv", issuer: ROOT, hosts, notAfter: Date.now() - HOUR });
  for (
    const [certificate, now, named] of [
      [early, 0, true],
      [early, builtAt - 1, true],
      [early, builtAt, false],
      [late, Date.now(), false],
    ] as const
  ) {
    const server = await startServer({ certificate, handler: answer(200) });
    const { error } = await sendSecret(server.name, { builtAt, now: () => now });
    assertEquals(error?.message.includes("likely the clock of this device is wrong"), named, error?.message);
    assertEquals(server.seen, []);
    await server.close();
  }
});

Deno.test("a clock before the build is named where controller certificates are refused, fetched or stored", () => {
  const { certs, stored, signing } = makeController(ROOT);
  const controllerCerts = new MemoryStore();
  const open = (now: number) =>
    newClient(clientOptions({ controllerCerts, builtAt: releasedAt, now: () => now }));
  let text = "";
  try {
    open(0).acceptControllerCerts(certsAnswer(certs));
  } catch (error) {
    text = String(error);
  }
  assertStringIncludes(text, "is not valid before");
  assertStringIncludes(text, DOUBT);
  controllerCerts.save(stored);
  const { error } = open(0).removeAndVerifyAuthContainer(sealed(new Uint8Array(1), signing));
  assertStringIncludes(error?.message ?? "", DOUBT);
  assertEquals(
    open(Date.now()).removeAndVerifyAuthContainer(sealed(new Uint8Array(1), signing)).error,
    undefined,
  );
});

Deno.test("client with an injected clock at 1970 says so, and goes on", async () => {
  await using site = await makeSite();
  site.nim.publish("global", network());
  await using device = testDevice({ agent: "zedclient", root: site.files.root, clock: in1970 });
  const options = { selfRegister: true, getUuid: true, retries: 0, setHostName: true };
  const running = runClient(device, options);
  const says = () => device.logged.filter((line) => line.includes(DOUBT)).length;
  await until("it names the clock, twice", () => says() >= 2, 20_000, () => device.logged.join("\n"));
  device.end();
  await running;
});

Deno.test("zedagent with an injected clock at 1970 says so, and goes on", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1" });
  site.openGates();
  await using program = site.start({ standalone: true, clock: in1970 });
  const { device } = program;
  const says = () => device.logged.some((line) => line.includes(DOUBT));
  await until("it names the clock", says, 20_000, () => device.logged.join("\n"));
  const asked = () => site.controller.requests.filter(({ endpoint }) => endpoint === "config").length;
  await until("it asks for the configuration all the same", () => asked() > 0, 20_000);
});

const LIBFAKETIME = `/usr/lib/${Deno.build.arch}-linux-gnu/faketime/libfaketime.so.1`;

/** A program of ours in a process whose system clock says 2 January 1970. */
function startIn1970(program: string, args: readonly string[]) {
  const main = new URL(`../../services/${program}/main.ts`, import.meta.url).pathname;
  try {
    Deno.statSync(LIBFAKETIME);
  } catch (cause) {
    throw new Error(`${LIBFAKETIME} is missing; apt-get install -y faketime`, { cause });
  }
  // Not by the command `faketime`, which would not hand SIGTERM on.
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", main, ...args],
    env: {
      LD_PRELOAD: LIBFAKETIME,
      FAKETIME: "@1970-01-02 00:00:00",
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      TZ: "UTC",
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (const chunk of child.stderr.pipeThrough(new TextDecoderStream())) text += chunk;
  })();
  return {
    logged: () => text,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await child.status;
      await reading;
    },
  };
}

Deno.test("a system clock at 1970: nim waits for the remote side, nim and client name the clock, and no request is sent", async () => {
  const site = await makeDemoSite();
  try {
    const { root, portsFile, device, controller } = site;
    await using nim = startIn1970("nim", ["--root", root, "--ports", portsFile]);
    const status = () => {
      const text = device.text("run/nim/DeviceNetworkStatus/global.json");
      return text === undefined ? undefined : topics.nim.DeviceNetworkStatus.codec.decode(text);
    };
    await until("nim's verdict", () => status()?.State === DPCState.DPC_REMOTE_WAIT, 30_000, nim.logged);
    const LastError = status()?.Ports?.[0]?.LastError ?? "";
    assertStringIncludes(LastError, "is not valid yet: NotBefore ");
    assertStringIncludes(LastError, DOUBT);
    await using client = startIn1970("client", ["--root", root, "selfRegister", "getUuid"]);
    await until("client names the clock", () => client.logged().includes(DOUBT), 30_000, client.logged);
    assertEquals(controller.requests, []);
  } finally {
    await site.controller.stop();
    await Deno.remove(site.folder, { recursive: true });
  }
});
