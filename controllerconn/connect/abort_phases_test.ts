/** A caller, or the send timer, that ends a call in any phase leaves no connection and no timer behind. */
import { assertEquals, assertLess } from "@std/assert";
import net, { type AddressInfo, type Socket } from "node:net";
import tls from "node:tls";
import { newClientWith } from "../client.ts";
import { newAgentMetrics } from "../metrics_counters.ts";
import { CONTROLLER_CERTIFICATE, CONTROLLER_NAME, through } from "../testdata/behind_proxy.ts";
import { clientOptions, network, port } from "../testdata/device.ts";
import { withFullQueue } from "../testdata/full_queue.ts";
import { startNameserver } from "../testdata/nameserver.ts";
import { until } from "../testdata/until.ts";
import type { NetworkPortStatus } from "../device_network_status.ts";
import type { Phase } from "./progress.ts";
import type { AttemptTracer } from "./trace_event.ts";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n";
const TUNNEL = "HTTP/1.1 200 Connection established\r\n\r\n";

/** What the server does with a connection, as far as the phase lets it come. */
type Serving = (socket: Socket) => void;

const onRequest = (answer: string): Serving => (socket) =>
  void socket.once("data", () => socket.write(answer));
const silent: Serving = (socket) => void socket.resume();

interface Row {
  readonly phase: Phase;
  /** After a TLS handshake. */
  readonly secure?: true;
  readonly serve: Serving;
  readonly port?: (number: number) => Partial<NetworkPortStatus>;
  /** The step after which the phase hangs. */
  readonly after: string;
}

const ROWS: readonly Row[] = [
  { phase: "proxy", serve: silent, port: (number) => through("127.0.0.1", number), after: "tunnelling" },
  {
    phase: "proxy",
    serve: silent,
    port: (number) => through("socks5://127.0.0.1", number),
    after: "tunnelling",
  },
  { phase: "handshake", serve: silent, after: "handshaking" },
  {
    phase: "handshake",
    serve: onRequest(TUNNEL),
    port: (number) => through("127.0.0.1", number),
    after: "handshaking",
  },
  { phase: "request", secure: true, serve: silent, after: "requested" },
  { phase: "request", secure: true, serve: onRequest("HTTP/1.1 200 OK\r\nX-Half"), after: "requested" },
  { phase: "body", secure: true, serve: onRequest(`${HEAD}part`), after: "requested" },
];

/** Runs a send to `number` that hangs; ends it by signal and, with a send timer, by itself. */
async function endBoth(
  number: number,
  changes: Partial<NetworkPortStatus>,
  after: string,
  arrived: () => Promise<void>,
): Promise<void> {
  for (const by of ["signal", "timer"] as const) {
    const hanging = Promise.withResolvers<void>();
    const tracer: AttemptTracer = { attempt: () => ({ step }) => void (step === after && hanging.resolve()) };
    const metrics = newAgentMetrics(() => 0);
    const abort = new AbortController();
    const client = newClientWith(
      clientOptions({
        deviceNetworkStatus: () => network(port("eth0", changes)),
        sendTimeoutMs: () => by === "timer" ? 300 : 60_000,
        dialTimeoutMs: () => 0,
        metrics,
      }),
      after === "resolving"
        ? {}
        : { resolve: () => Promise.resolve({ addresses: ["127.0.0.1"], by: "test" }) },
    );
    const url = `https://${CONTROLLER_NAME}:${number}/x`;
    const sending = client.sendOnAllIntf(url, new Uint8Array(9), { signal: abort.signal, tracer });
    await Promise.race([hanging.promise, sending]);
    await arrived();
    const ended = performance.now();
    if (by === "signal") abort.abort();
    const { error } = await sending;
    assertEquals(error?.kind, by === "signal" ? "aborted" : "timeout", error?.message);
    assertLess(performance.now() - ended, 10_000);
    const { FailureCount = 0, SuccessCount = 0 } = metrics.snapshot()["eth0"] ?? {};
    assertEquals([FailureCount, SuccessCount], [by === "signal" ? 0 : 1, 0]);
    client.close();
  }
}

for (const [index, { phase, secure, serve, port: changes = () => ({}), after }] of ROWS.entries()) {
  Deno.test(`ended in phase ${phase} (${index + 1}): the server sees the connection go`, async () => {
    const sockets = new Set<Socket>();
    let connections = 0;
    const onConnection = (socket: Socket) => {
      connections++;
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => sockets.delete(socket));
      serve(socket);
    };
    const { pem: cert, keyPem: key } = CONTROLLER_CERTIFICATE;
    const server = secure ? tls.createServer({ cert, key }, onConnection) : net.createServer(onConnection);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
    const { port: number } = server.address() as AddressInfo;
    try {
      await endBoth(number, changes(number), after, () => until(() => connections > 0, "a connection"));
      await until(() => sockets.size === 0, "no open connection");
      assertEquals(connections, 2, "one for each send, and nothing is tried again");
    } finally {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
}

Deno.test("ended in phase connect: nothing is left", () =>
  withFullQueue((number) => endBoth(number, {}, "connecting", () => Promise.resolve())));

Deno.test("ended in phase resolve: the name server is not asked any more, nothing is left (root needed)", async () => {
  const nameserver = await startNameserver("127.0.53.21", () => []);
  try {
    const { seen } = nameserver;
    await endBoth(
      443,
      { DNSServers: ["127.0.53.21"] },
      "resolving",
      () => until(() => seen.length > 0, "a question"),
    );
  } finally {
    await nameserver.close();
  }
});
