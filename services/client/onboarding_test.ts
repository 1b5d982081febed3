/** The reducer alone: no sockets, no files; time and the controller are played by the test. */
import { assert, assertEquals } from "@std/assert";
import type { FailureReason } from "./failure_reason.ts";
import { onboard } from "./onboarding.ts";
import type {
  CertsResult,
  Ending,
  Identity,
  OnboardingEvent,
  Operations,
  RequestKind,
  UuidResult,
} from "./onboarding_events.ts";
import { initialState, type OnboardingState } from "./onboarding_state.ts";
import { registerOutcome, uuidOutcome } from "./outcome.ts";

const uuid = "7d9c2f7e-5a0b-4c55-9a9e-0f1f2d3c4b5a";
const previous: Identity = { uuid, hardwareModel: "QEMU.Standard PC" };
const both: Operations = { selfRegister: true, getUuid: true, retries: 0 };
const certsAccepted: CertsResult = { kind: "accepted", changed: true };
const accepted: UuidResult = { kind: "accepted", answer: { uuid } };
const refusedUuid = (status: number): UuidResult => ({ kind: "failed", outcome: uuidOutcome(status) });

interface PlayOptions {
  readonly operations?: Partial<Operations>;
  readonly previous?: Identity;
  readonly checkpoint?: boolean;
  readonly server?: string;
  /** Time that each answer takes, milliseconds; `Infinity` for never. */
  readonly answerMs?: number;
  readonly certs?: (count: number) => CertsResult;
  readonly register?: (count: number) => number;
  readonly uuid?: (count: number) => UuidResult;
}

/** Plays device and controller against the reducer, one event after the other. */
class Play {
  now = 0;
  state: OnboardingState;
  readonly requests: { at: number; kind: RequestKind; server: string; iteration: number }[] = [];
  readonly leds: number[] = [];
  readonly told: FailureReason[] = [];
  reason: FailureReason | undefined;
  ending: Ending | undefined;
  #due: { at: number; name: string; event: OnboardingEvent }[] = [];

  constructor(private readonly options: PlayOptions = {}) {
    const operations = { ...both, ...options.operations };
    this.state = initialState(operations, options.server ?? "controller:443", options.previous);
    this.event({ kind: "started" });
  }

  event(event: OnboardingEvent): void {
    const { state, effects } = onboard(this.state, event, this.now);
    this.state = state;
    for (const effect of effects) {
      switch (effect.kind) {
        case "setTimer":
          this.#due = this.#due.filter(({ name }) => name !== effect.timer);
          this.#due.push({
            at: this.now + Math.round((effect.lowMs + effect.highMs) / 2),
            name: effect.timer,
            event: { kind: "timer", timer: effect.timer, checkpoint: this.options.checkpoint ?? true },
          });
          break;
        case "cancelRequest":
          this.#due = this.#due.filter(({ name }) => name !== "answer");
          break;
        case "setLed":
          this.leds.push(effect.blinkCounter);
          break;
        case "tell":
          this.told.push(effect.reason);
          break;
        case "finish":
          this.ending = effect.ending;
          this.reason = effect.reason;
          this.#due = [];
          break;
        default:
          this.requests.push({
            at: this.now,
            kind: effect.kind,
            server: effect.server,
            iteration: effect.iteration,
          });
          this.#due.push({
            at: this.now + (this.options.answerMs ?? 10),
            name: "answer",
            event: this.#answer(effect.kind, effect.id),
          });
      }
    }
  }

  network(usableAddresses = 1, state = 3): void {
    this.event({ kind: "network", usableAddresses, state });
  }

  runTo(end: number): void {
    for (;;) {
      const next = this.#due.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#due.splice(this.#due.indexOf(next), 1);
      this.now = next.at;
      this.event(next.event);
    }
    this.now = end;
  }

  kinds(): string {
    return this.requests.map(({ kind }) => kind).join(" ");
  }

  #answer(kind: RequestKind, id: number): OnboardingEvent {
    const count = this.requests.filter((request) => request.kind === kind).length;
    switch (kind) {
      case "fetchCerts":
        return {
          kind: "certs",
          id,
          result: this.options.certs?.(count) ?? certsAccepted,
        };
      case "register":
        return { kind: "registered", id, outcome: registerOutcome(this.options.register?.(count) ?? 201) };
      case "getUuid":
        return { kind: "uuid", id, result: this.options.uuid?.(count) ?? accepted };
    }
  }
}

Deno.test("a fresh device asks for certificates, registers, asks for its UUID", () => {
  const play = new Play();
  play.network();
  play.runTo(500);
  assertEquals(play.kinds(), "fetchCerts register getUuid");
  assertEquals([play.ending, play.leds], ["onboarded", [3, 4]]);
});

