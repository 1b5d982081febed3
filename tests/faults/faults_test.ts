/** Every row of the table: on a new connection, on a kept one, striking for good, striking once. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import { parseAuthContainer, senderStatusName } from "../../controllerconn/mod.ts";
import { assertLayer } from "./assert_layer.ts";
import { type FaultBench, noise, openFaultBench, type Outcome, PAYLOAD, PORTS } from "./fault_bench.ts";
import { FAULT_RULES, type FaultRule } from "./rules.ts";

const BODY = noise(100_000, 2);
/** Two ports in turn, each to its end: short where every try runs into it, long enough where one has to succeed. */
const SHORT_MS = 1000;
const ROOMY_MS = 3000;

/** On new connections only TLS 1.2 shows the proxy where application data begins. */
function versionFor(rule: FaultRule): "TLSv1.2" | "TLSv1.3" {
  return typeof rule.wire === "object" && rule.wire.phase === "application" ? "TLSv1.2" : "TLSv1.3";
}

/** Ports whose attempts the error lists, in order. */
const portsOf = (outcome: Outcome) => outcome.attempts.map((attempt) => attempt.ifName);

function assertSays(text: string, rule: FaultRule): void {
  const { says } = rule;
  assert(
    says.length === 0 ? text === "" : says.some((words) => text.includes(words)),
    `${text}\nexpected one of: ${says.join(", ")}`,
  );
}

function assertReported(rule: FaultRule, outcome: Outcome): void {
  const { kind, status, text, result } = outcome;
  assertEquals([kind, senderStatusName(status), result.httpStatus, result.lastHTTPStatusCode], [
    rule.kind,
    rule.status,
    rule.httpStatus,
    rule.httpStatus,
  ], text);
  assertSays(text, rule);
  for (const attempt of outcome.attempts) {
    assertEquals(attempt.kind, rule.kind);
    assertSays(attempt.text, rule);
    assertLayer(attempt, rule.layer);
  }
  if (rule.header !== undefined) {
    const [name, value] = rule.header;
    assertEquals(result.headers[name], value);
  }
}

/** Wherever a request got through whole, it is the caller's message, and each one has its own id. */
function assertWhole(bench: FaultBench, body: Uint8Array): void {
  for (const seen of bench.server.seen) assertEquals(parseAuthContainer(seen.body).payload, body);
  const ids = bench.server.seen.map((seen) => seen.headers["x-request-id"]);
  assertEquals(new Set(ids).size, ids.length);
}

/** The fault is over: the same message is delivered at the first try, over the first port. */
async function assertRecovered(bench: FaultBench, rule: FaultRule): Promise<void> {
  await bench.heal();
  bench.sendTimeoutMs = 20_000;
  const before = bench.server.seen.length;
  const { kind, payload, result } = await bench.send(BODY);
  assertEquals([kind, result.httpStatus, result.ifName], ["none", 200, "eth0"], rule.name);
  assertEquals(payload, PAYLOAD);
  assertEquals(bench.server.seen.length, before + 1);
  assertWhole(bench, BODY);
  assertEquals(bench.store.saves, 0, "the stored certificates are as they were");
  assert(bench.client.controllerCerts() !== undefined);
}

/** Counts what a send does at the proxy and at the controller. */
function counted(bench: FaultBench) {
  const accepted = bench.proxy.accepted.length;
  const seen = bench.server.seen.length;
  return () => ({
    connections: Object.values(PORTS).map((address) =>
      bench.proxy.accepted.slice(accepted).filter((from) => from === address).length
    ),
    seen: bench.server.seen.length - seen,
  });
}

/** `[failures, answers]` of each port that was used. */
function countsOf(bench: FaultBench): (readonly [string, number, number])[] {
  return Object.entries(bench.metrics.snapshot()).filter(([name]) => name !== "")
    .map(([name, port]) => [name, port.FailureCount, port.SuccessCount] as const);
}

