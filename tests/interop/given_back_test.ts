/** The bridge gives back what subscribers took. */
import { topics } from "../../services/topics/mod.ts";
import { until } from "../site/until.ts";
import { BridgedBus } from "./bridged_bus.ts";
import { says, startPython } from "./python.ts";

const name = "zedagent/AttestNonce";

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
    await using many = startPython("many_subscribers.py", site.socket(name), "AttestNonce", "100", "--stall");
    await says(many, "stalled");
    await until("all accepted", () => descriptors() > before + 100);
    if (round % 2 === 0) await many.kill();
    owner.end();
    await until(
      "as many as before",
      () => descriptors() <= before,
      10_000,
      () => `${before}, ${descriptors()}`,
    );
  }
});
