/** Several addresses of one name. */
import { assertEquals, assertGreaterOrEqual, assertLess, assertStringIncludes } from "@std/assert";
import { newClientWith } from "../client.ts";
import { clientOptions } from "../testdata/device.ts";
import { withFullQueue } from "../testdata/full_queue.ts";
import { answer, startServer } from "../testdata/server.ts";

const signal = new AbortController().signal;

Deno.test("an address that never answers gets its share of the dial timer, at least 2 s; the next one is tried", () =>
  withFullQueue(async (port) => {
    const server = await startServer({ handler: answer(200, "ok"), host: "127.0.0.2", port });
    const asked: string[][] = [["127.0.0.1", "127.0.0.2"], ["127.0.0.1", "127.0.0.1"], ["fd00::1"]];
    const resolve = () => Promise.resolve({ addresses: asked.shift() ?? [], by: "test" });
    const options = clientOptions({ dialTimeoutMs: () => 6000, sendTimeoutMs: () => 30_000 });
    const client = newClientWith(options, { resolve });
    const send = async () => {
      const started = performance.now();
      const { error } = await client.sendOnIntf(`http://c.example:${port}/x`, "eth0", undefined, { signal });
      return { error, milliseconds: performance.now() - started };
    };
    const first = await send();
    assertEquals(first.error?.message, undefined);
    assertGreaterOrEqual(first.milliseconds, 1990);
    assertLess(first.milliseconds, 5900);
    await server.close();
    const second = await send();
    assertEquals(second.error?.kind, "timeout", "the same address twice counts once");
    assertGreaterOrEqual(second.milliseconds, 5900);
    const third = await send();
    assertEquals(third.error?.kind, "unreachable");
    assertStringIncludes(third.error?.message ?? "", "c.example has no IPv4 address (it has fd00::1)");
    client.close();
  }));
