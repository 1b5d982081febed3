/** The addresses of a name as one port sees them; name servers on port 53 of loopback addresses (root needed). */
import {
  assertEquals,
  assertGreaterOrEqual,
  assertLess,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import {
  knows,
  type NameserverHandler,
  startNameserver,
  type TestNameserver,
} from "../testdata/nameserver.ts";
import { portResolver, type Resolved, type ResolveSetting, type SystemResolver } from "./port_resolver.ts";

const NAME = "controller.example";
const [FIRST, SECOND] = ["127.0.53.1", "127.0.53.2"] as const;
const silent: NameserverHandler = () => [];
const unknown: NameserverHandler = () => [{ code: "NXDOMAIN" }];
const noSystem: SystemResolver = (host) => Promise.reject(new Error(`the system knows no ${host}`));

interface Bench {
  readonly servers: readonly TestNameserver[];
  resolve(host?: string, changes?: Partial<ResolveSetting>): Promise<Resolved>;
}

async function withServers(
  handlers: readonly NameserverHandler[],
  work: (bench: Bench) => Promise<void>,
  { hosts = "", system = noSystem } = {},
): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const servers: TestNameserver[] = [];
  for (const [index, handler] of handlers.entries()) {
    const server = await startNameserver([FIRST, SECOND][index] ?? "", handler);
    stack.defer(() => server.close());
    servers.push(server);
  }
  const resolver = portResolver(() => hosts, () => 0.5, system);
  const { signal } = new AbortController();
  const setting = { sourceAddr: "127.0.0.1", servers: servers.map(({ address }) => address), signal };
  await work({ servers, resolve: (host = NAME, changes = {}) => resolver(host, { ...setting, ...changes }) });
}

async function timed<T>(work: Promise<T>): Promise<readonly [T, number]> {
  const started = performance.now();
  return [await work, performance.now() - started];
}

Deno.test("the port's first server answers, from the port's address; nobody else is asked", () =>
  withServers([knows(NAME, "10.0.0.1"), knows(NAME, "10.0.0.2")], async ({ servers, resolve }) => {
    assertEquals(await resolve(NAME, { sourceAddr: "127.0.0.7" }), { addresses: ["10.0.0.1"], by: FIRST });
    assertEquals(servers.map(({ seen }) => seen.map(({ from }) => from)), [["127.0.0.7"], []]);
  }));

Deno.test("a server that is silent is not waited for alone: the second is asked after 1.5 s", () =>
  withServers([silent, knows(NAME, "10.0.0.2")], async ({ servers, resolve }) => {
    const [found, milliseconds] = await timed(resolve());
    assertEquals(found, { addresses: ["10.0.0.2"], by: SECOND });
    assertGreaterOrEqual(milliseconds, 1490);
    assertEquals(servers[1]?.seen.length, 1);
  }));

Deno.test("a slow first server is still listened to while the second is asked", () => {
  let asked = 0;
  const slow: NameserverHandler = () => ++asked < 3 ? [] : [{ addresses: ["10.0.0.1"] }];
  return withServers([slow, silent], async ({ resolve }) => {
    // The question is repeated each second, so this is the answer to the one at 2 s.
    assertEquals(await resolve(), { addresses: ["10.0.0.1"], by: FIRST });
  });
});

Deno.test("one server alone that takes longer than the pause is waited for, though the system knows nothing", () => {
  let asked = 0;
  const slow: NameserverHandler = () => ++asked < 3 ? [] : [{ addresses: ["10.0.0.1"] }];
  return withServers([slow], async ({ resolve }) => {
    assertEquals(await resolve(), { addresses: ["10.0.0.1"], by: FIRST });
  });
});

for (
  const [name, handler] of Object.entries(
    { NXDOMAIN: unknown, SERVFAIL: () => [{ code: "SERVFAIL" }], "no address": () => [{}] } as Record<
      string,
      NameserverHandler
    >,
  )
) {
  Deno.test(`${name} at the first server: the second is asked at once`, () =>
    withServers([handler, knows(NAME, "10.0.0.2")], async ({ resolve }) => {
      const times: number[] = [];
      for (let count = 0; count < 3; count++) {
        const [found, milliseconds] = await timed(resolve());
        assertEquals(found, { addresses: ["10.0.0.2"], by: SECOND });
        times.push(milliseconds);
      }
      assertLess(Math.min(...times), 1400, "without the pause for a silent one");
    }));
}