Deno.test("register 409, 304, 403, 400, 401, 422, 500, 503 and no answer all go on to uuid", () => {
  for (const status of [409, 304, 403, 400, 401, 422, 500, 503, 0]) {
    const play = new Play({ register: () => status });
    play.network();
    play.runTo(500);
    assertEquals([play.kinds(), play.ending], ["fetchCerts register getUuid", "onboarded"], `${status}`);
    assertEquals(play.leds.at(-1), 4);
  }
});

Deno.test("a registration that worked is not sent again, one uuid request a pass", () => {
  const play = new Play({ uuid: (count) => count < 4 ? refusedUuid(401) : accepted });
  play.network();
  play.runTo(20_000);
  assertEquals(play.kinds(), "fetchCerts register getUuid getUuid getUuid getUuid");
  assertEquals(play.ending, "onboarded");
});

Deno.test("register refused, uuid refused: both again each pass, the LED tells why registration failed", () => {
  const play = new Play({ register: () => 403, uuid: () => refusedUuid(404) });
  play.network();
  play.runTo(2_000);
  assertEquals(play.kinds(), "fetchCerts register getUuid register getUuid");
  assertEquals(new Set(play.leds), new Set([18]));
});

Deno.test("selfRegister alone ends with the registration, the LED does not say onboarded", () => {
  const play = new Play({ operations: { getUuid: false }, register: (count) => count === 1 ? 503 : 201 });
  play.network();
  play.runTo(5_000);
  assertEquals([play.kinds(), play.ending], ["fetchCerts register register", "registered"]);
  assert(!play.leds.includes(4));
});

Deno.test("without an operation only certificates are fetched, and the run does not end", () => {
  const play = new Play({ operations: { selfRegister: false, getUuid: false } });
  play.network();
  play.runTo(100_000);
  assertEquals([play.kinds(), play.ending], ["fetchCerts", undefined]);
});

Deno.test("passes at 0, 1, 3, 7, 15, 31 s; the delays double up to 600 s", () => {
  const play = new Play({
    operations: { selfRegister: false },
    uuid: () => refusedUuid(401),
    checkpoint: false,
  });
  play.network();
  play.runTo(3_000_000);
  const passes = play.requests.filter(({ kind }) => kind === "getUuid").map(({ at }) =>
    Math.floor(at / 1000)
  );
  assertEquals(passes.slice(0, 13), [0, 1, 3, 7, 15, 31, 63, 127, 255, 511, 1023, 1623, 2223]);
});

Deno.test("the gate: no request without an address or in states 0, 1, 4, 5, 6, 8, 9", () => {
  for (let state = 0; state <= 9; state++) {
    const play = new Play();
    play.network(1, state);
    play.runTo(4_000);
    assertEquals(play.requests.length > 0, [2, 3, 7].includes(state), `state ${state}`);
  }
  const play = new Play();
  play.network(0, 3);
  play.runTo(4_000);
  assertEquals(play.requests, []);
});

Deno.test("a message that opens the gate starts a pass at once and the back-off anew", () => {
  const play = new Play({ uuid: () => refusedUuid(401) });
  play.runTo(100_000);
  play.network();
  assertEquals(play.requests.map(({ at }) => at), [100_000]);
  play.runTo(102_000);
  assertEquals(play.requests.filter(({ kind }) => kind === "getUuid").length, 2);
});

Deno.test("a burst of messages gets a pass at once and one when it has settled", () => {
  const play = new Play({
    operations: { selfRegister: false },
    uuid: () => refusedUuid(401),
    checkpoint: false,
  });
  play.network();
  play.runTo(20_000);
  const before = play.requests.length;
  for (let message = 0; message < 50; message++) {
    play.network(message + 1);
    play.runTo(20_000 + 10 * message);
  }
  play.runTo(25_000);
  assertEquals(play.requests.length - before, 2);
});

Deno.test("a message during a request leads to a pass afterwards; a tick does not", () => {
  const play = new Play({
    operations: { selfRegister: false },
    uuid: () => refusedUuid(401),
    answerMs: 2_500,
  });
  play.network();
  play.runTo(4_900);
  play.network(2);
  assertEquals(play.kinds(), "fetchCerts getUuid");
  play.runTo(5_000);
  assertEquals(play.kinds(), "fetchCerts getUuid getUuid");
});

Deno.test("-r 2: three passes, then the end; a success in the last pass wins", () => {
  for (const lastWorks of [false, true]) {
    const play = new Play({
      operations: { retries: 2 },
      register: () => 403,
      uuid: (count) => lastWorks && count === 3 ? accepted : refusedUuid(401),
    });
    play.network();
    play.runTo(100_000);
    assertEquals(play.requests.filter(({ kind }) => kind === "getUuid").length, 3);
    assertEquals(play.ending, lastWorks ? "onboarded" : "retries-exceeded");
  }
});

