/** The deferred queue over a real client and a real TLS server; only its clock is the test's. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseAuthContainer } from "../auth_container.ts";
import type { SenderStatus } from "../sender_status.ts";
import { answer, breakOff, type Handler, type Seen } from "../testdata/server.ts";
import { type Bench, withClient } from "../testdata/with_client.ts";
import type { ClientOptions, SendResult } from "../types.ts";
import { createDeferredQueue, type DeferredQueue, type DeferredQueueOptions } from "./deferred_queue.ts";
import type { DeferredRequest } from "./deferred_types.ts";
import { TestClock } from "./testdata/test_clock.ts";

const priorities = ["attest", "app info", "hardware info"];

interface Told {
  readonly key: string;
  readonly status: SenderStatus;
  readonly result: SendResult | undefined;
}

interface QueueBench extends Bench {
  readonly queue: DeferredQueue;
  readonly clock: TestClock;
  readonly told: Told[];
  readonly logged: string[];
  readonly end: AbortController;
  /** The payload of the request is the key, unless `text` is given. */
  set(key: string, more?: Partial<DeferredRequest> & { readonly text?: string }): void;
  /** What arrived, in order. */
  arrived(): string[];
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds();) {
    if (performance.now() > end) throw new Error(`waited 20 s in vain for: ${what}`);
    await new Promise<void>((resolve) => setTimeout(resolve, 5));
  }
}
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 60));

const payloadOf = ({ body }: Seen) => new TextDecoder().decode(parseAuthContainer(body).payload);

async function withQueue(
  handler: Handler,
  work: (bench: QueueBench) => Promise<void>,
  options: Partial<DeferredQueueOptions> = {},
  client: Partial<ClientOptions> = {},
): Promise<void> {
  await withClient({ handler }, { sendTimeoutMs: () => 15_000, ...client }, async (bench) => {
    const clock = new TestClock();
    const told: Told[] = [];
    const logged: string[] = [];
    const end = new AbortController();
    const queue = createDeferredQueue({
      client: bench.client,
      now: clock.now,
      sleep: clock.sleep,
      random: () => 0.5,
      signal: end.signal,
      settings: { priorities },
      log: (level, text) => void logged.push(`${level} ${text}`),
      handler: ({ key }, status, result) => void told.push({ key, status, result }),
      ...options,
    });
    const url = `${bench.server.name}/api/v2/edgedevice/id/x/info`;
    const set: QueueBench["set"] = (key, { text, ...more } = {}) =>
      queue.setDeferred({
        key,
        itemType: "info",
        url,
        payload: new TextEncoder().encode(text ?? key),
        bailOnHTTPErr: true,
        ...more,
      });
    const arrived = () => bench.server.seen.map(payloadOf);
    try {
      await work({ ...bench, queue, clock, told, logged, end, set, arrived });
    } finally {
      await queue.close();
      assertEquals(clock.sleepers, 0);
    }
  });
}

/** Answers by payload; 201 where it is not named. */
const byPayload = (codes: Readonly<Record<string, number>>): Handler => (seen, response) =>
  answer(codes[payloadOf(seen)] ?? 201)(seen, response);

const statuses = (told: readonly Told[], key: string) =>
  told.filter((one) => one.key === key).map(({ status }) => status);

Deno.test("sends that are chosen are traced: the steps of each attempt, then its end", async () => {
  const steps: string[] = [];
  const trace = ({ key }: DeferredRequest) =>
    key === "plain" ? undefined : {
      tracer: {
        attempt: ({ ifName }: { readonly ifName: string }) => (step: { readonly step: string }) =>
          void (step.step === "answered" && steps.push(`${key} ${ifName} ${step.step}`)),
      },
      ended: ({ httpStatus }: SendResult) => void steps.push(`${key} ended ${httpStatus}`),
    };
  await withQueue(byPayload({ bad: 400 }), async ({ set, told }) => {
    for (const key of ["plain", "good", "bad"]) set(key);
    await until("all are sent", () => told.length === 3);
    assertEquals(steps, ["good eth0 answered", "good ended 201", "bad eth0 answered", "bad ended 400"]);
  }, { trace });
});

