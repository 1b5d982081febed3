/** Ports, source addresses and HTTP codes. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { newClient } from "./client.ts";
import { senderStatusName } from "./sender_status.ts";
import { addresses, clientOptions, network, port } from "./testdata/device.ts";
import { answer, breakOff, type Handler, startServer } from "./testdata/server.ts";
import { withClient } from "./testdata/with_client.ts";
import type { SendResult } from "./types.ts";

const signal = new AbortController().signal;
const FAILED = { LastFailed: "2025-01-02T00:00:00Z", LastSucceeded: "2025-01-01T00:00:00Z" };

/** Answers by source address; an address that is not listed is hung up on. */
const bySource = (codes: Readonly<Record<string, number>>): Handler => (seen, response) => {
  const code = codes[seen.from];
  return code === undefined ? breakOff(seen, response) : answer(code, `from ${seen.from}`)(seen, response);
};

const outcome = (result: SendResult) => [
  result.error?.kind,
  senderStatusName(result.status).replace("SenderStatus", ""),
  result.httpStatus,
  result.lastHTTPStatusCode,
  result.ifName,
];

const two = () => network(port("eth0", addresses("127.0.0.2")), port("eth1", addresses("127.0.0.3")));
const CODES_TWO = (first: number, second: number) => bySource({ "127.0.0.2": first, "127.0.0.3": second });
const sources = (server: { seen: readonly { from: string }[] }) => server.seen.map((seen) => seen.from);

Deno.test("[controllerconn#6] the port's addresses are the sources, in order; link-local ones never", () => {
  const list = addresses("169.254.1.1", "127.0.0.7", "fe80::1", "127.0.0.8");
  const deviceNetworkStatus = () => network(port("eth0", list));
  return withClient(
    { handler: bySource({ "127.0.0.8": 200 }) },
    { deviceNetworkStatus },
    async ({ server, send }) => {
      const result = await send("ping");
      assertEquals(outcome(result), [undefined, "None", 200, 200, "eth0"]);
      assertEquals(sources(server), ["127.0.0.7", "127.0.0.8"]);
    },
  );
});

Deno.test("[controllerconn#7] any answer ends the address loop of its port", () => {
  const deviceNetworkStatus = () => network(port("eth0", addresses("127.0.0.7", "127.0.0.8")));
  return withClient({ handler: answer(500) }, { deviceNetworkStatus }, async ({ server, send }) => {
    assertEquals(outcome(await send("ping")), ["http-status", "None", 500, 500, "eth0"]);
    assertEquals(sources(server), ["127.0.0.7"]);
  });
});

Deno.test("[controllerconn#8] cheaper ports first, equal ones rotate, failed ones only if there is no other", async () => {
  let ports = network(
    port("dear", { ...addresses("127.0.0.9"), Cost: 5 }),
    port("a", addresses("127.0.0.2")),
    port("b", addresses("127.0.0.3")),
    port("broken", { ...addresses("127.0.0.4"), ...FAILED }),
    port("app", { ...addresses("127.0.0.5"), IsMgmt: false }),
  );
  await withClient(
    { handler: answer(500) },
    { deviceNetworkStatus: () => ports },
    async ({ server, send }) => {
      const order = async (iteration: number) => {
        server.seen.length = 0;
        await send("ping", undefined, { iteration });
        return sources(server).map((from) => from.slice(-1)).join("");
      };
      assertEquals([await order(0), await order(1), await order(2)], ["239", "329", "239"]);
      ports = network(
        port("x", { ...addresses("127.0.0.6"), ...FAILED }),
        port("y", { ...addresses("127.0.0.7"), ...FAILED }),
      );
      assertEquals([await order(0), await order(1)], ["67", "76"]);
    },
  );
});

Deno.test("[controllerconn#9] 503 on the first port, 200 on the second: success", () =>
  withClient({ handler: CODES_TWO(503, 200) }, { deviceNetworkStatus: two }, async ({ send }) => {
    const result = await send("ping");
    assertEquals(outcome(result), [undefined, "None", 200, 200, "eth1"]);
    assertEquals(new TextDecoder().decode(result.contents), "from 127.0.0.3");
  }));

