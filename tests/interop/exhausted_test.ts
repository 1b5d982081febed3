/** More subscribers than the bridge has descriptors for: those that are there are served as ever, the others wait, and none is lost. */
import { assertEquals, assertMatch } from "@std/assert";
import { topics } from "../../services/topics/mod.ts";
import { until } from "../site/until.ts";
import { BridgedBus, fromSource } from "./bridged_bus.ts";
import { says, startPython } from "./python.ts";

const name = "zedagent/AttestNonce";
const nonce = (n: number) => ({ Nonce: null, Requester: String(n) });
const LIMIT = 260;

Deno.test("no descriptor for a new subscriber: the others get every change, one line in the log, and it is served when there is room", async () => {
  await using site = new BridgedBus();
  const publication = site.open().bus.publication(topics.zedagent.AttestNonce);
  publication.publish("01", nonce(1));
  site.startBridge(["sh", "-c", `ulimit -n ${LIMIT}; exec "$0" "$@"`, ...fromSource]);
  const first = site.subscribe(name);
  await first.until("the dump", (packets) => packets.some(({ complete }) => complete));
  await using many = startPython("many_subscribers.py", site.socket(name), "AttestNonce", "200", "--stall");
  await says(many, "stalled");
  await until("it says so", () => site.log.includes("new subscribers wait"), 20_000, () => site.log);
  const late = site.subscribe(name);
  for (let n = 2; n < 6; n++) {
    publication.publish("01", nonce(n));
    await first.until(`change ${n}`, (packets) => packets.at(-1)?.value?.["Requester"] === String(n));
  }
  const other = site.open().bus.publication(topics.zedagent.CipherContext);
  await site.untilServed("zedagent/CipherContext");
  assertEquals([late.packets.length, other.keys().length], [0, 0]);
  await many.kill();
  await late.until("its dump", (packets) => packets.some(({ complete }) => complete));
  assertEquals(late.packets.find(({ update }) => update === "01")?.value?.["Requester"], "5");
  const told = site.log.split("\n").filter((line) => line.includes("new subscribers wait"));
  assertEquals(told.length, 1, told.join("\n"));
  assertMatch(told[0] ?? "", /there are \d+ connections, no more are taken/);
});
