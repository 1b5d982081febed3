/** Doubled requests, doubled answers, answers in another order: no request ever gets the answer to another one. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import type { ServerResponse } from "node:http";
import https from "node:https";
import { makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import { parseAuthContainer } from "../../controllerconn/mod.ts";
import { type Certificate } from "../../controllerconn/testdata/certificates.ts";
import { ROOT } from "../../controllerconn/testdata/device.ts";
import { answer, type Handler, type Seen } from "../../controllerconn/testdata/server.ts";
import { until } from "../site/until.ts";
import { type FaultBench, openFaultBench } from "./fault_bench.ts";
import { ORDER_RULES, type OrderRule } from "./order_rules.ts";

const text = (value: string) => new TextEncoder().encode(value);
const [FIRST, SECOND] = [text("first"), text("second")];

/** A bench whose controller answers each request with what it carried. */
async function openEcho(): Promise<{ bench: FaultBench; signing: Certificate; echo: Handler }> {
  const bench = await openFaultBench("TLSv1.3");
  const { signing, stored } = makeController(ROOT);
  bench.store.primary = bench.store.backup = stored;
  const echo: Handler = (request, response) =>
    answer(200, sealed(parseAuthContainer(request.body).payload ?? text(""), signing))(request, response);
  bench.answerWith(echo);
  return { bench, signing, echo };
}

/** A whole answer as bytes. */
function asBytes(body: Uint8Array, status = "200 OK"): Uint8Array {
  const head =
    `HTTP/1.1 ${status}\r\nContent-Type: application/x-proto-binary\r\nContent-Length: ${body.length}`;
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body]);
}

/** Sends a request again as it came, and waits for its answer. */
function replay(port: number, seen: Seen): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = https.request({
      host: "127.0.0.1",
      port,
      method: seen.method,
      path: seen.url,
      headers: seen.headers,
      ca: ROOT.pem,
      agent: false,
    }, (response) => response.resume().on("end", () => resolve()));
    request.on("error", reject);
    request.end(seen.body);
  });
}

function fail(why: string): never {
  throw new Error(why);
}

/** What is delivered, or the kind of the error. */
async function sent(bench: FaultBench, body: Uint8Array): Promise<string> {
  const { kind, payload } = await bench.send(body);
  return payload === undefined ? kind : new TextDecoder().decode(payload);
}

async function duplicateRequest(): Promise<void> {
  const { bench, echo } = await openEcho();
  await using _ = bench;
  bench.answerWith((request, response) => {
    bench.answerWith(echo);
    replay(bench.server.port, request).then(() => echo(request, response));
  });
  assertEquals(await sent(bench, FIRST), "first");
  const [one, two] = bench.server.seen;
  assertEquals(bench.server.seen.length, 2);
  assertEquals([one?.body, one?.headers["x-request-id"]], [two?.body, two?.headers["x-request-id"]]);
  assertEquals(await sent(bench, SECOND), "second");
}

async function anotherOrder(): Promise<void> {
  const { bench, echo } = await openEcho();
  await using _ = bench;
  const held: (() => void)[] = [];
  bench.answerWith((request, response) => held.push(() => echo(request, response)));
  const order: string[] = [];
  const follow = async (body: Uint8Array) => {
    const got = await sent(bench, body);
    order.push(got);
    return got;
  };
  const first = follow(FIRST);
  await until("the first is under way", () => held.length === 1);
  const second = follow(SECOND);
  await until("so is the second", () => held.length === 2);
  held[1]?.();
  assertEquals(await second, "second");
  held[0]?.();
  assertEquals([await first, order], ["first", ["second", "first"]]);
}

async function lateAnswer(): Promise<void> {
  const { bench, echo } = await openEcho();
  await using _ = bench;
  assertEquals(await sent(bench, SECOND), "second");
  const late: (() => void)[] = [];
  bench.answerWith((request, response) => late.push(() => echo(request, response)));
  bench.sendTimeoutMs = 200;
  assertEquals(await sent(bench, FIRST), "timeout");
  bench.sendTimeoutMs = 20_000;
  const afterwards: (() => void)[] = [];
  bench.answerWith((request, response) => afterwards.push(() => echo(request, response)));
  const next = sent(bench, SECOND);
  await until("the next is under way", () => afterwards.length === 1);
  for (const say of [...late, ...afterwards]) say();
  assertEquals(await next, "second");
}

async function twoTogether(): Promise<void> {
  const { bench, signing, echo } = await openEcho();
  await using _ = bench;
  const pair = Buffer.concat([asBytes(sealed(FIRST, signing)), asBytes(sealed(text("stray"), signing))]);
  bench.answerWith((_request, response) => void response.socket?.write(pair), true);
  assertEquals(await sent(bench, FIRST), "first");
  await until("the connection is gone", () => bench.server.open() === 0);
  bench.answerWith(echo);
  assertEquals(await sent(bench, SECOND), "second");
}

/** Answers, and gives the connection, idle by then. */
async function idleConnection(bench: FaultBench, echo: Handler) {
  let kept: ServerResponse["socket"] = null;
  bench.answerWith((request, response) => {
    kept = response.socket;
    echo(request, response);
  }, true);
  assertEquals(await sent(bench, FIRST), "first");
  bench.answerWith(echo);
  return kept as ServerResponse["socket"];
}

async function answerToNone(): Promise<void> {
  const { bench, signing, echo } = await openEcho();
  await using _ = bench;
  const kept = await idleConnection(bench, echo);
  const stray = asBytes(sealed(text("stray"), signing));
  const carried = bench.proxy.toDevice;
  kept?.write(stray);
  await until("it has passed the proxy", () => bench.proxy.toDevice >= carried + stray.length);
  // A whole request of somebody else: many turns of the event loop, one of which gives the device what has arrived.
  await replay(bench.server.port, bench.server.seen[0] ?? fail("nothing was seen"));
  assertEquals(await sent(bench, SECOND), "second");
}

async function farewell(): Promise<void> {
  const { bench, echo } = await openEcho();
  await using _ = bench;
  const kept = await idleConnection(bench, echo);
  kept?.end(asBytes(new Uint8Array(0), "408 Request Timeout"));
  await until("the connection is gone", () => bench.server.open() === 0);
  const before = bench.proxy.accepted.length;
  const { kind, result } = await bench.send(SECOND);
  assertEquals([kind, result.ifName, bench.proxy.accepted.length], ["none", "eth0", before + 1]);
}

const plays: Readonly<Record<OrderRule, () => Promise<void>>> = {
  "duplicate request": duplicateRequest,
  "answers in another order": anotherOrder,
  "late answer": lateAnswer,
  "two answers together": twoTogether,
  "an answer to no request": answerToNone,
  "farewell 408": farewell,
};

for (const [name, play] of Object.entries(plays)) {
  assert(name in ORDER_RULES);
  Deno.test(`fault: ${name}`, play);
}
