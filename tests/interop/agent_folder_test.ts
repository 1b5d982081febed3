/** FIFOs that nobody writes to, among the locks and sockets of an agent: the bridge opens none of them. */
import { assertEquals } from "@std/assert";
import { topics } from "../../services/topics/mod.ts";
import { BridgedBus } from "./bridged_bus.ts";

const { AttestNonce, CipherContext } = topics.zedagent;

/** What happens in the folder `$1`. */
const events: Readonly<Record<string, string>> = {
  "is there from the start": "touch $1/start.fifo",
  "comes later": "mkfifo $1/later.fifo",
  "is renamed into place": "mkfifo $1/../new && mv $1/../new $1/later.fifo",
  "bears the name of a socket": "mkfifo $1/LOCConfig.sock $1/NodeDrainRequest.lock.new",
};

for (const [what, script] of Object.entries(events)) {
  Deno.test(`a FIFO beside the topics of an agent ${what}: old and new topics are served`, async () => {
    await using site = new BridgedBus();
    const owner = site.open();
    const publication = owner.bus.publication(AttestNonce);
    const folder = `${site.root}/run/zedagent`;
    await shell("mkfifo $1/start.fifo", folder);
    site.startBridge();
    await site.untilServed("zedagent/AttestNonce");
    await shell(script, folder);
    site.open().bus.publication(CipherContext);
    await site.untilServed("zedagent/CipherContext");
    const subscriber = site.subscribe("zedagent/AttestNonce");
    await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
    publication.publish("01", { Nonce: null, Requester: "" });
    await subscriber.until("a change", (packets) => packets.some(({ update }) => update === "01"));
    owner.end();
    await subscriber.until("the end", (packets) => packets.some(({ eof }) => eof));
    assertEquals(await site.endBridge(), 0, site.log);
  });
}

async function shell(script: string, folder: string): Promise<void> {
  const { success } = await new Deno.Command("sh", { args: ["-c", script, "sh", folder] }).output();
  assertEquals(success, true, script);
}
