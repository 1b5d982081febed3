/** Opens a lab with a squid, says so, and waits to be killed. No program of a namespace. */
import { Lab } from "../lab.ts";
import { Squid } from "../squid.ts";
import { say } from "./lab_lines.ts";

await using lab = await Lab.open({});
lab.use(await Squid.start(lab, lab.uplink(0), "explicit"));
say("ready", {
  namespaces: [lab.device, lab.internet, lab.uplink(0).router.namespace].map(({ name }) => name),
});
for await (const _ of Deno.stdin.readable) continue;
