/** nim on a real loopback interface, with a real controller, a real bus and real files; the clock goes faster than life. */
import { assert, assertEquals } from "@std/assert";
import { answer, startServer } from "../../controllerconn/testdata/server.ts";
import { testDevice, until } from "../agent/test_device.ts";
import { DPCState, goConfigItemValue, goRadioSilence, goZedAgentStatus, topics } from "../topics/mod.ts";
import { configOf, type NetworkSite, withNetwork } from "./testdata/with_network.ts";

const patienceMs = 20_000;
const PAC_TYPE = "application/x-ns-proxy-autoconfig";

const works = ({ status }: NetworkSite, key = "override") =>
  until(
    `${key} works`,
    () => status()?.State === DPCState.DPC_SUCCESS && status()?.DPCKey === key && status()?.Testing === false,
    patienceMs,
  );

Deno.test("an override file is copied, applied, tested against the controller, published and stored", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { device, controller, status, list } = site;
    const [port] = status()?.Ports ?? [];
    assertEquals([port?.IfName, port?.LastError, port?.Up], ["lo", "", true]);
    assert(port?.AddrInfoList?.some(({ Addr }) => Addr === "127.0.0.1"));
    assertEquals([status()?.CurrentIndex, port?.ConfigSource.Origin], [0, 3]);
    assertEquals(controller.requests[0]?.endpoint, "ping");
    const [stored] = list()?.PortConfigList ?? [];
    assertEquals([stored?.Key, stored?.State, stored?.LastError], ["override", DPCState.DPC_SUCCESS, ""]);
    assert(device.read("/run/global/DevicePortConfig/override.json") !== undefined);
    assert(device.read("/run/nim/dummy/DevicePortConfig/override@2026-01-01T00:00:00Z.json") !== undefined);
    assertEquals(JSON.parse(device.read("/run/nim/WwanConfig/global.json") ?? "{}")["Networks"], []);
    assertEquals(device.read("/run/nim/PNACMetricsList/global.json"), '{"Ports":null}');
    assertEquals(device.read("/run/nim/BondMetricsList/global.json"), '{"Bonds":null}');
    assert(device.read("/run/nim-DpcManager.touch") !== undefined);
    const archives = () => {
      const folders = Array.from(Deno.readDirSync(device.paths.persist), ({ name }) => name);
      const folder = `${device.paths.persist}/netdump`;
      return folders.includes("netdump") ? Array.from(Deno.readDirSync(folder), ({ name }) => name) : [];
    };
    await until("a netdump", () => archives().some((name) => /^nim-ok-.*\.tgz$/.test(name)), patienceMs);
  });
});

Deno.test("[nim#7] an override file does not count with a bootstrap or an earlier configuration, or when it is too large", async () => {
  const kept = async (path: string, content: string) => {
    await withNetwork(
      async ({ status, device }) => {
        await until("a status", () => status() !== undefined, patienceMs);
        assertEquals(device.read("/run/global/DevicePortConfig/override.json"), undefined, path);
        assert(status()?.DPCKey !== "override");
      },
      60,
      ({ device }) => device.write(path, content),
    );
  };
  await kept("/config/bootstrap-config.pb", "");
  await kept("/persist/checkpoint/lastconfig", "x");
  await kept("/config/DevicePortConfig/override.json", `{"Key":"${"x".repeat(16384)}"}`);
});

Deno.test("a new configuration from zedagent that can't work is given up for the old one; a right one is taken", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { publish, status, list } = site;
    publish("zedagent", configOf("", "2026-02-01T00:00:00Z", { IfName: "nothere" }));
    await until("it is tried", () => status()?.State === DPCState.DPC_INTF_WAIT, patienceMs);
    await until("it failed", () => status()?.CurrentIndex === 1, patienceMs);
    await works(site);
    const [top, old] = list()?.PortConfigList ?? [];
    assertEquals([top?.Key, top?.State, old?.Key], ["zedagent", DPCState.DPC_FAIL, "override"]);
    assert(top?.LastError.includes("missing interface nothere"), top?.LastError);
    publish("zedagent", configOf("", "2026-03-01T00:00:00Z"));
    await works(site, "zedagent");
    assertEquals(status()?.CurrentIndex, 0);
    assertEquals(list()?.PortConfigList?.map(({ TimePriority }) => TimePriority), ["2026-03-01T00:00:00Z"]);
  }, 120);
});

Deno.test("a controller that answers 500 is no reason to change anything", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { controller, publish, status, list } = site;
    controller.faults.add("ping", { status: 500 });
    publish("zedagent", configOf("", "2026-02-01T00:00:00Z"));
    await until("remote wait", () => status()?.State === DPCState.DPC_REMOTE_WAIT, patienceMs);
    assertEquals([status()?.CurrentIndex, status()?.DPCKey], [0, "zedagent"]);
    assert(list()?.PortConfigList?.[0]?.LastWarning.includes("500"), JSON.stringify(list()));
    controller.faults.clear();
    await works(site, "zedagent");
  }, 400);
});

