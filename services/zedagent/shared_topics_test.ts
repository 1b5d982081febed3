/** Followers that share a topic, over a real bus; and the whole program, which may not subscribe twice. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { testDevice, until } from "../agent/test_device.ts";
import { type Device, systemClock } from "../agent/mod.ts";
import type { Bus, Subscription, Topic } from "../pubsub/mod.ts";
import { topics } from "../topics/mod.ts";
import { reporting } from "./run.ts";
import { sharedTopics } from "./shared_topics.ts";
import { runWith } from "./start_order.ts";
import { openSite } from "./testdata/test_site.ts";

const { OnboardingStatus: persistent } = topics.zedclient;
const { AttestNonce: volatile } = topics.zedagent;
const uuid = "00000000-0000-4000-8000-000000000001";
const nonce = (Requester: string) => ({ Nonce: new Uint8Array([1]), Requester });

/** The same bus, which notes what is subscribed to. */
function counting(bus: Bus) {
  const names: string[] = [];
  const counted: Bus = {
    root: bus.root,
    publication: (topic) => bus.publication(topic),
    subscription<T>(topic: Topic<T>, handlers = {}): Subscription<T> {
      names.push(`${topic.agent}/${topic.name}`);
      return bus.subscription(topic, handlers);
    },
  };
  return { names, bus: counted };
}

/** Handlers that note what they are told. */
function noted() {
  const calls: string[] = [];
  return {
    calls,
    handlers: {
      create: (key: string) => void calls.push(`create ${key}`),
      modify: (key: string) => void calls.push(`modify ${key}`),
      delete: (key: string) => void calls.push(`delete ${key}`),
      sync: () => void calls.push("sync"),
      restart: (count: number) => void calls.push(`restart ${count}`),
    },
  };
}

Deno.test("two followers, one table: both are told, the later one of what is there as created", async () => {
  await using device = testDevice();
  const { names, bus: counted } = counting(device.bus);
  const bus = sharedTopics({ ...pick(device), bus: counted });
  const publication = device.bus.publication(volatile);
  publication.publish("a", nonce("x"));
  publication.signalRestarted();
  const [first, second] = [noted(), noted()];
  const early = bus.subscription(volatile, first.handlers);
  const late = bus.subscription(volatile, second.handlers);
  early.activate();
  await until("the first", () => first.calls.includes("restart 1"));
  assertEquals([late.get("a"), late.synchronized, late.restarted, second.calls], [undefined, false, 0, []]);
  late.activate();
  assertEquals(second.calls, []);
  await until("the second", () => second.calls.includes("restart 1"));
  assertEquals(second.calls, ["create a", "sync", "restart 1"]);
  assertEquals(second.calls, first.calls);
  publication.publish("a", nonce("y"));
  publication.unpublish("a");
  publication.publish("b", nonce("y"));
  await until("the changes", () => [first, second].every(({ calls }) => calls.includes("create b")));
  assertEquals(second.calls, first.calls);
  assertEquals([early.get("b")?.Requester, [...late.getAll().keys()]], ["y", ["b"]]);
  assertEquals(names, ["zedagent/AttestNonce"]);

  late.close();
  assertEquals(second.calls.slice(-2), ["delete b", "restart 0"]);
  assertEquals([late.get("b"), early.get("b")?.Requester], [undefined, "y"]);
  publication.unpublish("b");
  await until("its end", () => first.calls.at(-1) === "delete b");
  early.close();
  bus.subscription(volatile).activate();
  assertEquals(names.length, 2);
});

Deno.test("a persistent topic is there when activate() returns, for the later follower too", async () => {
  await using device = testDevice();
  device.bus.publication(persistent).publish("global", { DeviceUUID: uuid, HardwareModel: "" });
  const bus = sharedTopics(device);
  bus.subscription(persistent).activate();
  const { calls, handlers } = noted();
  const late = bus.subscription(persistent, handlers);
  late.activate();
  assertEquals([calls, late.get("global")?.DeviceUUID], [["create global", "sync"], uuid]);
});

Deno.test("one follower that throws does not keep the others from being told; rescan looks at once", async () => {
  await using device = testDevice();
  const bus = sharedTopics(device);
  const { calls, handlers } = noted();
  bus.subscription(volatile, {
    create() {
      throw new Error("no");
    },
  }).activate();
  const follower = bus.subscription(volatile, handlers);
  follower.activate();
  device.bus.publication(volatile).publish("a", nonce("x"));
  follower.rescan();
  assertEquals(calls.filter((call) => call !== "sync"), ["create a"]);
  assertStringIncludes(device.logged.join(), "zedagent/AttestNonce: the handler for create of a threw: no");
});

Deno.test("the whole program subscribes to each topic once", async () => {
  await using site = await openSite();
  site.serve({ device_name: "edge-1", local_profile_server: "10.1.0.2", profile_server_token: "t" });
  site.openGates();
  await using device = testDevice({ agent: "zedagent", root: site.root, clock: systemClock });
  const { names, bus } = counting(device.bus);
  const running = runWith({ ...device, bus }, { standalone: false }, reporting);
  await until("the config", () => site.read(topics.zedagent.EdgeNodeInfo)?.DeviceName === "edge-1");
  device.end();
  await running;
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  assertEquals(twice, []);
  assertEquals(names.includes("zedmanager/AppInstanceStatus"), true);
});

const pick = ({ log, signal }: Device) => ({ log, signal });
