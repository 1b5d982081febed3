/** The bus ends in the middle of whatever it does: nobody is called after that, and nothing is left open (Deno's sanitizers look). */
import { assertEquals } from "@std/assert";
import { namesIn, pause, recorder, until, withBus } from "./testdata/fixture.ts";
import { reading, readingTopic } from "./testdata/reading.ts";
import type { Reading } from "./testdata/reading.ts";

const handlerNames = ["create", "modify", "delete", "sync", "restart"] as const;

for (const persistent of [false, true]) {
  const topic = readingTopic("meter", { persistent });
  for (const last of handlerNames) {
    Deno.test(`${persistent ? "persistent" : "plain"}: the bus ends inside the handler ${last}; no other is called after it`, () =>
      withBus(async ({ bus, another, stop }) => {
        const publication = another().publication(topic);
        for (const key of ["a", "b", "c"]) publication.publish(key, reading(1));
        const { calls, handlers } = recorder<Reading>((value) => value.N);
        let callsAtEnd = -1;
        const end = () => {
          callsAtEnd = calls.length;
          stop();
        };
        const ending = {
          create: (
            key: string,
            value: Reading,
          ) => (handlers.create?.(key, value), last === "create" && end()),
          modify: (key: string, value: Reading, old: Reading) => (
            handlers.modify?.(key, value, old), last === "modify" && end()
          ),
          delete: (key: string, old: Reading) => (handlers.delete?.(key, old), last === "delete" && end()),
          sync: () => (handlers.sync?.(), last === "sync" && end()),
          restart: (count: number) => (handlers.restart?.(count), last === "restart" && end()),
        };
        const subscription = bus.subscription(topic, ending);
        if (last === "create" || last === "sync") publication.signalRestarted();
        subscription.activate();
        if (last !== "create" && last !== "sync") {
          await until("sync", () => calls.includes("sync"));
          publication.publish("a", reading(2));
          publication.publish("b", reading(2));
          if (last !== "modify") { for (const key of ["b", "c"]) publication.unpublish(key); }
          publication.signalRestarted();
        }
        await until("the end", () => callsAtEnd >= 0);
        await pause(20);
        subscription.rescan();
        subscription.close();
        assertEquals(calls.slice(callsAtEnd), []);
      }));
  }

  Deno.test(`${persistent ? "persistent" : "plain"}: the bus ends while publisher, waiting and busy subscribers are at work`, () =>
    withBus(async ({ root, bus, another, stop }) => {
      const publication = bus.publication(topic);
      const { calls, handlers } = recorder<Reading>((value) => value.N);
      another().subscription(topic, handlers).activate();
      another().subscription({ ...topic, name: "Missing" }, handlers).activate();
      for (let n = 0; n < 200; n++) {
        publication.publish(`k${n % 20}`, reading(n));
        if (n % 50 === 49) await pause(0);
      }
      stop();
      const called = calls.length;
      await pause(30);
      assertEquals(calls.length, called);
      const folder = `${root}${persistent ? "/persist/status" : "/run"}/meter/Reading`;
      assertEquals(namesIn(folder).filter((name) => name.startsWith("tmp")), []);
    }));
}
