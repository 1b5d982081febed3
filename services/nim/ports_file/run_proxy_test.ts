/** nim finds the PAC file that a port's network offers, from a real server, and uses it (`spec/controllerconn.md §6.5`). */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { startForwardProxy } from "../../../controllerconn/testdata/forward_proxy.ts";
import { answer, startServer } from "../../../controllerconn/testdata/server.ts";
import { until } from "../../agent/test_device.ts";
import { DPCState, topics } from "../../topics/mod.ts";
import { CONTROLLER_NAME, loopback, withNim } from "./testdata/with_nim.ts";

const patienceMs = 20_000;
const PAC = { "Content-Type": "application/x-ns-proxy-autoconfig" };
/** Where WPAD looks, below the loopback network so that port 80 is free. */
const WPAD_HOST = "127.77.0.80";
const NOBODY = "127.77.0.81";
const hosts = `# of the test\n${WPAD_HOST} wpad.lab.test\n${NOBODY} wpad.edge.lab.test\n`;

Deno.test("WPAD: the walk ends at the name that answers; the PAC file is published and leads to the controller", async () => {
  let pac = "";
  const wpad = await startServer({
    handler: (...args) => answer(200, pac, PAC)(...args),
    host: WPAD_HOST,
    port: 80,
  });
  let proxy: Awaited<ReturnType<typeof startForwardProxy>> | undefined;
  try {
    await withNim(
      async ({ controller, status, ports, device }) => {
        await until("success", () => status()?.State === DPCState.DPC_SUCCESS, patienceMs);
        assertEquals(wpad.seen.length, 0, "nobody asked for a proxy yet");
        proxy = await startForwardProxy(controller.port);
        pac = `function FindProxyForURL(url, host) { return "PROXY 127.0.0.1:${proxy.port}"; }`;
        ports(loopback("127.0.0.1", { NetworkProxyEnable: true, DomainName: "edge.lab.test." }));
        const port = () => status()?.Ports?.[0];
        await until("the PAC file", () => (port()?.Pacfile ?? "") !== "", patienceMs);
        assertEquals([port()?.Pacfile, port()?.WpadURL], [btoa(pac), "http://wpad.lab.test/wpad.dat"]);
        await until("tested", () => status()?.Testing === false, patienceMs);
        assertEquals([status()?.State, port()?.LastError], [DPCState.DPC_SUCCESS, ""]);
        assertEquals(proxy.asked, [`${CONTROLLER_NAME}:${controller.port}`]);
        assertEquals(wpad.seen.map(({ url, from }) => [url, from]), [["/wpad.dat", "127.0.0.1"]]);
        const counted = () => {
          const text = device.read("/run/nim/TrafficCounters/global.json") ?? "{}";
          return topics.nim.TrafficCounters.codec.decode(text)["lo"]?.["other"];
        };
        await until("traffic", () => counted()?.Requests === 1, patienceMs);
        assertEquals([counted()?.ReceivedBytes, counted()?.Failures], [pac.length, 1]);
      },
      60,
      ({ controller, device }) => {
        // A loopback name is never asked for through a proxy.
        device.write("/etc/hosts", `${hosts}127.0.0.1 ${CONTROLLER_NAME}\n`);
        device.write("/config/server", `${CONTROLLER_NAME}:${controller.port}\n`);
      },
    );
  } finally {
    await proxy?.close();
    await wpad.close();
  }
});

Deno.test("a network that offers no PAC file is an error of its port, looked for again until it does", async () => {
  let isReady = false;
  const server = await startServer({
    handler: (...args) =>
      (isReady ? answer(200, "function FindProxyForURL() { return 'DIRECT' }", PAC) : answer(200, "<html>"))(
        ...args,
      ),
  });
  const NetworkProxyURL = `http://127.0.0.1:${server.port}/proxy.pac`;
  try {
    await withNim(
      async ({ status }) => {
        const port = () => status()?.Ports?.[0];
        await until("tested", () => status()?.Testing === false && port()?.LastError !== "", patienceMs);
        assertStringIncludes(port()?.LastError ?? "", "expected application/x-ns-proxy-autoconfig");
        assert((port()?.LastFailed ?? "") > "2026");
        assertEquals([port()?.Pacfile, status()?.State], ["", DPCState.DPC_SUCCESS], "it works without");
        isReady = true;
        await until("found", () => (port()?.Pacfile ?? "") !== "", patienceMs);
        await until(
          "tested again",
          () => status()?.Testing === false && port()?.LastError === "",
          patienceMs,
        );
        assertEquals([port()?.WpadURL, status()?.State], ["", DPCState.DPC_SUCCESS]);
      },
      60,
      ({ ports }) => ports(loopback("127.0.0.1", { NetworkProxyEnable: true, NetworkProxyURL })),
    );
  } finally {
    await server.close();
  }
});

Deno.test("no name that answers, or no DomainName: told on the port with each URL that was tried; other ports work on", async () => {
  await withNim(
    async ({ status }) => {
      const port = (ifName: string) => status()?.Ports?.find(({ IfName }) => IfName === ifName);
      await until("tested", () => status()?.Testing === false && port("lo")?.LastError !== "", patienceMs);
      const text = port("lo")?.LastError ?? "";
      assertStringIncludes(text, "http://wpad.edge.lab.test/wpad.dat");
      assertStringIncludes(text, "http://wpad.lab.test/wpad.dat");
      assertStringIncludes(port("lo:1")?.LastError ?? "", "no DomainName");
      assertEquals([port("lo:2")?.LastError, status()?.State], ["", DPCState.DPC_SUCCESS]);
    },
    60,
    ({ device, ports }) => {
      device.write("/etc/hosts", `${NOBODY} wpad.edge.lab.test wpad.lab.test\n`);
      const other = { IsMgmt: true, IsL3Port: true, DNSServers: ["127.0.0.1"] };
      ports(loopback(
        "127.0.0.1",
        { NetworkProxyEnable: true, DomainName: "edge.lab.test" },
        { ...other, IfName: "lo:1", AddrInfoList: [{ Addr: "127.0.0.2" }], NetworkProxyEnable: true },
        { ...other, IfName: "lo:2", AddrInfoList: [{ Addr: "127.0.0.3" }] },
      ));
    },
  );
});

Deno.test("nim ends while a server of PAC files says nothing", async () => {
  const server = await startServer({ handler: () => {} });
  const NetworkProxyURL = `http://127.0.0.1:${server.port}/proxy.pac`;
  try {
    await withNim(
      () => until("it is asked", () => server.seen.length === 1, patienceMs),
      1,
      ({ ports }) => ports(loopback("127.0.0.1", { NetworkProxyEnable: true, NetworkProxyURL })),
    );
  } finally {
    await server.close();
  }
});
