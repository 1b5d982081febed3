/** Kept connections against nginx and its limits: reused, and never the cause of a request that fails (decisions.md 10). */
import { assert, assertEquals } from "@std/assert";
import { type Client, newClient } from "../../controllerconn/mod.ts";
import { CLIENT_AUTH, makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { clientOptions, identityOf, SERVER } from "../../controllerconn/testdata/device.ts";
import { until } from "../site/until.ts";
import { type Nginx, startNginx } from "./nginx.ts";

const signal = new AbortController().signal;
/** A server that asks makes each connection one with the device's certificate. */
const ASKING = ["ssl_verify_client optional_no_ca;"];

const DEVICE = makeCertificate({ name: "EVE", extendedKeyUsage: [CLIENT_AUTH] });

interface Bench {
  readonly nginx: Nginx;
  /** @returns subject of the client certificate, as nginx saw it */
  send(body?: Uint8Array): Promise<string>;
  /** Number of the connection of each request; waits until the log has `count`. */
  connections(count: number): Promise<number[]>;
}

async function withNginx(lines: readonly string[], work: (bench: Bench) => Promise<void>): Promise<void> {
  await using nginx = await startNginx({ certificate: SERVER, lines: [...ASKING, ...lines] });
  const client: Client = newClient(
    clientOptions({ device: identityOf(DEVICE), sendTimeoutMs: () => 20_000, dialTimeoutMs: () => 10_000 }),
  );
  try {
    await work({
      nginx,
      async send(body) {
        const result = await client.sendOnAllIntf(`localhost:${nginx.port}/api/v2/edgedevice/x`, body, {
          signal,
        });
        assertEquals(result.error, undefined);
        return new TextDecoder().decode(result.contents);
      },
      connections: async (count) => (await nginx.log(count)).map(({ connection }) => connection),
    });
  } finally {
    client.close();
  }
}

const distinct = (numbers: readonly number[]) => new Set(numbers).size;

Deno.test("one connection carries all requests, with the device's certificate", async () => {
  await withNginx([], async ({ send, connections, nginx }) => {
    for (let count = 0; count < 20; count++) {
      assertEquals(await send(count % 2 === 0 ? undefined : new Uint8Array(50_000)), "CN=EVE");
    }
    const used = await connections(20);
    assertEquals([used.length, distinct(used)], [20, 1]);
    assert((await nginx.log(20)).every(({ subject }) => subject === "CN=EVE"));
  });
});

Deno.test("keepalive_requests 3: a new connection for every fourth request, none fails, none arrives twice", async () => {
  await withNginx(["keepalive_requests 3;"], async ({ send, connections }) => {
    for (let count = 0; count < 20; count++) await send(new Uint8Array(2000));
    const used = await connections(20);
    assertEquals(used.length, 20);
    const perConnection = Map.groupBy(used, (connection) => connection);
    assertEquals([...perConnection.values()].map(({ length }) => length), [3, 3, 3, 3, 3, 3, 2]);
  });
});

Deno.test("keepalive_timeout 1s: what nginx has closed meanwhile costs no request", async () => {
  await withNginx(["keepalive_timeout 1s;"], async ({ send, connections }) => {
    for (let round = 1; round <= 3; round++) {
      await send(new Uint8Array(2000));
      await send();
      // Just around the moment of the close, where request and close may cross.
      await new Promise<void>((resolve) => setTimeout(resolve, 960 + round * 20));
    }
    await new Promise<void>((resolve) => setTimeout(resolve, 1500));
    await send();
    const used = await connections(7);
    assertEquals(used.length, 7);
    assert(distinct(used) >= 2, "nginx has closed at least one");
  });
});

Deno.test("keepalive off: each request has its own connection", async () => {
  await withNginx(["keepalive_timeout 0;"], async ({ send, connections }) => {
    for (let count = 0; count < 5; count++) await send(new Uint8Array(10));
    const used = await connections(5);
    assertEquals([used.length, distinct(used)], [5, 5]);
  });
});

Deno.test("nginx -s reload in the middle of traffic loses no request, and the new workers are used", async () => {
  await withNginx([], async ({ nginx, send }) => {
    let going = true;
    let sent = 0;
    const traffic = Promise.all([0, 1, 2].map(async () => {
      while (going) {
        assertEquals(await send(new Uint8Array(2000)), "CN=EVE");
        sent++;
      }
    }));
    const reloads = async () => {
      for (let count = 0; count < 3; count++) {
        const before = sent;
        await until("traffic", () => sent > before + 20);
        await nginx.reload([...ASKING, "keepalive_requests 100;"]);
      }
    };
    try {
      await Promise.race([traffic, reloads()]);
    } finally {
      going = false;
    }
    await traffic;
    const log = await nginx.log(sent);
    assertEquals(log.filter(({ status }) => status !== 200), []);
    const used = distinct(log.map(({ connection }) => connection));
    assert(used < sent / 5, `${used} connections for ${sent} requests`);
  });
});