Deno.test("[controllerconn#10] 503 on both: Upgrade, and the code is kept", () =>
  withClient({ handler: CODES_TWO(503, 503) }, { deviceNetworkStatus: two }, async ({ server, send }) => {
    const result = await send("ping");
    assertEquals(outcome(result), ["http-status", "Upgrade", 503, 503, "eth1"]);
    assertEquals([sources(server).length, result.error?.attempts.length], [2, 2]);
    assertEquals(new TextDecoder().decode(result.contents), "from 127.0.0.3");
    assertStringIncludes(
      result.error?.message ?? "",
      "send via eth0 with src IP 127.0.0.2: https://localhost",
    );
  }));

Deno.test("[controllerconn#11] 403 ends the loop always, any 4xx and 5xx with bailOnHTTPErr", () =>
  withClient({ handler: CODES_TWO(403, 200) }, { deviceNetworkStatus: two }, async ({ server, send }) => {
    assertEquals(outcome(await send("ping")), ["http-status", "Forbidden", 403, 403, "eth0"]);
    assertEquals(sources(server), ["127.0.0.2"]);
  }).then(async () => {
    for (
      const [code, status] of [[404, "NotFound"], [500, "None"], [503, "Upgrade"], [409, "None"]] as const
    ) {
      await withClient(
        { handler: CODES_TWO(code, 200) },
        { deviceNetworkStatus: two },
        async ({ server, send }) => {
          assertEquals(outcome(await send("ping", undefined, { bailOnHTTPErr: true })), [
            "http-status",
            status,
            code,
            code,
            "eth0",
          ]);
          assertEquals(sources(server), ["127.0.0.2"]);
          assertEquals(outcome(await send("ping")), [undefined, "None", 200, 200, "eth1"]);
        },
      );
    }
  }));

Deno.test("[controllerconn#12] 404 and 400 are NotFound, 500 is None", async () => {
  for (const [code, status] of [[404, "NotFound"], [400, "NotFound"], [500, "None"]] as const) {
    await withClient({ handler: answer(code) }, {}, async ({ send }) => {
      assertEquals(outcome(await send("ping")), ["http-status", status, code, code, "eth0"]);
    });
  }
});

Deno.test("[controllerconn#13] no management port: an error at once, without attempts", async () => {
  for (const ports of [[], [port("app", { IsMgmt: false })], [port("l2", { IsL3Port: false })]]) {
    const client = newClient(clientOptions({ deviceNetworkStatus: () => network(...ports) }));
    const result = await client.sendOnAllIntf("ctrl.invalid/x", undefined, { signal });
    assertEquals([result.error?.kind, result.error?.attempts.length, result.lastHTTPStatusCode], [
      "no-port",
      0,
      0,
    ]);
    assertEquals(result.error?.message, "cannot connect to https://ctrl.invalid/x: No management interfaces");
  }
});

Deno.test("below version 1 every port counts as management port", () => {
  const deviceNetworkStatus = () => ({ Version: 0, Ports: [port("any", { IsMgmt: false })] });
  return withClient({ handler: answer(200) }, { deviceNetworkStatus }, async ({ send }) => {
    assertEquals(outcome(await send("ping")), [undefined, "None", 200, 200, "any"]);
  });
});

Deno.test("[controllerconn#15] refused connections give Refused; the next port is tried", async () => {
  const gone = await startServer({ handler: answer(200) });
  await gone.close();
  const client = newClient(clientOptions({ deviceNetworkStatus: two }));
  const result = await client.sendOnAllIntf(`https://localhost:${gone.port}/x`, undefined, { signal });
  assertEquals(outcome(result), ["refused", "Refused", 0, 0, ""]);
  assertEquals(result.error?.attempts.map((each) => [each.ifName, each.sourceAddr, each.kind]), [
    ["eth0", "127.0.0.2", "refused"],
    ["eth1", "127.0.0.3", "refused"],
  ]);
  assertStringIncludes(
    result.error?.message ?? "",
    "send via eth1 with src IP 127.0.0.3: connect ECONNREFUSED",
  );
});

Deno.test("an answer outweighs a refusal on the other port", () =>
  withClient({ handler: bySource({ "127.0.0.2": 503 }) }, { deviceNetworkStatus: two }, async ({ send }) => {
    assertEquals(outcome(await send("ping")), ["http-status", "Upgrade", 503, 503, "eth0"]);
  }));