Deno.test("the system's resolver is the last resort; what it says is the error", async () => {
  const asked: string[] = [];
  const system: SystemResolver = (host) => {
    asked.push(host);
    return Promise.resolve(["10.0.0.9"]);
  };
  await withServers([unknown], async ({ servers, resolve }) => {
    assertEquals(await resolve(), { addresses: ["10.0.0.9"], by: "system" });
    assertEquals([servers[0]?.seen.length, asked], [1, [NAME]]);
    assertEquals((await resolve(NAME, { servers: [] })).by, "system");
  }, { system });
  await withServers([unknown], async ({ resolve }) => {
    await assertRejects(() => resolve(), Error, `the system knows no ${NAME}`);
  });
  const [, milliseconds] = await timed(withServers([silent], async ({ resolve }) => {
    await assertRejects(() => resolve(), Error, `the system knows no ${NAME}`);
  }));
  assertLess(milliseconds, 15_000, "a silent server does not make it last");
  const nothing = portResolver(() => "", () => 0, () => Promise.resolve([]));
  const { signal } = new AbortController();
  const error = await assertRejects(
    () => nothing(NAME, { sourceAddr: "127.0.0.1", servers: [], signal }),
    Error,
  );
  assertStringIncludes(error.message, "system knows no address");
});

Deno.test("no negative caching, and no caching: the next question gets the next answer", () => {
  let addresses: readonly string[] = [];
  const handler: NameserverHandler = () => addresses.length === 0 ? [{ code: "NXDOMAIN" }] : [{ addresses }];
  return withServers([handler], async ({ resolve }) => {
    await assertRejects(() => resolve());
    for (const next of ["10.0.0.1", "10.0.0.2"]) {
      addresses = [next];
      assertEquals((await resolve()).addresses, [next]);
    }
  });
});

Deno.test("the hosts file comes first, and is read anew", async () => {
  let hosts = "";
  const resolver = portResolver(() => hosts, () => 0, noSystem);
  const { signal } = new AbortController();
  const setting = { sourceAddr: "127.0.0.1", servers: [], signal };
  await assertRejects(() => resolver(NAME, setting));
  hosts = `10.0.0.3 ${NAME}`;
  assertEquals(await resolver(NAME, setting), { addresses: ["10.0.0.3"], by: "hosts" });
});

Deno.test("localhost and names below it are the loopback addresses, whatever the hosts file says", async () => {
  const resolver = portResolver(() => "10.6.6.6 localhost", () => 0, noSystem);
  const { signal } = new AbortController();
  for (const host of ["localhost", "LOCALHOST.", "a.localhost"]) {
    const { addresses } = await resolver(host, { sourceAddr: "::1", servers: [FIRST], signal });
    assertEquals(addresses, ["127.0.0.1", "::1"]);
  }
  await assertRejects(() => resolver("notlocalhost", { sourceAddr: "::1", servers: [], signal }));
});

Deno.test("an IPv6 source asks for AAAA, of IPv6 servers in any spelling; servers of the other family are left out", async () => {
  const six = await startNameserver("::1", knows(NAME, "10.0.0.1", "fd00::1"));
  await withServers([knows(NAME, "10.0.0.1")], async ({ servers, resolve }) => {
    const found = await resolve(NAME, { sourceAddr: "::1", servers: [FIRST, "0:0:0:0:0:0:0:1", "garbage"] });
    assertEquals([found.addresses, servers[0]?.seen.length, six.seen.map(({ type }) => type)], [
      ["fd00::1"],
      0,
      ["AAAA"],
    ]);
  });
  await six.close();
});

Deno.test("the signal ends the search at once and leaves nothing behind", () =>
  withServers([silent, silent], async ({ servers, resolve }) => {
    const reason = new Error("enough");
    await assertRejects(() => resolve(NAME, { signal: AbortSignal.abort(reason) }), Error, "enough");
    const abort = new AbortController();
    const search = resolve(NAME, { signal: abort.signal });
    while (servers[0]?.seen.length === 0) await new Promise<void>((go) => setTimeout(go, 5));
    const [, milliseconds] = await timed((abort.abort(reason), assertRejects(() => search, Error, "enough")));
    assertLess(milliseconds, 1000);
    assertEquals(servers[1]?.seen.length, 0);
  }));

Deno.test("the signal also ends the wait for the system, which itself can't be stopped", async () => {
  const { promise, reject } = Promise.withResolvers<readonly string[]>();
  const resolver = portResolver(() => "", () => 0, () => promise);
  const abort = new AbortController();
  const search = resolver(NAME, { sourceAddr: "127.0.0.1", servers: [], signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => search, Error, "enough");
  reject(new Error("too late, and nobody is troubled by it"));
});