Deno.test("items go out one after the other, the most urgent first, each in its envelope", async () => {
  await withQueue(answer(201), async ({ queue, set, told, arrived }) => {
    set("first");
    set("info");
    set("hw", { itemType: "hardware info" });
    set("app", { itemType: "app info" });
    set("certs", { itemType: "attest" });
    await until("all", () => told.length === 5);
    assertEquals(arrived(), ["first", "certs", "app", "hw", "info"]);
    assertEquals(told.map(({ status, result }) => [status, result?.httpStatus]), Array(5).fill([0, 201]));
    const { items, bytes, sends, delivered, deliveredBytes } = queue.counters();
    assertEquals([items, bytes, sends, delivered, deliveredBytes], [0, 0, 5, 5, 19]);
  });
});

Deno.test("[controllerconn#31][controllerconn#34] 503 is kept, 400 dropped, the others go on; 13 for what is left", async () => {
  await withQueue(byPayload({ a: 503, b: 400 }), async ({ queue, set, told, logged, arrived }) => {
    for (const key of ["a", "b", "c"]) set(key);
    await until("the pass", () => statuses(told, "a").length === 2);
    assertEquals(arrived(), ["a", "b", "c"]);
    assertEquals([statuses(told, "a"), statuses(told, "b"), statuses(told, "c")], [[2, 13], [10], [0]]);
    assertEquals(told.find(({ status }) => status === 13)?.result, undefined);
    assertEquals([queue.counters().items, queue.counters().drops["http-4xx"]], [1, 1]);
    assertEquals(logged.filter((line) => line.startsWith("error")).length, 1);
    assertStringIncludes(logged.join("\n"), "answered 400");
  });
});

Deno.test("[controllerconn#31] a broken connection stops the pass, DiscardOnFailure goes on; later all are delivered", async () => {
  let broken = true;
  const handler: Handler = (seen, response) => (broken ? breakOff : answer(201))(seen, response);
  await withQueue(handler, async ({ queue, clock, set, told, arrived }) => {
    set("lost", { discardOnFailure: true });
    set("a");
    await until("the stop", () => statuses(told, "a").includes(13));
    set("b");
    await until("the second stop", () => statuses(told, "b").includes(13));
    await aWhile();
    assertEquals([statuses(told, "lost"), new Set(statuses(told, "b"))], [[12], new Set([13])]);
    assert(!arrived().includes("b"));
    assertEquals([queue.counters().items, queue.counters().drops["no-answer"]], [2, 1]);
    broken = false;
    clock.advance(90_000);
    await until("both", () => queue.counters().items === 0);
    assertEquals(arrived().slice(-2), ["a", "b"]);
  });
});

Deno.test("[controllerconn#32] over TLS: refused twice, delivered with the third; same bytes wait, new bytes do not", async () => {
  let refuse = 2;
  const handler: Handler = (seen, response) => answer(refuse-- > 0 ? 429 : 201)(seen, response);
  await withQueue(handler, async ({ queue, clock, set, arrived }) => {
    set("a");
    await until("429", () => queue.counters().refusals === 1);
    clock.advance(59_000);
    set("a");
    await aWhile();
    assertEquals(arrived().length, 1);
    clock.advance(1_000);
    await until("429 again", () => queue.counters().refusals === 2);
    clock.advance(60_000);
    await aWhile();
    assertEquals([arrived().length, queue.counters().oldestAgeMs], [2, 120_000]);
    set("a", { text: "new" });
    await until("delivered", () => queue.counters().delivered === 1);
    assertEquals(arrived(), ["a", "a", "new"]);
  });
});

Deno.test("each send has its own time limit: a pass may last longer than one call (weak spot 10)", async () => {
  const handler: Handler = (seen, response) =>
    payloadOf(seen).startsWith("h") ? undefined : answer(201)(seen, response);
  const sendTimeoutMs = () => 300;
  await withQueue(
    handler,
    async ({ queue, set, told }) => {
      for (const key of ["h1", "h2", "h3", "h4", "h5"]) set(key, { discardOnFailure: true });
      set("last");
      await until("the last", () => statuses(told, "last").length > 0);
      assertEquals(statuses(told, "last"), [0]);
      const texts = told.slice(0, 5).map(({ result }) => result?.error?.attempts[0]?.text);
      assertEquals(
        new Set(texts),
        new Set(["no complete answer within 300 ms (before the first byte of the answer)"]),
      );
      assertEquals(queue.counters().drops["no-answer"], 5);
    },
    {},
    { sendTimeoutMs },
  );
});

