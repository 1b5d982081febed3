/** The table of topics against the spec, and the JSON paths that shells and tests read. */
import { assert, assertEquals } from "@std/assert";
import type { Topic } from "../pubsub/mod.ts";
import { goVmConfig } from "./vm_config.ts";
import { defaultConfigItems } from "./config_item_values.ts";
import { goAppInstanceConfig } from "./app_instance_config.ts";
import { goDeviceNetworkStatus, goNetworkPortStatus } from "./device_network_status.ts";
import { goDevicePortConfig, goNetworkPortConfig } from "./device_port_config.ts";
import { ownedBy, topics } from "./table.ts";
import { goVolumeConfig, volumeKey } from "./volume_config.ts";
import { goZedAgentStatus } from "./zed_agent_status.ts";

const all: Topic<unknown>[] = Object.values(topics).flatMap((agent) => Object.values(agent));
/** Topics that EVE does not have and no Go agent reads. */
const ours = [
  "zedagent/DeferredQueueMetrics",
  "zedagent/ConfigSections",
  ...["zedclient", "zedagent", "loguploader", "nim"].map((agent) => `${agent}/TrafficCounters`),
];
const identity = (topic: Topic<unknown>) => [topic.agent, topic.scope, topic.name].filter(Boolean).join("/");

Deno.test("every topic of pubsub.md §14.1 is owned by the program that publishes it, persistent where it says P", () => {
  const page = Deno.readTextFileSync(new URL("../../docs/spec/pubsub.md", import.meta.url));
  const section = page.slice(page.indexOf("### 14.1"), page.indexOf("### 14.2"));
  const listed = new Map<string, boolean>();
  for (
    const [, agent, names, mark] of section.matchAll(/^\| ([a-z]+(?:\/dummy)?)\/([A-Za-z, ]+?) \| (P?) ?\|/gm)
  ) {
    for (const name of (names ?? "").split(", ")) listed.set(`${agent}/${name}`, mark === "P");
  }
  assert(listed.size > 35, `only ${listed.size} rows found`);
  for (const path of ours) listed.set(path, false);
  const owned = new Map(Object.values(ownedBy).flat().map((topic) => [identity(topic), topic.persistent]));
  assertEquals([...owned].sort(), [...listed].sort());
});

Deno.test("no topic stands twice in the table, and every entry stands under its own name", () => {
  assertEquals(new Set(all.map(identity)).size, all.length);
  for (const [agent, members] of Object.entries(topics)) {
    for (const [name, topic] of Object.entries(members)) {
      const expected = agent === "global" ? "" : name === "KubeClusterUpdateStatus" ? "zedagent" : agent;
      assertEquals([topic.agent, topic.name], [expected, name.replace("dummyDevice", "Device")]);
    }
  }
});

Deno.test("every topic reads {} and gets back from its own text what it wrote", () => {
  for (const { codec, agent, name } of all) {
    const value = codec.decode("{}");
    const text = codec.encode(value);
    const again = codec.decode(text);
    assert(codec.equal(value, again), `${agent}/${name}`);
    assertEquals(codec.encode(again), text, `${agent}/${name}`);
    assertEquals(text.includes("\n"), false);
  }
});

Deno.test("only the topics under /run/global have several writers, and none of them belongs to a program", () => {
  assertEquals(all.filter((topic) => topic.manyWriters).map((topic) => topic.agent), ["", ""]);
  assertEquals(Object.values(ownedBy).flat().filter((topic) => topic.agent === ""), []);
});

Deno.test("the LED file as the boot script writes it is read", () => {
  assertEquals(topics.global.LedBlinkCounter.codec.decode('{"BlinkCounter": 1}\n'), { BlinkCounter: 1 });
  assertEquals(topics.global.LedBlinkCounter.codec.encode({ BlinkCounter: 12 }), '{"BlinkCounter":12}');
});

/** Follows a path of member names; `[]` goes into the first element of a list. */
function at(text: string, ...path: string[]): unknown {
  let value: unknown = JSON.parse(text);
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = step === "[]"
      ? Object.values(value)[0]
      : Object.entries(value).find(([name]) => name === step)?.[1];
  }
  return value;
}

Deno.test("the jq paths of pubsub.md §12 work on what the codecs of our topics write", () => {
  const dns = topics.nim.DeviceNetworkStatus.codec.encode(goDeviceNetworkStatus.make({
    Ports: [goNetworkPortStatus.make({ NtpServers: ["pool.ntp.org"] })],
  }));
  assertEquals(at(dns, "Ports", "[]", "NtpServers", "[]"), "pool.ntp.org");

  const app = topics.zedagent.AppInstanceConfig.codec.encode(goAppInstanceConfig.make({
    DisplayName: "app",
    FixedResources: goVmConfig.make({ VirtualizationMode: 1 }),
  }));
  assertEquals(at(app, "DisplayName"), "app");
  assertEquals(at(app, "FixedResources", "VirtualizationMode"), 1);

  const items = topics.zedagent.ConfigItemValueMap.codec.encode(defaultConfigItems());
  assertEquals(at(items, "GlobalSettings", "timer.config.interval", "IntValue"), 60);

  const status = topics.zedagent.ZedAgentStatus.codec.encode(goZedAgentStatus.zero());
  assertEquals(at(status, "RadioSilence", "Imposed"), false);

  const port = goNetworkPortConfig.make({
    Logicallabel: "mgmt0",
    IfName: "eth0",
    Dhcp: 4,
    IsMgmt: true,
    IsL3Port: true,
    ConfigSource: { Origin: 1, SubmittedAt: "2026-01-01T00:00:00Z" },
  });
  const list = topics.nim.DevicePortConfigList.codec.encode({
    CurrentIndex: 0,
    PortConfigList: [goDevicePortConfig.make({ Key: "zedagent", Ports: [port] })],
  });
  const entry = (...path: string[]) => at(list, "PortConfigList", "[]", ...path);
  assertEquals(entry("Key"), "zedagent");
  const first = (...path: string[]) => entry("Ports", "[]", ...path);
  assertEquals([first("Logicallabel"), first("IfName"), first("Dhcp")], ["mgmt0", "eth0", 4]);
  assertEquals([first("IsMgmt"), first("IsL3Port"), first("ConfigSource", "Origin")], [true, true, 1]);

  assertEquals(at(topics.global.LedBlinkCounter.codec.encode({ BlinkCounter: 4 }), "BlinkCounter"), 4);
});

Deno.test("the key of a volume is exact beyond 2^53", () => {
  const volume = goVolumeConfig.make({ GenerationCounter: 2n ** 53n, LocalGenerationCounter: 1n });
  assertEquals(volumeKey(volume), "00000000-0000-0000-0000-000000000000#9007199254740993");
});

Deno.test("reasons of maintenance mode are written as Go writes a slice of uint8, and read as both", () => {
  const { codec } = topics.zedagent.ZedAgentStatus;
  const text = codec.encode(goZedAgentStatus.make({ MaintenanceModeReasons: [1, 3] }));
  assertEquals(JSON.parse(text).MaintenanceModeReasons, "AQM=");
  assertEquals(codec.decode(text).MaintenanceModeReasons, [1, 3]);
  assertEquals(codec.decode('{"MaintenanceModeReasons":[1,3]}').MaintenanceModeReasons, [1, 3]);
});
