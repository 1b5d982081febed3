import { assert, assertEquals, assertRejects } from "@std/assert";
import { openEventStreams } from "./event_streams.ts";

Deno.test("a watcher that never reads is dropped once a megabyte waits for it; one that reads gets all", async () => {
  const streams = openEventStreams();
  const idle = streams.follow("first");
  const reader = streams.follow("first").getReader();
  let read = (await reader.read()).value?.length ?? 0;
  const event = "x".repeat(100_000);
  let sent = 0;
  while (streams.size === 2 && sent < 100) {
    streams.send(event);
    sent += 1;
    read += (await reader.read()).value?.length ?? 0;
  }
  assert(sent > 5 && sent < 15, String(sent));
  assertEquals(read, "first".length + sent * event.length);
  assertEquals(streams.size, 1);
  await reader.cancel();
  assertEquals(streams.size, 0, "and one that goes is forgotten");
  streams.send(event);
  await assertRejects(() => idle.cancel(), Error, "does not read");
  streams.close();
});
