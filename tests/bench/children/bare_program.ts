/** What the runtime costs with the libraries that ours needs, and nothing of ours: says `ready`, waits for SIGTERM. */
import crypto from "node:crypto";
import https from "node:https";
import protobuf from "protobufjs/minimal";
import { say } from "../stdio.ts";

// Used once, so that none is only parsed.
const agent = new https.Agent({ keepAlive: true });
const bytes = new protobuf.Writer().uint32(1).finish();
const hash = crypto.createHash("sha256").update(bytes).digest("hex");
say(`ready ${hash.length}`);
const timer = setInterval(() => {}, 10_000);
Deno.addSignalListener("SIGTERM", () => {
  clearInterval(timer);
  agent.destroy();
  Deno.exit(0);
});
