/** A device that its controller forgot comes back by itself while it runs: zedagent and client together (spec/client.md §18, C1). */
import { assert, assertEquals } from "@std/assert";
import type { Clock, Device } from "../services/agent/mod.ts";
import { fastClock } from "../services/agent/fake_clock.ts";
import { testDevice } from "../services/agent/test_device.ts";
import { run as runClient } from "../services/client/run.ts";
import { makeSite, network, type Site, startClient } from "../services/client/test_site.ts";
import { topics } from "../services/topics/mod.ts";
import { run as runZedagent } from "../services/zedagent/run.ts";
import { until } from "./site/until.ts";

const SPEED = 200;
/** Of the fast clock; on loopback nothing takes as long in real time. */
const patience = [
  { key: "timer.dial.timeout", value: "3600" },
  { key: "timer.send.timeout", value: "3600" },
  { key: "timer.config.interval", value: "60" },
];

/** `client` with the words that zedagent gives it, at the speed of the device. */
async function asCommand(site: Site, clock: Clock, args: readonly string[], signal?: AbortSignal) {
  await using device = testDevice({ agent: "zedclient", root: site.files.root, clock });
  signal?.addEventListener("abort", device.end);
  const operations = { selfRegister: args.includes("selfRegister"), getUuid: args.includes("getUuid") };
  const code = await runClient(device, { ...operations, retries: 0, setHostName: false });
  return { code, stdout: "", stderr: "" };
}

Deno.test("a device deleted at the controller registers again within its 10 minutes, and goes on under its new UUID", async () => {
  await using site = await makeSite({ controller: { enforceIntegrityToken: false } });
  site.nim.publish("global", network());
  {
    await using client = startClient(site, "selfRegister getUuid");
    assertEquals(await client.code, 0);
  }
  const [old] = site.controller.devices();
  assert(old !== undefined);
  site.controller.putConfig(old.uuid, { device_name: "before", configItems: patience });

  const clock = fastClock(SPEED);
  await using base = testDevice({ agent: "zedagent", root: site.files.root, clock });
  const asked: string[] = [];
  const device: Device = {
    ...base,
    commands: {
      async run(name, args, signal) {
        if (name !== "client") return base.commands.run(name, args, signal);
        asked.push(args.slice(2).join(" "));
        return await asCommand(site, clock, args, signal);
      },
    },
  };
  const running = runZedagent(device, { standalone: true });
  try {
    const name = () => {
      const text = site.read("/run/zedagent/EdgeNodeInfo/global.json");
      return text === undefined ? undefined : topics.zedagent.EdgeNodeInfo.codec.decode(text).DeviceName;
    };
    const told = () => base.logged.slice(-8).join("\n");
    await until("the first configuration", () => name() === "before", 30_000, told);
    site.controller.removeDevice(old.uuid);
    await until("a new entry", () => site.controller.devices().length === 1, 30_000, told);
    const [fresh] = site.controller.devices();
    assert(fresh !== undefined && fresh.uuid !== old.uuid);
    site.controller.putConfig(fresh.uuid, { device_name: "after", configItems: patience });
    await until("the configuration of the new entry", () => name() === "after", 30_000, told);
    assertEquals(asked[0], "selfRegister getUuid");
    assertEquals(site.read("/persist/status/uuid"), `${fresh.uuid}\n`);
  } finally {
    base.end();
    assertEquals(await running, 0);
  }
});
