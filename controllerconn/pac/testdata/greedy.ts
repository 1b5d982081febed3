/** Runs a PAC file that takes all the memory it can get, eight times; says by how many bytes the process has grown at most. */
import { PacEngine } from "../mod.ts";

const greedy = `var kept = []; try { for (var i = 0; ; i++) kept.push(('x' + i).repeat(2e5)) } catch (e) {}
  function FindProxyForURL() { return 'DIRECT' }`;
const surroundings = {
  resolve: () => Promise.resolve([]),
  myIpAddress: "192.0.2.1",
  now: () => 0,
  timeLimitMs: 60_000,
  signal: new AbortController().signal,
};
using engine = new PacEngine();
const run = () => engine.findProxyForURL(greedy, "http://example.com/", "example.com", surroundings);
await run();
const before = Deno.memoryUsage().rss;
let most = 0;
for (let i = 0; i < 8; i++) {
  const [choice] = await run();
  if (choice?.kind !== "direct") throw new Error("the file did not end");
  most = Math.max(most, Deno.memoryUsage().rss - before);
}
await Deno.stdout.write(new TextEncoder().encode(String(most)));