Deno.test("the reason of a failure is told once, ends the run by name, and another one is told anew", () => {
  const reasons: [Partial<PlayOptions>, FailureReason | undefined, readonly number[]][] = [
    [{ register: () => 403, uuid: () => refusedUuid(401) }, "unknown-device", [18]],
    [{ register: () => 409, uuid: () => refusedUuid(401) }, "conflict", [17]],
    [{ register: () => 401, uuid: () => refusedUuid(401) }, undefined, [10]],
    [{ register: () => 503, uuid: () => refusedUuid(404) }, undefined, [3]],
    [{ register: () => 201, uuid: () => refusedUuid(404) }, "unknown-device", [3, 18]],
    [{ register: () => 201, uuid: () => refusedUuid(503) }, undefined, [3]],
    [{ certs: () => ({ kind: "failed", reason: "bad-root" }) }, "bad-root", [14]],
    [{ certs: () => ({ kind: "failed", reason: "untimely-clock" }) }, "untimely-clock", [10]],
    [{ certs: () => ({ kind: "failed" }) }, undefined, [14]],
  ];
  for (const [options, reason, leds] of reasons) {
    const play = new Play({ ...options, operations: { retries: 3 } });
    play.network();
    play.runTo(100_000);
    const named = reason === undefined ? [] : [reason];
    assertEquals([play.ending, play.reason, play.told], ["retries-exceeded", reason, named], `${leds}`);
    assertEquals([...new Set(play.leds)], leds, reason);
  }
  const cured = new Play({
    certs: (count) => count < 4 ? { kind: "failed", reason: "bad-root" } : certsAccepted,
  });
  cured.network();
  cured.runTo(100_000);
  assertEquals([cured.ending, cured.reason, cured.told, cured.leds.at(-1)], ["onboarded", undefined, [
    "bad-root",
  ], 4]);
  const other = new Play({ register: (count) => count < 3 ? 403 : 409, uuid: () => refusedUuid(401) });
  other.network();
  other.runTo(20_000);
  assertEquals(other.told, ["unknown-device", "conflict"]);
});

Deno.test("-r also bounds passes that fail at the certificates, not the waiting for a network", () => {
  const play = new Play({ operations: { retries: 2 }, certs: () => ({ kind: "failed" }) });
  play.runTo(50_000);
  assertEquals(play.ending, undefined);
  play.network();
  play.runTo(100_000);
  assertEquals([play.kinds(), play.ending], ["fetchCerts fetchCerts fetchCerts", "retries-exceeded"]);
  assertEquals(play.requests.map(({ iteration }) => iteration), [0, 1, 2]);
  assertEquals(new Set(play.leds), new Set([14]));
});

Deno.test("an answer by an unknown signer: certificates after 1 s at the latest, and a pass at once if they are new", () => {
  const play = new Play({
    operations: { selfRegister: false },
    certs: (count) => ({ kind: "accepted", changed: count !== 2 }),
    uuid: (count) => count < 4 ? { kind: "cert-miss" } : accepted,
  });
  play.network();
  play.runTo(4_200);
  // The tick at 1 s comes before the refetch at 1.02 s; the one at 2.02 s finds new certificates.
  assertEquals(play.kinds(), "fetchCerts getUuid fetchCerts getUuid fetchCerts getUuid fetchCerts getUuid");
  assertEquals(play.requests.map(({ at }) => Math.floor(at / 1000)), [0, 0, 1, 1, 2, 2, 3, 3]);
  assertEquals(play.ending, "onboarded");
  assert(play.leds.includes(15));
});

Deno.test("a controller that keeps signing with an unknown key is not asked more often than others", () => {
  const play = new Play({
    operations: { selfRegister: false },
    certs: () => ({ kind: "accepted", changed: false }),
    uuid: () => ({ kind: "cert-miss" }),
    checkpoint: false,
  });
  play.network();
  play.runTo(60_000);
  const count = (kind: RequestKind) => play.requests.filter((request) => request.kind === kind).length;
  assertEquals([count("getUuid"), count("fetchCerts")], [6, 7]);
});

Deno.test("another server: the request under way is given up, everything starts over", () => {
  const play = new Play({ answerMs: 3_000, uuid: () => refusedUuid(401) });
  play.network();
  play.runTo(7_000);
  assertEquals(play.kinds(), "fetchCerts register getUuid");
  play.event({ kind: "server", server: "" });
  play.event({ kind: "server", server: "controller:443" });
  assertEquals(play.kinds(), "fetchCerts register getUuid");
  play.event({ kind: "server", server: "other" });
  assertEquals(play.requests.at(-1), { at: 7_000, kind: "fetchCerts", server: "other", iteration: 0 });
  play.runTo(10_500);
  assertEquals(play.kinds(), "fetchCerts register getUuid fetchCerts register");
});

