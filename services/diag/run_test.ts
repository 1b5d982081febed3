/** `diag --once` as a process, against a real controller and a bus that a test fills. */
import { assert, assertEquals } from "@std/assert";
import { makeDeviceRoot, startController } from "../../scripts/controller/mod.ts";
import { openBus } from "../pubsub/mod.ts";
import { encodeControllerCerts } from "../../controllerconn/mod.ts";
import { DPCState, goAddrInfo, goDeviceNetworkStatus, goNetworkPortStatus, topics } from "../topics/mod.ts";

const main = new URL("./main.ts", import.meta.url).pathname;

interface Site {
  readonly controller: Awaited<ReturnType<typeof startController>>;
  readonly root: string;
  readonly bus: ReturnType<typeof openBus>;
}

async function withSite(work: (site: Site) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-test-" });
  const controller = await startController({ dir: `${folder}/controller` });
  const { root, device } = await makeDeviceRoot(`${folder}/device`, { controller });
  controller.addDevice({ certPem: device?.certPem ?? "" });
  Deno.mkdirSync(`${root}/persist/checkpoint`, { recursive: true });
  const text = (pem: string) => new TextEncoder().encode(pem.trim());
  const certHash = (byte: number) => new Uint8Array(16).fill(byte);
  Deno.writeFileSync(
    `${root}/persist/checkpoint/controllercerts`,
    encodeControllerCerts([
      { hashAlgo: 1, certHash: certHash(1), type: 1, cert: text(controller.pki.signing.certPem) },
      { hashAlgo: 1, certHash: certHash(2), type: 3, cert: text(controller.pki.ecdh.certPem) },
    ]),
  );
  const end = new AbortController();
  const bus = openBus({ root, signal: end.signal, report: () => {} });
  try {
    await work({ controller, root, bus });
  } finally {
    end.abort();
    await controller.stop();
    Deno.removeSync(folder, { recursive: true });
  }
}

function publishNetwork({ bus }: Site, State: number): void {
  const port = goNetworkPortStatus.make({
    IfName: "lo",
    IsMgmt: true,
    IsL3Port: true,
    Up: true,
    DNSServers: ["127.0.0.1"],
    AddrInfoList: [goAddrInfo.make({ Addr: "127.0.0.1" })],
  });
  const publication = bus.publication(topics.nim.DeviceNetworkStatus);
  publication.publish("global", goDeviceNetworkStatus.make({ Version: 1, State, Ports: [port] }));
}

async function diag(
  root: string,
  ...more: string[]
): Promise<{ code: number; lines: string[]; took: number }> {
  const start = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-read", "--allow-net", "--no-check", main, "--root", root, ...more],
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  return {
    code,
    lines: (text.decode(stdout) + text.decode(stderr)).split("\n"),
    took: performance.now() - start,
  };
}

Deno.test("[diag#9][diag#31] one ping and one uuid over the port, PASS for it and in the verdict, nothing written", async () => {
  await withSite(async (site) => {
    publishNetwork(site, DPCState.DPC_FAIL_WITH_IPANDDNS);
    const led = site.bus.publication(topics.global.LedBlinkCounter);
    led.publish("ledconfig", { BlinkCounter: 4 });
    const before = listing(site.root);
    const { code, lines } = await diag(site.root, "--once");
    assertEquals(site.controller.requests.map(({ method, endpoint }) => `${method} ${endpoint}`), [
      "GET ping",
      "POST uuid",
    ]);
    assert(lines.includes("PASS: lo: the controller answers and knows this device"), lines.join("\n"));
    assert(lines.includes("PASS: all 1 management ports passed"), lines.join("\n"));
    assertEquals(code, 0);
    assertEquals(listing(site.root), before, "nothing on the device has changed");
  });
});

Deno.test("[diag#14] a uuid answer signed by an unknown certificate: a single POST, and the port has not passed", async () => {
  await withSite(async (site) => {
    publishNetwork(site, DPCState.DPC_FAIL_WITH_IPANDDNS);
    site.controller.faults.add("uuid", { envelope: "unknown-hash" });
    const { code, lines } = await diag(site.root, "--once");
    assertEquals(site.controller.requests.filter(({ endpoint }) => endpoint === "uuid").length, 1);
    assert(lines.includes("WARNING: 0 of 1 management ports passed"), lines.join("\n"));
    assertEquals(code, 2);
  });
});

Deno.test("an empty bus is told within about 3 s, with code 2", async () => {
  await withSite(async ({ root }) => {
    const { code, lines, took } = await diag(root, "--once");
    assertEquals(code, 2);
    assert(took < 5_000, `${took} ms`);
    assert(
      lines.some((line) => line.startsWith("WARNING: nothing on the bus under nim/DeviceNetworkStatus")),
      lines.join("\n"),
    );
  });
});

Deno.test("a controller that is down, refuses or talks nonsense is told in words, with code 2", async () => {
  await withSite(async (site) => {
    publishNetwork(site, DPCState.DPC_SUCCESS);
    site.controller.faults.add("ping", { status: 503 });
    const busy = await diag(site.root, "--once");
    assertEquals(busy.code, 2);
    assert(
      busy.lines.some((line) => line.startsWith("ERROR: lo: ") && line.includes("503")),
      busy.lines.join("\n"),
    );
    await site.controller.stop();
    const down = await diag(site.root, "--once");
    assertEquals(down.code, 2);
    assert(
      down.lines.some((line) => line.startsWith("ERROR: lo: ") && /refused/i.test(line)),
      down.lines.join("\n"),
    );
  });
});

Deno.test("device files that can't be used are a finding, not the end of the report", async () => {
  await withSite(async (site) => {
    publishNetwork(site, DPCState.DPC_SUCCESS);
    Deno.writeTextFileSync(`${site.root}/config/root-certificate.pem`, "garbage");
    const { code, lines } = await diag(site.root, "--once");
    assertEquals(code, 2);
    assert(
      lines.some((line) =>
        line.startsWith("ERROR: the controller can't be tested:") && line.includes("root-certificate.pem")
      ),
    );
    assert(lines.some((line) => line.includes("1 ports, 1 towards the controller")), lines.join("\n"));
  });
});

Deno.test("without --once it says what is missing and ends with 2", async () => {
  await withSite(async ({ root }) => {
    const { code, lines } = await diag(root);
    assertEquals(code, 2);
    assert(lines.some((line) => line.includes("--once is needed")), lines.join("\n"));
  });
});

function listing(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? listing(path) : [`${path} ${Deno.statSync(path).mtime?.getTime()}`];
  }).sort();
}
