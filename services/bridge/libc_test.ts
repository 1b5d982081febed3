/** The doorway to libc against the kernel. */
import { assert, assertEquals } from "@std/assert";
import { errno, type Libc, openLibc, ready } from "./libc.ts";

/** A connection over a socket at a path of its own. */
async function withConnection(
  body: (libc: Libc, server: number, client: number) => Promise<void> | void,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "bridge" });
  const libc = openLibc();
  const [listener, client] = [libc.socket(), libc.socket()];
  try {
    assertEquals(libc.bind(listener, `${folder}/s.sock`), 0);
    assertEquals(libc.listen(listener, 8), 0);
    assertEquals(libc.connect(client, `${folder}/s.sock`), 0);
    const server = libc.accept(listener);
    assert(server > 0);
    await body(libc, server, client);
    libc.close(server);
  } finally {
    libc.close(client);
    libc.close(listener);
    libc.unload();
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("[pubsub#1] one send is one packet, whole and in order, and its true size is known", () =>
  withConnection((libc, server, client) => {
    const buffer = new Uint8Array(16);
    assertEquals(libc.receive(client, buffer), -errno.EAGAIN);
    for (const size of [3, 5, 65_534]) {
      assertEquals(libc.send(server, new Uint8Array(size).fill(size & 255)), size);
    }
    assertEquals(libc.receive(client, buffer), 3);
    assertEquals([...buffer.subarray(0, 4)], [3, 3, 3, 0]);
    assertEquals(libc.receive(client, buffer), 5);
    assertEquals(libc.receive(client, buffer), 65_534);
    assertEquals(libc.receive(client, buffer), -errno.EAGAIN);
    libc.close(server);
    assertEquals(libc.receive(client, buffer), 0);
  }));

Deno.test("a full socket says EAGAIN, takes nothing of the packet, and is ready again when it has been read", () =>
  withConnection(async (libc, server, client) => {
    const packet = new Uint8Array(60_000);
    let sent = 0;
    while (libc.send(server, packet) === packet.length) sent++;
    assertEquals(libc.send(server, packet), -errno.EAGAIN);
    const epoll = libc.epoll();
    assertEquals(libc.watch(epoll, server, ready.IN | ready.OUT, 2 ** 40 + 7), 0);
    const waiting = libc.waitForEvents(epoll);
    const buffer = new Uint8Array(65_536);
    for (let n = 0; n < sent; n++) assertEquals(libc.receive(client, buffer), packet.length);
    assertEquals(libc.receive(client, buffer), -errno.EAGAIN);
    assertEquals(await waiting, [{ token: 2 ** 40 + 7, events: ready.OUT }]);
    assertEquals(libc.rewatch(epoll, server, ready.IN, 8), 0);
    libc.close(client);
    const [event] = await libc.waitForEvents(epoll);
    assert(event?.token === 8 && (event.events & ready.HUP) !== 0);
    assert(libc.send(server, packet) < 0, "an error and no SIGPIPE");
    assertEquals(libc.unwatch(epoll, server), 0);
    libc.close(epoll);
  }));

Deno.test("several descriptors in one answer, each with its own token", () =>
  withConnection(async (libc, server, client) => {
    const epoll = libc.epoll();
    const wake = libc.eventfd();
    libc.watch(epoll, wake, ready.IN, 1);
    libc.watch(epoll, client, ready.IN, 2);
    libc.watch(epoll, server, ready.OUT, 3);
    libc.wake(wake);
    libc.send(server, Uint8Array.of(1));
    const events = await libc.waitForEvents(epoll);
    assertEquals(
      events.toSorted((a, b) => a.token - b.token),
      [{ token: 1, events: ready.IN }, { token: 2, events: ready.IN }, { token: 3, events: ready.OUT }],
    );
    libc.close(wake);
    libc.close(epoll);
  }));

Deno.test("connecting: nothing there, a stale socket, a path that does not fit", () => {
  const folder = Deno.makeTempDirSync({ prefix: "bridge" });
  const libc = openLibc();
  const [listener, client] = [libc.socket(), libc.socket()];
  assertEquals(libc.connect(client, `${folder}/none.sock`), -errno.ENOENT);
  assertEquals(libc.bind(listener, `${folder}/s.sock`), 0);
  libc.close(listener);
  assertEquals(libc.connect(client, `${folder}/s.sock`), -errno.ECONNREFUSED);
  assertEquals(libc.bind(client, `${folder}/s.sock`), -errno.EADDRINUSE);
  assertEquals(libc.bind(client, `/${"x".repeat(107)}`), -errno.ENAMETOOLONG);
  const longest = `${folder}/`.padEnd(107, "y");
  assertEquals(libc.bind(client, longest), 0);
  assert(Deno.lstatSync(longest).isSocket);
  libc.close(client);
  libc.unload();
  Deno.removeSync(folder, { recursive: true });
});

Deno.test("a pidfd becomes readable when its process ends; a dead pid is ESRCH", async () => {
  const libc = openLibc();
  const epoll = libc.epoll();
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  const pidfd = libc.pidfd(child.pid);
  assert(pidfd > 0);
  libc.watch(epoll, pidfd, ready.IN, 5);
  const waiting = libc.waitForEvents(epoll);
  child.kill("SIGKILL");
  const [event] = await waiting;
  assert(event?.token === 5 && (event.events & ready.IN) !== 0);
  await child.status;
  assertEquals(libc.pidfd(child.pid), -errno.ESRCH);
  libc.close(pidfd);
  libc.close(epoll);
  libc.unload();
});

Deno.test("the limit of descriptors is never lowered and never above the hard one", () => {
  const libc = openLibc();
  const now = libc.raiseDescriptorLimit(0);
  assert(now >= 256, `${now}`);
  assertEquals(libc.raiseDescriptorLimit(now - 1), now);
  assert(libc.raiseDescriptorLimit(now + 1) >= now);
  libc.unload();
});