Deno.test("[device-api#35] 202 is a failure, 204 a success; so are 201 and 304", async () => {
  for (
    const [code, kind] of [[202, "http-status"], [204, undefined], [201, undefined], [
      304,
      undefined,
    ]] as const
  ) {
    await withClient({ handler: (_, response) => response.writeHead(code).end() }, {}, async ({ send }) => {
      assertEquals(outcome(await send("info", new Uint8Array(3))), [kind, "None", code, code, "eth0"]);
    });
  }
});

Deno.test("304 after a failure on another port is a success like any other", () =>
  withClient({ handler: CODES_TWO(503, 304) }, { deviceNetworkStatus: two }, async ({ send }) => {
    assertEquals(outcome(await send("config", new Uint8Array(3))), [undefined, "None", 304, 304, "eth1"]);
  }));

Deno.test("redirects are refused as their own kind, and not followed", () =>
  withClient({ handler: answer(307, "", { Location: "/elsewhere" }) }, {}, async ({ server, send }) => {
    const result = await send("config", new Uint8Array(3));
    assertEquals(outcome(result), ["redirect", "None", 307, 307, "eth0"]);
    assertStringIncludes(result.error?.message ?? "", "answered 307 to /elsewhere, redirects are refused");
    assertEquals(server.seen.length, 1);
  }));

Deno.test("accept4xxErrors: 4xx is no error, 5xx is", async () => {
  for (const [code, kind] of [[404, undefined], [403, undefined], [500, "http-status"]] as const) {
    await withClient({ handler: answer(code, "why") }, {}, async ({ send }) => {
      const result = await send("ping", undefined, { accept4xxErrors: true });
      assertEquals([result.error?.kind, result.httpStatus], [kind, code]);
      assertEquals(new TextDecoder().decode(result.contents), "why");
    });
  }
});

Deno.test("[controllerconn#30] a dry run sends nothing and records nothing", () =>
  withClient({ handler: answer(200) }, {}, async ({ server, client }) => {
    const options = clientOptions({
      deviceNetworkStatus: () => network(port("eth0"), port("eth1", { DNSServers: [] })),
    });
    const dry = newClient(options);
    const request = { signal, dryRun: true };
    const good = await dry.sendOnIntf(`${server.name}/x`, "eth0", undefined, request);
    assertEquals([good.error, good.httpStatus, good.lastHTTPStatusCode], [undefined, 0, 0]);
    const bad = await dry.sendOnIntf(`${server.name}/x`, "eth1", undefined, request);
    assertEquals(bad.error?.kind, "no-dns");
    assertEquals((await dry.sendOnAllIntf(`${server.name}/x`, undefined, request)).error, undefined);
    assertEquals([server.connections(), options.metrics?.snapshot()], [0, {}]);
    client.close();
  }));

Deno.test("local checks have their texts", async () => {
  const ports = network(
    port("eth0", addresses("169.254.0.1")),
    port("eth1", { DNSServers: null }),
    port("eth2", { AddrInfoList: null }),
  );
  const client = newClient(clientOptions({ deviceNetworkStatus: () => ports }));
  const fault = async (ifName: string) => {
    const { error } = await client.sendOnIntf("ctrl.invalid/x", ifName, undefined, { signal });
    return [error?.kind, error?.attempts[0]?.text, error?.attempts[0]?.sourceAddr];
  };
  assertEquals(await fault("eth0"), [
    "no-address",
    "interface eth0: no suitable IP address available",
    undefined,
  ]);
  assertEquals(await fault("eth1"), ["no-dns", "interface eth1: no DNS server available", undefined]);
  assertEquals(await fault("eth2"), [
    "no-address",
    "interface eth2: no suitable IP address available",
    undefined,
  ]);
  assertEquals(await fault(""), ["no-port", "missing interface name", undefined]);
  assertEquals(await fault("eth9"), ["no-port", "missing port status for interface eth9", undefined]);
  const { error } = await client.sendOnAllIntf("ctrl.invalid/x", undefined, { signal });
  assertStringIncludes(
    error?.message ?? "",
    "failed: interface eth0: no suitable IP address available; interface eth1",
  );
});

Deno.test("a proxy for another scheme, of another type, or for a target on the device is no proxy", () => {
  const Proxies = [{ type: 0, server: "proxy.example", port: 1 }, {
    type: 2,
    server: "socks.example",
    port: 1,
  }];
  const deviceNetworkStatus = () => network(port("eth0", { Proxies, Pacfile: "AAAA" }));
  return withClient({ handler: answer(200) }, { deviceNetworkStatus }, async ({ send }) => {
    assertEquals((await send("ping")).error, undefined);
  });
});