Deno.test("no server: no request; a name that appears opens the gate", () => {
  const play = new Play({ server: "" });
  play.network();
  play.runTo(3_000);
  assertEquals(play.requests, []);
  play.event({ kind: "server", server: "controller" });
  play.runTo(3_500);
  assertEquals(play.ending, "onboarded");
});

Deno.test("the start without a controller: known UUID, a checkpoint, no Success at 5 s", () => {
  const cases: [Partial<PlayOptions>, number | undefined, Ending | undefined][] = [
    [{ previous, checkpoint: true }, undefined, "cached"],
    [{ previous, checkpoint: true }, 4, "cached"],
    [{ previous, checkpoint: false }, undefined, undefined],
    [{ checkpoint: true }, undefined, undefined],
    [{ previous, checkpoint: true, operations: { getUuid: false } }, undefined, undefined],
    [{ previous, checkpoint: true, uuid: () => refusedUuid(401) }, 3, undefined],
  ];
  for (const [options, networkState, ending] of cases) {
    const play = new Play(options);
    if (networkState !== undefined) play.network(1, networkState);
    play.runTo(4_999);
    assertEquals(play.ending, undefined);
    play.runTo(20_000);
    assertEquals(play.ending, ending, JSON.stringify(options));
    if (ending === "cached") assertEquals([play.requests, play.leds], [[], []]);
  }
});

Deno.test("a request under way at 5 s in RemoteWait is given up for the known UUID", () => {
  const play = new Play({ previous, answerMs: Infinity });
  play.network(1, 7);
  play.runTo(6_000);
  assertEquals([play.kinds(), play.ending], ["fetchCerts", "cached"]);
});

Deno.test("a known device does not wait for ever for a controller that does not answer; a deleted one registers on", () => {
  const silent = new Play({ previous, certs: () => ({ kind: "failed" }) });
  silent.network();
  silent.runTo(599_000);
  assertEquals(silent.ending, undefined);
  silent.runTo(601_000);
  assertEquals(silent.ending, "cached");

  const deleted = new Play({ previous, register: () => 403, uuid: () => refusedUuid(401) });
  deleted.network();
  deleted.runTo(10_000_000);
  assertEquals(deleted.ending, undefined);

  const asked = new Play({ previous, operations: { selfRegister: false }, uuid: () => refusedUuid(404) });
  asked.network();
  asked.runTo(601_000);
  assertEquals(asked.ending, "cached");
});

Deno.test("Retry-After holds back ticks and network messages alike, is capped, and a new server is asked at once", () => {
  const refused = (retryAfterMs: number): UuidResult => ({
    kind: "failed",
    outcome: { ...uuidOutcome(429), retryAfterMs },
  });
  const asked = (play: Play) => play.requests.filter(({ kind }) => kind === "getUuid").map(({ at }) => at);
  const play = new Play({ uuid: (count) => count === 1 ? refused(120_000) : accepted });
  play.network();
  play.runTo(60_000);
  play.network(2);
  play.runTo(119_000);
  assertEquals(asked(play).length, 1);
  play.runTo(133_000);
  const [first = 0, second = 0] = asked(play);
  assert(second - first >= 120_000, `${second - first}`);
  assertEquals(play.ending, "onboarded");

  const endless = new Play({ uuid: () => refused(Infinity) });
  endless.network();
  endless.runTo(8_000_000);
  const [one = 0, two = 0, three = 0] = asked(endless);
  assert(two - one >= 3_600_000 && two - one <= 3_960_100, `${two - one}`);
  assert(three - two >= 3_600_000 && three - two <= 3_960_100, `${three - two}`);

  const moved = new Play({ uuid: (count) => count === 1 ? refused(120_000) : accepted });
  moved.network();
  moved.runTo(500);
  moved.event({ kind: "server", server: "other:443" });
  moved.runTo(1_000);
  assertEquals(moved.ending, "onboarded");
});

Deno.test("answers to requests that were given up, and events after the end, change nothing", () => {
  const play = new Play({ answerMs: Infinity });
  play.network();
  play.event({ kind: "uuid", id: 99, result: accepted });
  assertEquals(play.ending, undefined);
  const done = new Play();
  done.network();
  done.runTo(500);
  assertEquals(done.ending, "onboarded");
  const { state, effects } = onboard(done.state, { kind: "network", usableAddresses: 2, state: 3 }, 600);
  assertEquals([state, effects], [done.state, []]);
});
