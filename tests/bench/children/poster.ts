/**
 * One sender in a process of its own: `poster.ts <ours|bare> <folder> <url> <payload bytes> [proxy port]`. For each line
 * `<count>` on standard input it posts so often, one after the other, and says
 * `{milliseconds, rssMB, heapMB}`; the memory is what is left after a garbage collection, where there is one.
 */
import { bareSender, ourSender } from "../senders.ts";
import { heard, say } from "../stdio.ts";

const MB = 1_000_000;
const [who = "", folder = "", url = "", bytes = "", proxy] = Deno.args;
const payload = new Uint8Array(Number(bytes));
const setting = { folder, url, payload, ...(proxy === undefined ? {} : { proxyPort: Number(proxy) }) };
const sender = who === "ours" ? ourSender(setting) : await bareSender(setting);
say("ready");
for await (const line of heard()) {
  const start = performance.now();
  for (let n = Number(line); n > 0; n--) await sender.post();
  const milliseconds = performance.now() - start;
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = Deno.memoryUsage();
  say(JSON.stringify({ milliseconds, rssMB: rss / MB, heapMB: heapUsed / MB }));
}
sender.close();
