/** nim with a ports file against a real controller, a real bus and real files; the clock goes faster than life. */
import { assert, assertEquals } from "@std/assert";
import { until } from "../../agent/test_device.ts";
import { DPCState } from "../../topics/mod.ts";
import { CONTROLLER_NAME, loopback, withNim } from "./testdata/with_nim.ts";

Deno.test("a controller that answers makes DPC_SUCCESS, and the traffic is counted", async () => {
  await withNim(async ({ controller, device, status }) => {
    await until("success", () => status()?.State === DPCState.DPC_SUCCESS);
    const port = status()?.Ports?.[0];
    assertEquals([port?.IfName, port?.LastError, status()?.Testing], ["lo", "", false]);
    assert((port?.LastSucceeded ?? "") > "2026", "the time of the test");
    const [ping] = controller.requests;
    assertEquals([ping?.method, ping?.endpoint, ping?.status], ["GET", "ping", 200]);
    const counted = () =>
      device.read("/run/nim/MetricsMap/global.json")?.includes('"SuccessCount":1') === true;
    await until("counters", counted);
  });
});

Deno.test("the first test leaves an archive with its trace, the later ones leave nothing", async () => {
  await withNim(async ({ controller, device }) => {
    const names = (folder: string) => {
      try {
        return Array.from(Deno.readDirSync(`${device.paths.persist}/${folder}`), ({ name }) => name);
      } catch {
        return [];
      }
    };
    await until("the archive", () => names("netdump").some((name) => name.endsWith(".tgz")), 20_000);
    const pings = () => controller.requests.filter(({ endpoint }) => endpoint === "ping").length;
    await until("three pings", () => pings() > 2, 30_000);
    assertEquals([names("netdump").length, names("nettrace")], [1, []]);
    const [archive = ""] = names("netdump");
    const path = `${device.paths.persist}/netdump/${archive}`;
    const { stdout } = await new Deno.Command("tar", { args: ["tzf", path] }).output();
    const trace = `${archive.slice(0, -".tgz".length)}/requests/ping-controller-lo-0/nettrace.json`;
    assert(archive.startsWith("nim-ok-2"), archive);
    assert(new TextDecoder().decode(stdout).split("\n").includes(trace), new TextDecoder().decode(stdout));
  }, 600);
});

Deno.test("addresses that change are followed; a torn or foreign ports file changes nothing and is told once", async () => {
  await withNim(async ({ device, status, ports }) => {
    await until("success", () => status()?.State === DPCState.DPC_SUCCESS);
    for (const bad of ['{"Ports":[{"IfNa', "[1,2]", ""]) {
      ports(bad);
      const errors = () => device.logged.filter((line) => line.startsWith("ERROR"));
      const before = errors().length;
      await until("it is told", () => errors().length > before);
      assertEquals(status()?.Ports?.[0]?.AddrInfoList?.[0]?.Addr, "127.0.0.1", bad);
      assert(errors().at(-1)?.includes("ports file"), errors().at(-1));
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
    assertEquals(
      device.logged.filter((line) => line.startsWith("ERROR")).length,
      3,
      device.logged.join("\n"),
    );
    ports(loopback("127.0.0.2"));
    await until("the new address", () => status()?.Ports?.[0]?.AddrInfoList?.[0]?.Addr === "127.0.0.2");
    await until(
      "tested over it",
      () => status()?.State === DPCState.DPC_SUCCESS && status()?.Testing === false,
    );
  });
});

Deno.test("a controller that refuses is DPC_REMOTE_WAIT with the reason on the port, and recovery is noticed", async () => {
  await withNim(async ({ controller, status, ports }) => {
    await until("success", () => status()?.State === DPCState.DPC_SUCCESS);
    controller.faults.add("ping", { status: 503 });
    ports(loopback("127.0.0.3"));
    await until("remote wait", () => status()?.State === DPCState.DPC_REMOTE_WAIT);
    assert(status()?.Ports?.[0]?.LastError.includes("503"), status()?.Ports?.[0]?.LastError);
    controller.faults.clear();
    await until("success again", () => status()?.State === DPCState.DPC_SUCCESS, 10_000);
  }, 60);
});

Deno.test("each port has its own result: a dear one is pinged too, the others are looked at without sending", async () => {
  const mgmt = { IsMgmt: true, IsL3Port: true, DNSServers: ["127.0.0.1"] };
  await withNim(
    async ({ controller, status }) => {
      await until(
        "success",
        () => status()?.State === DPCState.DPC_SUCCESS && status()?.Testing === false,
        20_000,
      );
      const of = (ifName: string) => {
        const port = status()?.Ports?.find(({ IfName }) => IfName === ifName);
        return [port?.LastError, port?.LastWarning, (port?.LastSucceeded ?? "") > "2026"];
      };
      assertEquals(of("lo"), ["", "", true]);
      assertEquals(of("dear"), ["", "", true]);
      const [broken = ""] = of("broken");
      assert(String(broken).includes("198.51.100.7"), String(broken));
      assertEquals(of("bare"), ["interface bare: no suitable IP address available", "", false]);
      assertEquals(of("app"), ["", "interface app: no DNS server available", true]);
      assertEquals(of("switch"), ["", "", true]);
      assertEquals(of("wrong"), ["", "", false], "never tested");
      assertEquals(controller.requests.length, 2, "lo and dear");
    },
    20,
    ({ controller, device, ports }) => {
      device.write("/etc/hosts", `127.0.0.1 ${CONTROLLER_NAME}\n`);
      device.write("/config/server", `${CONTROLLER_NAME}:${controller.port}\n`);
      ports(loopback(
        "127.0.0.1",
        {},
        { ...mgmt, IfName: "dear", Cost: 200, AddrInfoList: [{ Addr: "127.0.0.2" }] },
        { ...mgmt, IfName: "broken", AddrInfoList: [{ Addr: "198.51.100.7" }] },
        { ...mgmt, IfName: "bare" },
        { IfName: "app", IsL3Port: true, AddrInfoList: [{ Addr: "127.0.0.3" }] },
        { IfName: "switch" },
        { ...mgmt, IfName: "wrong", InvalidConfig: true, AddrInfoList: [{ Addr: "127.0.0.4" }] },
      ));
    },
  );
});