Deno.test("removed while the server is thinking: the request is broken off, the next item goes out (weak spot 11)", async () => {
  const handler: Handler = (seen, response) =>
    payloadOf(seen) === "slow" ? undefined : answer(201)(seen, response);
  await withQueue(handler, async ({ queue, set, told, server, arrived }) => {
    set("slow");
    set("b");
    await until("slow", () => server.seen.length === 1);
    queue.removeDeferred("slow");
    await until("b", () => statuses(told, "b").length === 1);
    await aWhile();
    assertEquals([arrived(), queue.counters().items, statuses(told, "slow")], [["slow", "b"], 0, []]);
    assertEquals(queue.counters().failures, 0);
  });
});

Deno.test("the signal and close() end what is on its way; nothing is told, nothing goes out after", async () => {
  for (const how of ["signal", "close"] as const) {
    await withQueue(() => undefined, async ({ queue, clock, set, told, server, end }) => {
      set("a");
      await until("a", () => server.seen.length === 1);
      if (how === "signal") end.abort();
      await queue.close();
      set("b");
      queue.kickTimerNow();
      clock.advance(3_600_000);
      await aWhile();
      assertEquals([server.seen.length, told, queue.counters().items], [1, [], 0]);
    });
  }
});

Deno.test("the handler may set and remove, and what it throws harms nobody", async () => {
  let queue: DeferredQueue | undefined;
  let throws = true;
  const handler: DeferredQueueOptions["handler"] = ({ key, url }, status) => {
    if (key !== "a" || status !== 0) return;
    queue?.removeDeferred("b");
    queue?.setDeferred({ key: "c", itemType: "info", url, payload: new Uint8Array([99]) });
    if (throws) throw new Error("no such thing");
  };
  await withQueue(answer(201), async (bench) => {
    queue = bench.queue;
    bench.set("a");
    bench.set("b");
    await until("c", () => bench.arrived().includes("c"));
    await until("the end", () => bench.queue.counters().items === 0);
    assertEquals(bench.arrived(), ["a", "c"]);
    assert(bench.logged.some((line) => line.includes("no such thing")));
    throws = false;
  }, { handler });
});

Deno.test("[controllerconn#35] a kick within the minute delivers what an outage left", async () => {
  let broken = true;
  const handler: Handler = (seen, response) => (broken ? breakOff : answer(201))(seen, response);
  await withQueue(handler, async ({ queue, clock, set, told }) => {
    set("a");
    for (let passes = 1; passes < 6; passes++) {
      await until(
        `pass ${passes}`,
        () => statuses(told, "a").filter((status) => status === 13).length === passes,
      );
      clock.advance(15 * 60_000 + 31_000);
    }
    await until("the last", () => statuses(told, "a").filter((status) => status === 13).length === 6);
    broken = false;
    clock.advance(60_000);
    await aWhile();
    assertEquals(queue.counters().items, 1);
    queue.kickTimerWithinMinute();
    clock.advance(60_000);
    await until("delivered", () => queue.counters().items === 0);
  });
});

Deno.test("after an outage 100 items go out at a pace: 10 at once, then each when the clock has gone on", async () => {
  let broken = true;
  const handler: Handler = (seen, response) => (broken ? breakOff : answer(201))(seen, response);
  await withQueue(handler, async ({ queue, clock, set, server }) => {
    for (let index = 0; index < 100; index++) set(`k${index}`);
    await until("the stops", () => queue.counters().failures === 2);
    await aWhile();
    broken = false;
    clock.advance(90_000);
    await until("the burst", () => queue.counters().delivered === 10);
    await aWhile();
    assertEquals(queue.counters().delivered, 10);
    for (let delivered = 11; delivered <= 100; delivered++) {
      clock.advance(210);
      await until(`${delivered}`, () => queue.counters().delivered >= delivered);
    }
    assertEquals(server.connections() < 10, true);
    assertEquals(queue.counters().items, 0);
  });
});
