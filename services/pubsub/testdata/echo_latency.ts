/**
 * A subscriber in a process of its own: `echo_latency.ts <root>`. For each value it sees of `meter/Reading` key `ping`
 * it prints the time between that value's `At` (milliseconds since 1970 with fractions) and now.
 */
import { openBus } from "../mod.ts";
import { readingTopic } from "./reading.ts";

const bus = openBus({
  root: Deno.args[0] ?? "",
  signal: new AbortController().signal,
  report: (error) => {
    throw error;
  },
});
const show = (text: string) => {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
};
const seen = (_key: string, value: { At: string }) =>
  show(String(performance.timeOrigin + performance.now() - Number(value.At)));
bus.subscription(readingTopic(), { create: seen, modify: seen, sync: () => show("sync") }).activate();
