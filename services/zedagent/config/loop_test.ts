/** The reducer alone: the test plays the controller and the clock. */
import { assert, assertEquals } from "@std/assert";
import { EdgeDevConfig } from "../../../proto/device.ts";
import { configLoop, getUuidPauseMs, initialLoop } from "./loop.ts";
import type { ConfigResult, LoopEffect, LoopEvent, LoopState } from "./loop_types.ts";
import type { FailureKind, Outcome } from "./outcome.ts";

const backUpAfterMs = 600_000;
const config = EdgeDevConfig.decode(new Uint8Array());
const envelope = new Uint8Array([1]);

type FetchedEvent = Extract<LoopEvent, { kind: "fetched" }>;

/** Plays events one after the other. */
class Play {
  state: LoopState = initialLoop(60_000, 0);
  effects: readonly LoopEffect[] = [];
  now = 0;
  hasLoc = false;
  send(event: LoopEvent): this {
    const step = configLoop(this.state, event, this.now, { backUpAfterMs, hasLoc: () => this.hasLoc });
    this.state = step.state;
    this.effects = step.effects;
    return this;
  }
  fetched(outcome: Outcome, more: Partial<FetchedEvent> = {}): this {
    return this.send({
      kind: "fetched",
      outcome,
      updateInprogress: false,
      quoteSent: false,
      tokenIsCurrent: true,
      ...more,
    });
  }
  fails(failure: FailureKind, more: Partial<FetchedEvent> = {}): this {
    return this.fetched({ kind: "failed", failure, reason: "test" }, more);
  }
  locAnswers(outcome: Outcome): this {
    return this.send({ kind: "loc-answered", outcome });
  }
  /** A full config, applied with this result. */
  config(hash: string, result: ConfigResult = "configOK"): this {
    this.fetched({ kind: "config", config, configHash: hash, envelope });
    return this.send({ kind: "applied", result, configHash: hash });
  }
  kinds(): string[] {
    return this.effects.map((effect) => effect.kind);
  }
  find<K extends LoopEffect["kind"]>(kind: K): Extract<LoopEffect, { kind: K }> | undefined {
    return this.effects.find((effect): effect is Extract<LoopEffect, { kind: K }> => effect.kind === kind);
  }
  get status(): number | undefined {
    return this.find("publish-status")?.configGetStatus;
  }
}

const started = () => new Play().send({ kind: "start" });

Deno.test("[zedagent#7][device-api#23] the first request has an empty hash, later ones the accepted one", () => {
  const play = started();
  assertEquals(play.find("fetch")?.configHash, "");
  play.config("abc=");
  assert(play.kinds().includes("save"));
  assertEquals([play.status, play.find("led")?.value], [1, 4]);
  assertEquals(play.send({ kind: "tick" }).find("fetch")?.configHash, "abc=");
});

Deno.test("[zedagent#9] the next tick comes within [0.3 T, T), a new T asks at once", () => {
  const play = started().config("a");
  assertEquals(play.find("schedule"), { kind: "schedule", lowMs: 18_000, highMs: 60_000 });
  play.send({ kind: "interval", intervalMs: 60_000 });
  assertEquals(play.effects, []);
  play.send({ kind: "interval", intervalMs: 10_000 });
  assertEquals(play.kinds(), ["cancel-timer", "fetch"]);
  assertEquals(play.fetched({ kind: "not-modified" }).find("schedule")?.highMs, 10_000);
});

Deno.test("triggers don't pile up: any number while a request runs gives one more", () => {
  const play = started();
  for (const reason of ["attested", "network-recovered", "certificates-arrived"] as const) {
    assertEquals(play.send({ kind: "trigger", reason }).effects, []);
  }
  play.fetched({ kind: "not-modified" });
  assert(play.kinds().includes("fetch"));
  play.fetched({ kind: "not-modified" });
  assert(play.kinds().includes("schedule"));
});

