/** nim's eyes in a namespace: says each wake-up, with all that can be read, and how it was asked to. */
import { testDevice } from "../../../services/agent/test_device.ts";
import { fastClock } from "../../../services/agent/fake_clock.ts";
import { systemCommands } from "../../../services/agent/mod.ts";
import { readNetwork } from "../../../services/nim/observe/network.ts";
import { watchNetwork } from "../../../services/nim/observe/watch.ts";
import { readSettings, say, serveCommands } from "./lab_lines.ts";

const { root, clockSpeed } = await readSettings<{ readonly root: string; readonly clockSpeed: number }>();
const device = testDevice({ root, clock: fastClock(clockSpeed), runCommands: systemCommands });
let changes = 0;
void watchNetwork(device, true, () => say("changed", { count: ++changes, at: Date.now() }));

await serveCommands(async () => {
  const { links, resolv, hostResolv } = await readNetwork(device, []);
  return { links, resolv: Object.fromEntries(resolv), hostResolv, logged: device.logged };
});
