/** What the bridge costs while nothing happens, and that it gives back what subscribers took. */
import { assert } from "@std/assert";
import { ownedBy, topics } from "../../services/topics/mod.ts";
import { pause, until } from "../site/until.ts";
import { BridgedBus } from "./bridged_bus.ts";
import { Script } from "./script.ts";

const name = "zedagent/AttestNonce";

/** User and system time of a process so far, in milliseconds. */
function processorMs(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

Deno.test("while nothing happens the bridge takes no processor time to speak of, with every topic served", async () => {
  await using site = new BridgedBus();
  const { bus } = site.open();
  const owned = Object.values(ownedBy).flat();
  for (const topic of owned) bus.publication(topic);
  site.startBridge();
  const subscribers = [site.subscribe(name), site.subscribe("nim/DeviceNetworkStatus")];
  for (const subscriber of subscribers) {
    await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  }
  await pause(1_000);
  const before = processorMs(site.bridgePid);
  await pause(6_000);
  const used = processorMs(site.bridgePid) - before;
  assert(used <= 60, `${used} ms in 6 s, ${owned.length} topics`);
});

Deno.test("descriptors of subscribers that left and of topics that ended are given back", async () => {
  await using site = new BridgedBus();
  const { bus } = site.open();
  bus.publication(topics.zedagent.CipherContext);
  site.startBridge();
  await site.untilServed("zedagent/CipherContext");
  const descriptors = () => Array.from(Deno.readDirSync(`/proc/${site.bridgePid}/fd`)).length;
  const before = descriptors();
  for (let round = 0; round < 3; round++) {
    const owner = site.open();
    owner.bus.publication(topics.zedagent.AttestNonce);
    await site.untilServed(name);
    await using many = new Script("many_subscribers.py", site.socket(name), "AttestNonce", "100", "--stall");
    await many.says("stalled");
    await until("all accepted", () => descriptors() > before + 100);
    if (round % 2 === 0) await many.finish();
    owner.end();
    await until(
      "as many as before",
      () => descriptors() <= before,
      10_000,
      () => `${before}, ${descriptors()}`,
    );
  }
});