Deno.test("[zedagent#10] 304: status 1, LED 4, nothing saved", () => {
  const play = started().config("a").send({ kind: "tick" }).fetched({ kind: "not-modified" });
  assertEquals([play.status, play.find("led")?.value], [1, 4]);
  assert(!play.kinds().includes("save"));
});

Deno.test("[zedagent#11] 200 with the hash we have: status 1, nothing applied", () => {
  const play = started().config("a").send({ kind: "tick" }).fetched({ kind: "same-hash" });
  assertEquals(play.kinds(), ["publish-status", "schedule"]);
  assertEquals(play.status, 1);
});

Deno.test("[zedagent#14] 403 restarts attestation only after a quote was sent", () => {
  const before = started().fails("forbidden");
  assert(!before.kinds().includes("restart-attestation"));
  const after = started().fails("forbidden", { quoteSent: true });
  assert(after.kinds().includes("restart-attestation"));
  const onTheWay = started().fails("forbidden", { quoteSent: true, tokenIsCurrent: false });
  assert(!onTheWay.kinds().includes("restart-attestation"));
});

Deno.test("[zedagent#15] 503 and a refused connection: 3 while an update is tested, otherwise 2", () => {
  const updating = started().config("a").send({ kind: "tick" }).fails("temporary", {
    updateInprogress: true,
  });
  assertEquals([updating.status, updating.find("led")?.value], [3, 3]);
  assertEquals(started().config("a").send({ kind: "tick" }).fails("temporary").status, 2);
  const unreachable = started().config("a").send({ kind: "tick" }).fails("other", { updateInprogress: true });
  assertEquals([unreachable.status, unreachable.find("led")?.value], [2, 2]);
});

Deno.test("a failure leaves the LED alone unless we had set it to 4", () => {
  assertEquals(started().fails("other").send({ kind: "saved", from: undefined }).find("led"), undefined);
});

Deno.test("the saved config is loaded once, and only before any other", () => {
  const play = started().fails("other");
  assert(play.kinds().includes("load-saved"));
  play.send({ kind: "saved", from: "primary" });
  assertEquals([play.status, play.state.configHash], [4, ""]);
  assert(!play.send({ kind: "tick" }).fails("other").kinds().includes("load-saved"));
  assertEquals(play.status, 2);
});

Deno.test("[zedagent#13] a bad envelope: LED 15; certificates are asked for when one is missing", () => {
  const invalid = (requestCerts: boolean): Outcome => ({
    kind: "invalid",
    led: 15,
    requestCerts,
    reason: "test",
  });
  const missing = started().fetched(invalid(true));
  assertEquals([missing.status, missing.find("led")?.value], [2, 15]);
  assert(missing.kinds().includes("request-certs"));
  assert(!started().fetched(invalid(false)).kinds().includes("request-certs"));
});

Deno.test("an answer that was refused keeps status 2 until there is a config to run", () => {
  const play = started().config("a", "invalidConfig");
  assertEquals(play.status, 2);
  assert(!play.kinds().includes("save"));
  assertEquals(play.send({ kind: "tick" }).find("fetch")?.configHash, "a");
  assertEquals(play.fetched({ kind: "not-modified" }).status, 2);
  assertEquals(play.send({ kind: "tick" }).config("b").status, 1);
});

Deno.test("a config that waits for a reboot counts as received and is saved", () => {
  const play = started().config("a", "skipConfigReboot");
  assertEquals(play.status, 1);
  assert(play.kinds().includes("save"));
});

Deno.test("[device-api#27] 404 asks client for the UUID at most every 10 minutes, the first time after 10", () => {
  const play = started().config("a");
  const at = (now: number) => {
    play.now = now;
    return play.send({ kind: "tick" }).fails("not-found").kinds().includes("get-uuid");
  };
  assertEquals(at(getUuidPauseMs - 1), false);
  assertEquals(at(getUuidPauseMs), true);
  assertEquals(at(2 * getUuidPauseMs - 1), false);
  assertEquals(at(2 * getUuidPauseMs), true);
  assertEquals(play.send({ kind: "not-found" }).effects, []);
  play.now = 3 * getUuidPauseMs;
  assertEquals(play.send({ kind: "not-found" }).kinds(), ["get-uuid"]);
  assertEquals(at(3 * getUuidPauseMs + 1), false);
});