Deno.test("a source address that is not on the device is kind no-address, and the next one is tried", () => {
  const deviceNetworkStatus = () => network(port("eth0", addresses("203.0.113.7", "127.0.0.1")));
  return withClient({ handler: answer(503) }, { deviceNetworkStatus }, async ({ send, server }) => {
    assertEquals(outcome(await send("ping")), ["http-status", "None", 503, 503, "eth0"].with(1, "Upgrade"));
    const gone = newClient(
      clientOptions({ deviceNetworkStatus: () => network(port("eth0", addresses("203.0.113.7"))) }),
    );
    const result = await gone.sendOnAllIntf(`${server.name}/x`, undefined, { signal });
    assertEquals(outcome(result), ["no-address", "None", 0, 0, ""]);
    assertStringIncludes(result.error?.message ?? "", "source address can't be used");
  });
});

Deno.test("IPv6: source ::1 reaches a literal and a name; the other family is no attempt", async () => {
  const deviceNetworkStatus = () => network(port("eth0", addresses("::1", "127.0.0.1")));
  const resolve = () => Promise.resolve({ addresses: ["127.0.0.1", "::1"], by: "test" });
  await withClient(
    { handler: answer(200), host: "::1" },
    { deviceNetworkStatus },
    async ({ server, client }) => {
      for (const url of [`[::1]:${server.port}/x`, `localhost:${server.port}/x`]) {
        const result = await client.sendOnAllIntf(url, undefined, { signal });
        assertEquals([result.error, server.seen.at(-1)?.from], [undefined, "::1"]);
        assertEquals(server.seen.at(-1)?.headers.host, url.slice(0, -2));
      }
    },
    { resolve },
  );
  await withClient({ handler: answer(200) }, { deviceNetworkStatus }, async ({ server, client }) => {
    const result = await client.sendOnAllIntf(`127.0.0.1:${server.port}/x`, undefined, { signal });
    assertEquals([result.error, server.seen.at(-1)?.from], [undefined, "127.0.0.1"]);
    const six = newClient(
      clientOptions({ deviceNetworkStatus: () => network(port("eth0", addresses("::1"))) }),
    );
    const { error } = await six.sendOnAllIntf(`127.0.0.1:${server.port}/x`, undefined, { signal });
    assertStringIncludes(error?.message ?? "", "no suitable address found: 127.0.0.1 has no IPv6 address");
    six.close();
  });
});

Deno.test("a name that does not resolve is kind resolve", async () => {
  const client = newClient(
    clientOptions({ dialTimeoutMs: () => 15_000, sendTimeoutMs: () => 20_000 }),
  );
  const result = await client.sendOnAllIntf("nosuch.invalid/x", undefined, { signal });
  assertEquals(outcome(result), ["resolve", "None", 0, 0, ""]);
  assertStringIncludes(result.error?.message ?? "", "nosuch.invalid");
});

Deno.test("several destinations are tried in turn", () => {
  const resolve = () => Promise.resolve({ addresses: ["127.0.0.90", "127.0.0.91", "127.0.0.1"], by: "test" });
  return withClient({ handler: answer(200) }, {}, async ({ send, server }) => {
    assertEquals((await send("ping")).error, undefined);
    assertEquals((await send("ping")).error, undefined);
    assertEquals(server.connections(), 1);
  }, { resolve });
});

Deno.test("sendOnIntf uses exactly the port asked for, and has the status of the code, too", () => {
  const deviceNetworkStatus = () =>
    network(
      port("eth0"),
      port("app0", { ...addresses("127.0.0.4", "127.0.0.5"), IsMgmt: false, Cost: 9, ...FAILED }),
    );
  return withClient(
    { handler: bySource({ "127.0.0.5": 404 }) },
    { deviceNetworkStatus },
    async ({ server, client }) => {
      const result = await client.sendOnIntf(`${server.name}/x`, "app0", undefined, { signal });
      assertEquals(outcome(result), ["http-status", "NotFound", 404, 404, "app0"]);
      assertEquals(sources(server), ["127.0.0.4", "127.0.0.5"]);
    },
  );
});