/** Sends while the fault is there for good. */
async function playStaying(rule: FaultRule, kept: boolean): Promise<void> {
  await using bench = await openFaultBench(versionFor(rule));
  if (kept) assertEquals((await bench.send(BODY)).kind, "none");
  await bench.spoil(rule);
  if (rule.timesOut === true) bench.sendTimeoutMs = SHORT_MS;
  const after = counted(bench);
  const outcome = await bench.send(BODY);
  const { connections, seen } = after();
  assertReported(rule, outcome);
  const ports = rule.nextPort ? ["eth0", "eth1"] : ["eth0"];
  if (outcome.result.error !== undefined) assertEquals(portsOf(outcome), ports);
  const again = kept && rule.freshConnection ? 1 : 0;
  const look = rule.kind.startsWith("cert-") && rule.kind !== "cert-wrong-name" ? 1 : 0;
  if (rule.wire !== "refuse") {
    const first = (kept ? 0 : 1) + again + look;
    assertEquals(connections, [first, rule.nextPort ? 1 + look : 0], "new connections of each port");
  }
  if (typeof rule.wire === "object") assertEquals(bench.proxy.strokes, ports.length + again);
  assertEquals(seen, rule.taken ? ports.length + again : 0, "requests that the controller got");
  if (rule.timesOut === true) {
    assertGreaterOrEqual(outcome.milliseconds, 2 * SHORT_MS - 10);
    assertLess(outcome.milliseconds, 15_000);
  }
  if (!kept) {
    const answered = rule.httpStatus === 0 ? 0 : 1;
    assertEquals(countsOf(bench), ports.map((name) => [name, 1 - answered, answered]));
  }
  await assertRecovered(bench, rule);
}

/** A fault that strikes once, on a kept connection: it is delivered all the same wherever the table speaks of another try. */
async function playOnce(rule: FaultRule): Promise<void> {
  await using bench = await openFaultBench("TLSv1.3");
  assertEquals((await bench.send(BODY)).kind, "none");
  await bench.spoil(rule, true);
  if (rule.timesOut === true) bench.sendTimeoutMs = ROOMY_MS;
  const after = counted(bench);
  const outcome = await bench.send(BODY);
  const tries = rule.freshConnection || rule.nextPort ? 2 : 1;
  if (tries === 1) assertReported(rule, outcome);
  else {
    const { kind, result, payload } = outcome;
    assertEquals([kind, result.httpStatus, result.ifName], [
      "none",
      200,
      rule.freshConnection ? "eth0" : "eth1",
    ], outcome.text);
    assertEquals(payload, PAYLOAD);
  }
  assertEquals(after().seen, rule.taken ? tries : 1, "requests that the controller got");
  await assertRecovered(bench, rule);
}

/** With `bailOnHTTPErr` no other port is tried after a 4xx or 5xx. */
async function playBail(rule: FaultRule): Promise<void> {
  await using bench = await openFaultBench("TLSv1.3");
  await bench.spoil(rule);
  const outcome = await bench.send(BODY, { bailOnHTTPErr: true });
  assertReported(rule, outcome);
  assertEquals([portsOf(outcome), bench.server.seen.length], [["eth0"], 1]);
}

Deno.test("the names of the rows are unique", () => {
  assertEquals(new Set(FAULT_RULES.map(({ name }) => name)).size, FAULT_RULES.length);
});

interface Play {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** All that makes sense for a row. */
function playsOf(rule: FaultRule): readonly Play[] {
  const cold = { name: "on a new connection", run: () => playStaying(rule, false) };
  if (rule.coldOnly === true) return [cold];
  return [
    cold,
    { name: "on a kept connection", run: () => playStaying(rule, true) },
    { name: "once, on a kept connection", run: () => playOnce(rule) },
    ...(rule.httpStatus >= 400 ? [{ name: "bailOnHTTPErr", run: () => playBail(rule) }] : []),
  ];
}

for (const rule of FAULT_RULES) {
  Deno.test(`fault: ${rule.name}`, async (test) => {
    const plays = playsOf(rule);
    if (rule.timesOut === true) {
      const names = plays.map(({ name }) => name).join("; ");
      // Side by side: they do nothing but wait.
      return void await test.step(names, async () => void await Promise.all(plays.map(({ run }) => run())));
    }
    for (const { name, run } of plays) await test.step(name, run);
  });
}