Deno.test("[nim#3] a restart takes up the stored list, times to the nanosecond; meanwhile the old status stands", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { controller } = site;
    const TimePriority = "2026-04-01T00:00:00.123456789Z";
    site.publish("zedagent", configOf("", TimePriority, { DomainName: "lab.example" }));
    await works(site, "zedagent");
    const times = () => site.list()?.PortConfigList?.map((dpc) => dpc.TimePriority);
    assertEquals(times(), [TimePriority]);
    const asked = controller.requests.length;
    const before = site.status();
    let between: ReturnType<typeof site.status>;
    await site.restart(() => {
      between = site.status();
    });
    assertEquals(between, before);
    await until("tested anew", () => controller.requests.length > asked, patienceMs);
    await works(site, "zedagent");
    assertEquals(times(), [TimePriority]);
  });
});

Deno.test("an override of a local profile server counts where it is permitted, and goes with its key", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { publish, status } = site;
    publish("zedagent", configOf("", "2026-02-01T00:00:00Z", { AllowLocalModifications: true }));
    await works(site, "zedagent");
    publish("lps", configOf("", "0001-01-01T00:00:00Z", { DNSServers: ["127.0.0.9"] }));
    await until("it is used", () => status()?.Ports?.[0]?.DNSServers?.[0] === "127.0.0.9", patienceMs);
    publish("lps", { ...configOf("", "0001-01-01T00:00:00Z"), Ports: null });
    await until("it is gone", () => status()?.Ports?.[0]?.DNSServers?.[0] === "127.0.0.1", patienceMs);
  });
});

Deno.test("timers follow the settings of zedagent; radio silence is told, and not claimed by who only observes", async () => {
  await withNetwork(async (site) => {
    await works(site);
    const { device, status, controller } = site;
    const zedagent = testDevice({ agent: "zedagent", root: device.paths.root });
    try {
      const asked = controller.requests.length;
      const item = goConfigItemValue.make({ Key: "timer.port.testinterval", ItemType: 1, IntValue: 60 });
      zedagent.bus.publication(topics.zedagent.ConfigItemValueMap).publish("global", {
        GlobalSettings: { "timer.port.testinterval": item },
        AgentSettings: {},
      });
      await until("two more tests", () => controller.requests.length > asked + 1, patienceMs);
      const ChangeRequestedAt = "2026-05-01T00:00:00Z";
      zedagent.bus.publication(topics.zedagent.ZedAgentStatus).publish(
        "zedagent",
        goZedAgentStatus.make({ RadioSilence: goRadioSilence.make({ Imposed: true, ChangeRequestedAt }) }),
      );
      const told = () => status()?.RadioSilence;
      await until("it is told", () => told()?.ChangeRequestedAt === ChangeRequestedAt, patienceMs);
      await until("no radio", () => told()?.ConfigError !== "", patienceMs);
      assertEquals([told()?.Imposed, told()?.ChangeInProgress], [false, false]);
    } finally {
      zedagent.end();
      await zedagent[Symbol.asyncDispose]();
    }
  }, 240);
});

Deno.test("a PAC file that the port's network does not offer is the port's error, and found later it is published", async () => {
  let pac = "";
  const offered = await startServer({
    handler: (...args) =>
      pac === "" ? answer(404, "")(...args) : answer(200, pac, { "Content-Type": PAC_TYPE })(...args),
  });
  try {
    await withNetwork(async (site) => {
      await works(site);
      const { publish, status } = site;
      const NetworkProxyURL = `http://127.0.0.1:${offered.port}/wpad.dat`;
      publish(
        "zedagent",
        configOf("", "2026-02-01T00:00:00Z", { NetworkProxyEnable: true, NetworkProxyURL }),
      );
      await works(site, "zedagent");
      const port = () => status()?.Ports?.[0];
      await until("the port says so", () => port()?.LastError.includes("404") === true, patienceMs);
      pac = `function FindProxyForURL(url, host) { return "DIRECT"; }`;
      await until("it is published", () => port()?.Pacfile === btoa(pac), patienceMs);
      await until("the error is gone", () => port()?.LastError === "", patienceMs);
    }, 120);
  } finally {
    await offered.close();
  }
});

Deno.test("a restarted nim decides nothing before it has looked at Linux, and with settings that are there already", async () => {
  await withNetwork(
    async (site) => {
      await works(site);
      const asked = site.controller.requests.length;
      const states: unknown[] = [];
      await site.restart();
      await until("tested anew", () => {
        const { State, Ports } = site.status() ?? {};
        states.push([State, Ports?.[0]?.Up]);
        return site.controller.requests.length > asked;
      }, patienceMs);
      assertEquals(new Set(states.map(String)), new Set(["3,true"]));
      assertEquals(site.device.logged.filter((line) => line.includes("gone")), []);
    },
    60,
    ({ device }) => {
      const map = topics.zedagent.ConfigItemValueMap.codec.encode({ GlobalSettings: {}, AgentSettings: {} });
      device.write("/run/zedagent/ConfigItemValueMap/global.json", map);
    },
  );
});
