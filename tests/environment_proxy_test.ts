/** Programs, as they start on a device, with a trap in every environment variable that names a proxy. */
import { assertEquals } from "@std/assert";
import { answer, startServer } from "../controllerconn/testdata/server.ts";
import { makeDeviceRoot, startController } from "../scripts/controller/mod.ts";
import { until } from "../services/agent/test_device.ts";
import { DPCState, topics } from "../services/topics/mod.ts";

const checkout = new URL("../", import.meta.url).pathname;
const CONTROLLER = "controller.test";
const PAC_HOST = "pac.test";
const patienceMs = 60_000;
const variables = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [name, name.toLowerCase()]);

/** A TCP port that nothing should ever connect to. */
function openTrap() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let caught = 0;
  const accepting = (async () => {
    for await (const connection of listener) {
      caught++;
      connection.close();
    }
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    caught: () => caught,
    async close() {
      listener.close();
      await accepting;
    },
  };
}

Deno.test("[controllerconn#38] HTTP_PROXY, HTTPS_PROXY and ALL_PROXY change nothing for nim, client, zedagent and diag", async () => {
  const folder = Deno.makeTempDirSync({ prefix: "eve-environment-proxy-" });
  const trap = openTrap();
  const pac = await startServer({
    handler: answer(200, "function FindProxyForURL() { return 'DIRECT' }", {
      "Content-Type": "application/x-ns-proxy-autoconfig",
    }),
  });
  const controller = await startController({
    dir: `${folder}/controller`,
    hosts: ["127.0.0.1", CONTROLLER],
  });
  const { root, onboard } = await makeDeviceRoot(`${folder}/device`, { controller });
  controller.addOnboard(onboard?.certPem ?? "", ["*"]);
  // Names and not loopback addresses: those a runtime might leave alone by itself.
  Deno.mkdirSync(`${root}/etc`, { recursive: true });
  Deno.writeTextFileSync(`${root}/etc/hosts`, `127.0.0.1 ${CONTROLLER} ${PAC_HOST}\n`);
  Deno.writeTextFileSync(`${root}/config/server`, `${CONTROLLER}:${controller.port}\n`);
  const port = {
    IfName: "lo",
    IsMgmt: true,
    IsL3Port: true,
    AddrInfoList: [{ Addr: "127.0.0.1" }],
    DNSServers: ["127.0.0.1"],
    NetworkProxyEnable: true,
    NetworkProxyURL: `http://${PAC_HOST}:${pac.port}/proxy.pac`,
  };
  Deno.writeTextFileSync(`${folder}/ports.json`, JSON.stringify({ Version: 1, Ports: [port] }));
  const env = Object.fromEntries([...variables.map((name) => [name, trap.url]), ["NO_PROXY", ""], [
    "no_proxy",
    "",
  ]]);
  const start = (program: string, ...args: readonly string[]) => {
    const options = ["run", "--quiet", "--cached-only", "--no-lock", "--no-check", "--allow-all"];
    return new Deno.Command(Deno.execPath(), {
      args: [...options, `${checkout}services/${program}/main.ts`, "--root", root, ...args],
      env,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
  };
  const running: Deno.ChildProcess[] = [];
  try {
    running.push(start("nim", "--ports", `${folder}/ports.json`));
    const status = () => {
      try {
        const text = Deno.readTextFileSync(`${root}/run/nim/DeviceNetworkStatus/global.json`);
        return topics.nim.DeviceNetworkStatus.codec.decode(text);
      } catch {
        return undefined;
      }
    };
    await until(
      "nim",
      () => status()?.State === DPCState.DPC_SUCCESS && status()?.Testing === false,
      patienceMs,
    );
    assertEquals([(status()?.Ports?.[0]?.Pacfile ?? "") !== "", pac.seen.length], [true, 1]);
    assertEquals((await start("client", "selfRegister", "getUuid").status).code, 0);
    running.push(start("zedagent", "--standalone"));
    const asked = (endpoint: string) => controller.requests.some((each) => each.endpoint === endpoint);
    for (const endpoint of ["config", "info", "metrics"]) {
      await until(endpoint, () => asked(endpoint), patienceMs);
    }
    const pings = () => controller.requests.filter(({ endpoint }) => endpoint === "ping").length;
    const before = pings();
    await start("diag", "--once").status;
    assertEquals([pings() > before, trap.caught()], [true, 0]);
    const careless = ["eval", "--quiet", `await fetch("http://${PAC_HOST}:${pac.port}/").catch(() => {})`];
    await new Deno.Command(Deno.execPath(), { args: careless, env, stdin: "null" }).output();
    await until("the trap works", () => trap.caught() > 0, patienceMs);
  } finally {
    for (const child of running) child.kill("SIGTERM");
    await Promise.all(running.map((child) => child.status));
    await trap.close();
    await pac.close();
    await controller.stop();
    Deno.removeSync(folder, { recursive: true });
  }
});
