/** Through SOCKS5 proxies. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { type SocksOptions, startSocks, type TestSocks } from "../testdata/socks.ts";
import { CONTROLLER_NAME, type ProxyBench, through, withProxyBench } from "../testdata/behind_proxy.ts";
import { addresses } from "../testdata/device.ts";

const BODY = new Uint8Array(2000).fill(7);
const signal = new AbortController().signal;

type Setting = Partial<SocksOptions> & { readonly plain?: true; readonly user?: string };

async function withSocks(
  { plain, user = "", ...options }: Setting,
  work: (bench: ProxyBench, socks: TestSocks) => Promise<void>,
): Promise<void> {
  await withProxyBench(
    { ...(plain ? { plain } : {}) },
    async (bench) => {
      const upstream = { host: "127.0.0.1", port: bench.server.port };
      const socks = bench.use(await startSocks({ upstream, ...options }));
      const host = options.host === undefined ? "127.0.0.1" : `[${options.host}]`;
      bench.configure({
        ...through(`socks5://${user}${host}:${socks.port}`),
        ...addresses(options.host ?? "127.0.0.1"),
      });
      await work(bench, socks);
    },
  );
}

for (const plain of [undefined, true] as const) {
  Deno.test(`${plain ? "http" : "https"} through SOCKS5: the name goes to the proxy, the connection is kept`, () =>
    withSocks(plain ? { plain } : {}, async (bench, socks) => {
      for (let count = 0; count < 2; count++) {
        assertEquals((await bench.send(BODY)).error?.message, undefined);
      }
      assertEquals(bench.server.seen.map(({ url, body }) => [url, body.length]), [["/x", 2000], [
        "/x",
        2000,
      ]]);
      assertEquals(socks.seen, [{
        methods: [0],
        addressType: 3,
        address: CONTROLLER_NAME,
        port: plain ? 80 : 443,
      }]);
      assertEquals(bench.resolved, []);
    }));
}

Deno.test("credentials of SOCKS5: offered if there are some, and only to the proxy", () =>
  withSocks({ credentials: "us er:p:w", user: "us%20er:p%3Aw@" }, async (bench, socks) => {
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals(socks.seen.map(({ methods, credentials }) => [methods, credentials]), [[
      [0, 2],
      "us er:p:w",
    ]]);
    assertEquals(
      Object.keys(bench.server.seen[0]?.headers ?? {}).filter((name) => name.includes("auth")),
      [],
    );
  }));

Deno.test("a proxy that takes no credentials is fine for who has some", () =>
  withSocks({ user: "user:pw@" }, async (bench, socks) => {
    assertEquals((await bench.send(BODY)).error?.message, undefined);
    assertEquals(socks.seen[0]?.credentials, undefined);
  }));

Deno.test("wrong credentials, and none where some are asked for: kind proxy-auth", async () => {
  for (
    const [user, text] of [["user:wrong@", "does not take our user and password"], [
      "",
      "none of our ways to authenticate",
    ]] as const
  ) {
    await withSocks({ credentials: "user:right", user }, async (bench) => {
      const { error } = await bench.send(BODY);
      assertEquals([error?.kind, error?.layer], ["proxy-auth", "proxy"]);
      assertStringIncludes(error?.message ?? "", text);
      assertEquals([error?.message.includes("wrong"), bench.server.connections()], [false, 0]);
    });
  }
});

Deno.test("literal targets go as addresses: IPv4 and IPv6; the proxy itself may have IPv6", () =>
  withSocks({ plain: true, host: "::1" }, async (bench, socks) => {
    for (const host of ["192.0.2.1", "[2001:db8::1]", "[2001:db8:0:1:2:3:4:5]", "[::ffff:192.0.2.1]"]) {
      const result = await bench.client.sendOnAllIntf(`http://${host}:8080/x`, undefined, { signal });
      assertEquals(result.error?.message, undefined);
    }
    assertEquals(socks.seen.map(({ addressType, address, port }) => [addressType, address, port]), [
      [1, "192.0.2.1", 8080],
      [4, "32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1", 8080],
      [4, "32.1.13.184.0.0.0.1.0.2.0.3.0.4.0.5", 8080],
      [4, "0.0.0.0.0.0.0.0.0.0.255.255.192.0.2.1", 8080],
    ]);
  }));

Deno.test("a bound address that is a name is read to its end", () =>
  withSocks({ boundName: true }, async (bench) => {
    assertEquals((await bench.send(BODY)).error?.message, undefined);
  }));

Deno.test("refusals of SOCKS5 are told in words", async () => {
  for (
    const [reply, text] of [[2, "not allowed by its rules"], [5, "connection refused"], [
      99,
      "reply 99",
    ]] as const
  ) {
    await withSocks({ reply }, async (bench) => {
      const { error } = await bench.send(BODY);
      assertEquals([error?.kind, error?.layer], ["proxy-refused", "proxy"]);
      assertStringIncludes(error?.message ?? "", `did not connect to ${CONTROLLER_NAME}:443: ${text}`);
    });
  }
});

Deno.test("what is no SOCKS5, what closes, and what says nothing", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const rows = [
    [bytes("HTTP/1.1 400 Bad\r\n\r\n"), "proxy-refused", "does not speak SOCKS5"],
    [bytes(""), "reset", "the connection ended before the greeting"],
    [Uint8Array.of(5), "reset", "after 1 bytes"],
  ] as const;
  for (const [greeting, kind, text] of rows) {
    await withSocks({ greeting }, async (bench) => {
      const { error } = await bench.send(BODY);
      assertEquals([error?.kind, error?.layer], [kind, "proxy"], error?.message);
      assertStringIncludes(error?.message ?? "", text);
    });
  }
});

Deno.test("a name that is too long for SOCKS5 is refused: its length would be that of another one", () =>
  withSocks({ plain: true }, async (bench, socks) => {
    const host = `${"a".repeat(60)}.`.repeat(5) + "example";
    const { error } = await bench.client.sendOnAllIntf(`http://${host}/x`, undefined, { signal });
    assertEquals([error?.kind, error?.layer, socks.seen], ["resolve", "proxy", []], error?.message);
    assertStringIncludes(error?.message ?? "", "names of up to 255 bytes, this one has 312");
  }));