Deno.test("401, and 403 after a quote, ask as 404 does; a device that is not attested yet is no deleted one", () => {
  for (
    const [failure, quoteSent, asks] of [
      ["unauthorized", false, true],
      ["forbidden", true, true],
      ["forbidden", false, false],
      ["other", true, false],
    ] as const
  ) {
    const play = started().config("a");
    play.now = getUuidPauseMs;
    const kinds = play.send({ kind: "tick" }).fails(failure, { quoteSent }).kinds();
    assertEquals(kinds.includes("get-uuid"), asks, `${failure} ${quoteSent}`);
  }
});

Deno.test("leaving maintenance asks for the full config at once, also in the middle of a fetch", () => {
  const play = started().config("a").send({ kind: "trigger", reason: "left-maintenance" });
  assertEquals(play.find("fetch")?.configHash, "");
  play.send({ kind: "trigger", reason: "left-maintenance" }).config("b");
  assertEquals(play.find("fetch")?.configHash, "");
});

Deno.test("what was asked for as another device is dropped", () => {
  const play = started();
  play.send({ kind: "trigger", reason: "new-uuid" });
  play.fetched({ kind: "config", config, configHash: "old", envelope });
  assertEquals(play.find("apply"), undefined);
  assertEquals(play.find("fetch")?.configHash, "");
});

Deno.test("lastconfig becomes the backup only after it has run long enough (W2)", () => {
  const play = started().config("a");
  play.now = backUpAfterMs;
  assert(!play.send({ kind: "tick" }).kinds().includes("back-up"));
  play.fetched({ kind: "not-modified" });
  play.now = backUpAfterMs + 1;
  assert(play.send({ kind: "tick" }).kinds().includes("back-up"));
  play.fetched({ kind: "not-modified" });
  assert(!play.send({ kind: "tick" }).kinds().includes("back-up"));
});

Deno.test("a device that runs from .bak does not overwrite it with the suspect lastconfig (W2)", () => {
  const play = started().fails("other").send({ kind: "saved", from: "backup" });
  play.now = 10 * backUpAfterMs;
  assert(!play.send({ kind: "tick" }).kinds().includes("back-up"));
});

Deno.test("the result that changes asks for a device info, the same does not", () => {
  const play = started().config("a");
  assert(play.kinds().includes("request-device-info"));
  assert(!play.send({ kind: "tick" }).config("b").kinds().includes("request-device-info"));
});

Deno.test("Retry-After: the tick comes no sooner, no trigger does either, and it counts once", () => {
  const play = started().config("a").send({ kind: "tick" });
  play.send({ kind: "trigger", reason: "attested" });
  play.fetched({ kind: "failed", failure: "other", reason: "429", retryAfterMs: 120_000 });
  assertEquals(play.find("schedule"), { kind: "schedule", lowMs: 120_000, highMs: 132_000 });
  assertEquals(play.kinds().includes("fetch"), false);
  play.now = 119_999;
  for (const reason of ["network-recovered", "left-maintenance", "new-uuid"] as const) {
    assertEquals(play.send({ kind: "trigger", reason }).effects, []);
  }
  assertEquals(play.send({ kind: "interval", intervalMs: 10_000 }).effects, []);
  play.now = 125_000;
  assertEquals(play.send({ kind: "tick" }).find("fetch")?.configHash, "", "what the triggers asked for");
  assertEquals(play.fails("other").find("schedule")?.highMs, 10_000);
  play.send({ kind: "tick" }).fetched({
    kind: "failed",
    failure: "other",
    reason: "503",
    retryAfterMs: Infinity,
  });
  assertEquals(play.find("schedule")?.lowMs, 3_600_000);
});

/** A device with a config of the controller and a LOC, in the middle of the next request. */
function withLoc(): Play {
  const play = started().config("in-force");
  play.hasLoc = true;
  return play.send({ kind: "tick" });
}

