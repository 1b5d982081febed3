/** The ways through attestation; `attest_table_test.ts` has every single step. */
import { assert, assertEquals } from "@std/assert";
import { AttestState } from "../../topics/mod.ts";
import {
  attestation,
  type AttestationEffect,
  type AttestationEvent,
  type AttestationState,
  initialAttestation,
} from "./attest_state.ts";

const nonce = new Uint8Array([1, 2, 3]);
const integrityToken = new Uint8Array([9]);
const failure = { kind: "request-failed", reason: "no answer" } as const;

/** Runs events; the kinds of the effects of the last. */
function run(...events: AttestationEvent[]): { state: AttestationState; kinds: string[] } {
  let state = initialAttestation;
  let effects: readonly AttestationEffect[] = [];
  for (const event of events) ({ state, effects } = attestation(state, event));
  return { state, kinds: effects.map(({ kind }) => kind) };
}

const toNonceWait = [{ kind: "initialize" }] as const;
const toQuoteWait = [...toNonceWait, { kind: "nonce-received", nonce }] as const;
const toAttestWait = [...toQuoteWait, { kind: "quote-received", nonce }] as const;
const toEscrow = [...toAttestWait, { kind: "attest-successful", integrityToken }] as const;
const toComplete = [...toEscrow, { kind: "escrow-recorded" }] as const;
const toInternalEscrow = [...toEscrow, { kind: "no-escrow" }] as const;

Deno.test("the way from None to Complete", () => {
  assertEquals(run(...toNonceWait).kinds, ["cancel-timer", "send-nonce-request"]);
  assertEquals(run(...toQuoteWait).kinds, ["publish-nonce", "start-timer"]);
  assertEquals(run(...toAttestWait).kinds, ["cancel-timer", "send-quote"]);
  const escrow = run(...toEscrow);
  assertEquals([escrow.state.state, escrow.kinds], [AttestState.StateAttestEscrowWait, [
    "cancel-timer",
    "send-escrow",
  ]]);
  assertEquals(escrow.state.integrityToken, integrityToken);
  assertEquals(run(...toComplete).state.state, AttestState.StateComplete);
});

Deno.test("a failed request is tried again from where it stands, a failed nonce request from the beginning", () => {
  for (
    const [way, effect] of [
      [toNonceWait, "send-nonce-request"],
      [toAttestWait, "send-quote"],
      [toEscrow, "send-escrow"],
    ] as const
  ) {
    const waiting = run(...way, failure);
    assertEquals([waiting.kinds, waiting.state.error], [["start-timer"], "no answer"]);
    const again = run(...way, failure, { kind: "timer" });
    assertEquals([again.kinds.at(-1), again.state.state], [effect, waiting.state.state]);
    assertEquals(again.state.error, "no answer");
  }
});

Deno.test("a refused quote or escrow leads through RestartWait to a new nonce", () => {
  const refusals: [readonly AttestationEvent[], AttestationEvent][] = [
    [toAttestWait, { kind: "nonce-mismatch" }],
    [toAttestWait, { kind: "quote-mismatch" }],
    [toAttestWait, { kind: "no-quote-cert" }],
    [toEscrow, { kind: "escrow-failed" }],
  ];
  for (const [way, refusal] of refusals) {
    const refused = run(...way, refusal);
    assertEquals([refused.state.state, refused.kinds], [AttestState.StateRestartWait, ["start-timer"]]);
    assert(refused.state.error !== "");
    const again = run(...way, refusal, { kind: "timer" });
    assertEquals([again.state.state, again.kinds.at(-1)], [AttestState.StateNonceWait, "send-nonce-request"]);
  }
});

Deno.test("escrow data that comes late is sent; in other states it changes nothing", () => {
  const late = run(...toInternalEscrow, { kind: "escrow-received" });
  assertEquals([late.state.state, late.kinds.at(-1)], [AttestState.StateAttestEscrowWait, "send-escrow"]);
  for (const way of [[], toNonceWait, toQuoteWait, toAttestWait, toEscrow, toComplete]) {
    const there = run(...way, { kind: "escrow-received" });
    assertEquals([there.state, there.kinds], [run(...way).state, []]);
  }
});

Deno.test("without tpmmgr the nonce is published again by timer (W7)", () => {
  const again = run(...toQuoteWait, { kind: "timer" });
  assertEquals([again.state.state, again.kinds], [AttestState.StateInternalQuoteWait, [
    "publish-nonce",
    "start-timer",
  ]]);
  assert(again.state.error.includes("tpmmgr"));
  assertEquals(run(...toQuoteWait, { kind: "timer" }, { kind: "quote-received", nonce }).state.error, "");
});

Deno.test("a restart is acted on at the next timer in every waiting state, at the latest at the end", () => {
  assertEquals(run(...toComplete, { kind: "restart" }).state.state, AttestState.StateRestartWait);
  assertEquals(run({ kind: "restart" }).state.state, AttestState.StateNonceWait);
  const waiting: (readonly AttestationEvent[])[] = [
    [...toNonceWait, failure],
    toQuoteWait,
    [...toAttestWait, failure],
    [...toEscrow, failure],
    [...toAttestWait, { kind: "nonce-mismatch" }],
  ];
  for (const way of waiting) {
    const marked = run(...way, { kind: "restart" });
    assertEquals([marked.kinds, marked.state.restartPending], [[], true]);
    const restarted = run(...way, { kind: "restart" }, { kind: "timer" });
    assertEquals([restarted.kinds.at(-1), restarted.state.restartPending], ["send-nonce-request", false]);
  }
  // Nothing else would wake this one up.
  assertEquals(run(...toInternalEscrow, { kind: "restart" }).kinds, ["start-timer"]);
  assertEquals(run(...toInternalEscrow, { kind: "restart" }, { kind: "restart" }).kinds, []);
  assertEquals(
    run(...toInternalEscrow, { kind: "restart" }, { kind: "timer" }).kinds.at(-1),
    "send-nonce-request",
  );
  assertEquals(run(...toEscrow, { kind: "restart" }, { kind: "no-escrow" }).kinds, ["start-timer"]);
  const ended = run(...toEscrow, { kind: "restart" }, { kind: "escrow-recorded" });
  assertEquals([ended.state.state, ended.kinds], [AttestState.StateRestartWait, ["start-timer"]]);
});

Deno.test("Retry-After goes with the timer", () => {
  const { state } = run(...toNonceWait);
  const { effects } = attestation(state, { ...failure, retryAfterMs: 60_000 });
  assertEquals(effects, [{ kind: "start-timer", retryAfterMs: 60_000 }]);
});
