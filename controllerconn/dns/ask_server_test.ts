/** One question to one name server on port 53 of a loopback address (root needed). */
import dgram from "node:dgram";
import packet from "dns-packet";
import { assertEquals, assertRejects } from "@std/assert";
import {
  knows,
  type NameserverHandler,
  startNameserver,
  type TestNameserver,
} from "../testdata/nameserver.ts";
import { askServer, type DnsQuestion } from "./ask_server.ts";

const NAME = "controller.example";

async function withServer(
  address: string,
  handler: NameserverHandler,
  work: (
    server: TestNameserver,
    ask: (changes?: Partial<DnsQuestion>) => ReturnType<typeof askServer>,
  ) => Promise<void>,
): Promise<void> {
  const server = await startNameserver(address, handler);
  const { signal } = new AbortController();
  try {
    await work(
      server,
      (changes = {}) =>
        askServer({
          host: NAME,
          family: 4,
          server: address,
          sourceAddr: "127.0.0.1",
          id: 77,
          signal,
          ...changes,
        }),
    );
  } finally {
    await server.close();
  }
}

Deno.test("a name server is asked from the source address, and only about that family", () =>
  withServer("127.0.53.11", knows(NAME, "10.0.0.1", "fd00::1"), async (server, ask) => {
    assertEquals((await ask({ sourceAddr: "127.0.0.9" })).addresses, ["10.0.0.1"]);
    assertEquals(server.seen, [{ name: NAME, type: "A", transport: "udp", from: "127.0.0.9" }]);
    assertEquals((await ask({ host: "other.example" })).code, "NXDOMAIN");
  }));

Deno.test("an answer that was cut is asked for again over TCP, from the same source address", () => {
  const handler: NameserverHandler = ({ transport }) => [
    transport === "udp"
      ? { addresses: ["10.0.0.1"], truncated: true }
      : { addresses: Array.from({ length: 40 }, (_, index) => `10.0.1.${index}`) },
  ];
  return withServer("127.0.53.11", handler, async (server, ask) => {
    const answer = await ask({ sourceAddr: "127.0.0.9" });
    assertEquals([answer.addresses.length, answer.truncated], [40, false]);
    assertEquals(server.seen.map(({ transport, from }) => `${transport} ${from}`), [
      "udp 127.0.0.9",
      "tcp 127.0.0.9",
    ]);
  });
});

Deno.test("where TCP gives nothing of use, the part that came is used; without one it is an error", async () => {
  const cut = (addresses: readonly string[]): NameserverHandler => ({ transport }) => [
    transport === "udp" ? { addresses, truncated: true } : { idOffset: 1, addresses: ["10.9.9.9"] },
  ];
  await withServer("127.0.53.11", cut(["10.0.0.1"]), async (_, ask) => {
    assertEquals((await ask()).addresses, ["10.0.0.1"]);
  });
  await withServer("127.0.53.11", cut([]), async (_, ask) => {
    await assertRejects(() => ask(), Error, "an answer to another question came");
  });
});

Deno.test("answers with another id, about another name, or of no DNS are not taken", () => {
  const bad = { addresses: ["10.6.6.6"] };
  const handler: NameserverHandler = () => [
    { ...bad, idOffset: 1 },
    { ...bad, about: "evil.example" },
    { bytes: new Uint8Array(3) },
    { addresses: ["10.0.0.1"] },
    bad,
  ];
  return withServer("127.0.53.11", handler, async (_, ask) => {
    assertEquals((await ask()).addresses, ["10.0.0.1"]);
  });
});

Deno.test("an answer from another address than the one asked is not taken", async () => {
  await using stack = new AsyncDisposableStack();
  const [asked, other] = await Promise.all(["127.0.53.11", "127.0.53.12"].map(async (address) => {
    const socket = dgram.createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(53, address, () => resolve()));
    stack.defer(() => new Promise((resolve) => socket.close(() => resolve())));
    return socket;
  }));
  const answer = (addresses: readonly string[]) =>
    Uint8Array.from(packet.encode({
      type: "response",
      id: 77,
      questions: [{ type: "A", name: NAME }],
      answers: addresses.map((data) => ({ type: "A", name: NAME, ttl: 1, data }) as const),
    }));
  asked?.on("message", (_, { address, port }) => {
    other?.send(answer(["10.6.6.6"]), port, address, () => {
      asked.send(answer(["10.0.0.1"]), port, address);
    });
  });
  const { signal } = new AbortController();
  const question = {
    host: NAME,
    family: 4,
    server: "127.0.53.11",
    sourceAddr: "127.0.0.9",
    id: 77,
    signal,
  } as const;
  assertEquals((await askServer(question)).addresses, ["10.0.0.1"]);
});

Deno.test("the signal ends the wait at once, before the socket is there and after; nothing is left", () =>
  withServer("127.0.53.11", () => [], async (server, ask) => {
    const reason = new Error("enough");
    await assertRejects(() => ask({ signal: AbortSignal.abort(reason) }), Error, "enough");
    const early = new AbortController();
    const first = ask({ signal: early.signal });
    early.abort(reason);
    await assertRejects(() => first, Error, "enough");
    const late = new AbortController();
    const second = ask({ signal: late.signal });
    while (server.seen.length === 0) await new Promise<void>((resolve) => setTimeout(resolve, 5));
    late.abort(reason);
    await assertRejects(() => second, Error, "enough");
  }));

Deno.test("a question over TCP that hangs ends with the signal", () => {
  const handler: NameserverHandler = ({ transport }) => transport === "udp" ? [{ truncated: true }] : [];
  return withServer("127.0.53.11", handler, async (server, ask) => {
    const abort = new AbortController();
    const asking = ask({ signal: abort.signal });
    while (server.seen.length < 2) await new Promise<void>((resolve) => setTimeout(resolve, 5));
    abort.abort(new Error("enough"));
    await assertRejects(() => asking, Error, "enough");
  });
});

Deno.test("a question that was lost is asked again", () => {
  let count = 0;
  const handler: NameserverHandler = () => ++count < 2 ? [] : [{ addresses: ["10.0.0.1"] }];
  return withServer("127.0.53.11", handler, async (server, ask) => {
    assertEquals((await ask()).addresses, ["10.0.0.1"]);
    assertEquals(server.seen.length, 2);
  });
});

Deno.test("a source address that is not there, and a name that is none, are errors", () =>
  withServer("127.0.53.11", () => [], async (_, ask) => {
    await assertRejects(() => ask({ sourceAddr: "203.0.113.7" }), Error, "EADDRNOTAVAIL");
    await assertRejects(() => ask({ host: `${"a".repeat(64)}.example` }));
  }));