Deno.test("a LOC is asked with the hash in force when the controller fails; LED and status wait for its answer", () => {
  const play = withLoc().fails("not-found", { updateInprogress: true });
  assertEquals(play.kinds(), ["ask-loc"]);
  assertEquals(play.find("ask-loc")?.configHash, "in-force");
  play.locAnswers({ kind: "not-modified" });
  assertEquals([play.status, play.find("led")?.value, play.state.lastResult], [1, 4, "configOK"]);
  assert(play.effects.some((effect) => effect.kind === "log" && effect.text.includes("the LOC stands in")));
  play.send({ kind: "tick" }).fails("temporary").locAnswers({ kind: "same-hash" });
  assert(!play.kinds().includes("log"), "told once");
  play.send({ kind: "tick" }).fails("temporary", { updateInprogress: true })
    .locAnswers({ kind: "failed", failure: "other", reason: "no route" });
  assertEquals([play.status, play.find("led")?.value, play.state.lastResult], [3, 3, "configReqFailed"]);
  assertEquals(play.kinds().filter((kind) => kind === "log-failed-send").length, 2);
});

Deno.test("a LOC is asked after an obsolete or invalid config, not after one that waits for a reboot", () => {
  for (const result of ["obsoleteConfig", "invalidConfig"] as const) {
    const play = withLoc().config("old", result);
    assertEquals(play.kinds(), ["ask-loc"]);
    assertEquals(play.find("ask-loc")?.configHash, "in-force");
    play.locAnswers({ kind: "config", config, configHash: "from-loc", envelope })
      .send({ kind: "applied", result: "configOK", configHash: "from-loc" });
    assertEquals([play.status, play.state.lastResult], [1, "configOK"]);
    play.send({ kind: "tick" });
    assertEquals(play.find("fetch")?.configHash, "old", "what was refused is not sent again");
    assertEquals(play.fails("other").find("ask-loc")?.configHash, "from-loc");
  }
  assert(!withLoc().config("new", "skipConfigReboot").kinds().includes("ask-loc"));
  const alone = withLoc().config("old", "obsoleteConfig").locAnswers({
    kind: "failed",
    failure: "temporary",
    reason: "503",
  });
  assertEquals([alone.status, alone.find("led")?.value, alone.state.lastResult], [2, 3, "obsoleteConfig"]);
});

Deno.test("an older config of a LOC is obsolete and asked for again at the next tick; one without protected_config: LED 3", () => {
  const play = withLoc().fails("other").locAnswers({ kind: "config", config, configHash: "old", envelope })
    .send({ kind: "applied", result: "obsoleteConfig", configHash: "old" });
  assertEquals([play.status, play.find("led")?.value, play.state.lastResult], [2, 3, "obsoleteConfig"]);
  assertEquals(play.send({ kind: "tick" }).fails("other").find("ask-loc")?.configHash, "in-force");
  play.locAnswers({ kind: "invalid", led: 3, requestCerts: false, reason: "no protected_config" });
  assertEquals([play.status, play.find("led")?.value, play.state.lastResult], [2, 3, "invalidConfig"]);
});

Deno.test("the saved config comes before a LOC; one that is not there leaves the LOC to be asked", () => {
  const play = started();
  play.hasLoc = true;
  assertEquals(play.fails("other").kinds().at(-1), "load-saved");
  assert(!play.send({ kind: "saved", from: "primary" }).kinds().includes("ask-loc"));
  const without = started();
  without.hasLoc = true;
  assert(without.fails("other").send({ kind: "saved", from: undefined }).kinds().includes("ask-loc"));
});

Deno.test("a LOC's answer for another device, or after the end, is dropped", () => {
  const play = withLoc().fails("other").send({ kind: "trigger", reason: "new-uuid" });
  play.locAnswers({ kind: "config", config, configHash: "x", envelope });
  assertEquals([play.find("apply"), play.find("fetch")?.configHash], [undefined, ""]);
  assertEquals(withLoc().fails("other").locAnswers({ kind: "aborted" }).effects, []);
});
