/**
 * Every event in every state of attestation, against the table of `spec/zedagent.md §13` written as a grid; then long random
 * lives, in which it must never come to rest on the way.
 */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../agent/test_device.ts";
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

const events = {
  "initialize": { kind: "initialize" },
  "restart": { kind: "restart" },
  "nonce-received": { kind: "nonce-received", nonce },
  "quote-received": { kind: "quote-received", nonce },
  "quote of another nonce": { kind: "quote-received", nonce: new Uint8Array([7]) },
  "attest-successful": { kind: "attest-successful", integrityToken },
  "nonce-mismatch": { kind: "nonce-mismatch" },
  "quote-mismatch": { kind: "quote-mismatch" },
  "no-quote-cert": { kind: "no-quote-cert" },
  "escrow-received": { kind: "escrow-received" },
  "no-escrow": { kind: "no-escrow" },
  "escrow-recorded": { kind: "escrow-recorded" },
  "escrow-failed": { kind: "escrow-failed" },
  "request-failed": { kind: "request-failed", reason: "no answer" },
  "certificates-arrived": { kind: "certificates-arrived" },
  "timer": { kind: "timer" },
} satisfies Record<string, AttestationEvent>;
type EventName = keyof typeof events;
const isEvent = (name: string): name is EventName => Object.hasOwn(events, name);

/**
 * The next state, and the effects in their order: `n`once request, `q`uote, `e`scrow; `p`ublish the nonce; `t`imer started,
 * timer `c`ancelled; `i`nfo logged. `*`: a restart is pending afterwards. `=`: nothing at all. `.`: not expected; it is
 * logged and changes nothing, where the original ends its process (W7).
 */
const asItIs = `
                        None   Nonce  Quote  IntEsc Attest Escrow Restart Complete
initialize              1cn    .      .      .      .      .      .       .
restart                 1cn    1*     2*     3t*    4*     5*     6*      6t
nonce-received          .      2pt    .      .      .      .      .       .
quote-received          .      .      4cq    .      .      .      .       .
quote of another nonce  .      .      .      .      .      .      .       .
attest-successful       .      .      .      .      5ce    .      .       .
nonce-mismatch          .      .      .      .      6t     .      .       .
quote-mismatch          .      .      .      .      6t     .      .       .
no-quote-cert           .      .      .      .      6t     .      .       .
escrow-received         =      =      =      5ce    =      =      =       =
no-escrow               .      .      .      .      .      3c     .       .
escrow-recorded         .      .      .      .      .      7i     .       .
escrow-failed           .      .      .      .      .      6t     .       .
request-failed          .      1t     .      .      4t     5t     .       .
certificates-arrived    =      =      =      =      =      =      =       =
timer                   .      1cn    2pt    .      4q     5e     1cn     .
`;

/** The same while a restart is pending: acted on with the next timer, at the latest at the end. */
const whileRestartPends = `
                        None   Nonce  Quote  IntEsc Attest Escrow Restart Complete
initialize              -      .      .      .      .      .      .       -
restart                 -      1*     2*     3*     4*     5*     6*      -
nonce-received          -      2pt*   .      .      .      .      .       -
quote-received          -      .      4cq*   .      .      .      .       -
quote of another nonce  -      .      .      .      .      .      .       -
attest-successful       -      .      .      .      5ce*   .      .       -
nonce-mismatch          -      .      .      .      6t*    .      .       -
quote-mismatch          -      .      .      .      6t*    .      .       -
no-quote-cert           -      .      .      .      6t*    .      .       -
escrow-received         -      =      =      5ce*   =      =      =       -
no-escrow               -      .      .      .      .      3t*    .       -
escrow-recorded         -      .      .      .      .      6t*    .       -
escrow-failed           -      .      .      .      .      6t*    .       -
request-failed          -      1t*    .      .      4t*    5t*    .       -
certificates-arrived    -      =      =      =      =      =      =       -
timer                   -      1cn    1cn    1cn    1cn    1cn    1cn     -
`;

const letters: Readonly<Record<AttestationEffect["kind"], string>> = {
  "send-nonce-request": "n",
  "send-quote": "q",
  "send-escrow": "e",
  "publish-nonce": "p",
  "start-timer": "t",
  "cancel-timer": "c",
  "log": "i",
};

/** A state of this number as it comes about. */
function stateOf(number: number, restartPending: boolean): AttestationState {
  const hasNonce = number >= AttestState.StateInternalQuoteWait;
  const hasToken = number === AttestState.StateInternalEscrowWait ||
    number === AttestState.StateAttestEscrowWait || number === AttestState.StateComplete;
  return {
    ...initialAttestation,
    state: number,
    restartPending,
    ...(hasNonce ? { nonce } : {}),
    ...(hasToken ? { integrityToken } : {}),
  };
}

/** What one event does, in the notation of the grids. */
function cellOf(before: AttestationState, event: AttestationEvent): string {
  const { state, effects } = attestation(before, event);
  const warned = effects.some((effect) => effect.kind === "log" && effect.level === "warn");
  if (warned) {
    assertEquals([state, effects.length], [before, 1]);
    return ".";
  }
  if (state === before && effects.length === 0) return event.kind === "restart" ? `${state.state}*` : "=";
  const pending = state.restartPending ? "*" : "";
  return `${state.state}${effects.map(({ kind }) => letters[kind]).join("")}${pending}`;
}

function cells(grid: string): { event: string; column: number; cell: string }[] {
  const [, ...lines] = grid.trim().split("\n");
  return lines.flatMap((line) => {
    const event = line.slice(0, 24).trim();
    return line.slice(24).trim().split(/\s+/).map((cell, column) => ({ event, column, cell }));
  });
}

for (
  const [what, grid, pending] of [["", asItIs, false], [
    ", a restart pending",
    whileRestartPends,
    true,
  ]] as const
) {
  Deno.test(`every event in every state of attestation does what the table says, none is fatal (W7)${what}`, () => {
    const all = cells(grid);
    assertEquals(all.length, 8 * Object.keys(events).length);
    assertEquals(new Set(all.map(({ event }) => event)), new Set(Object.keys(events)));
    for (const { event, column, cell } of all) {
      // A restart never pends at the beginning and at the end: it is acted on at once there.
      if (cell === "-") continue;
      assert(isEvent(event), event);
      assertEquals(cellOf(stateOf(column, pending), events[event]), cell, `${event} in state ${column}`);
    }
  });
}

Deno.test("an answer that could not be verified is asked for again when the certificates are there, once", () => {
  for (const [number, cell] of [[1, "1cn"], [4, "4cq"], [5, "5ce"]] as const) {
    const failed = attestation(stateOf(number, false), {
      ...events["request-failed"],
      missesCertificates: true,
    });
    assertEquals(failed.effects, [{ kind: "start-timer" }]);
    assertEquals(cellOf(failed.state, events["certificates-arrived"]), cell);
    const again = attestation(failed.state, events["certificates-arrived"]).state;
    assertEquals(cellOf(again, events["certificates-arrived"]), "=");
    const other = attestation(failed.state, events["timer"]).state;
    assertEquals(cellOf(other, events["certificates-arrived"]), "=");
  }
});

Deno.test("long random lives: one request at a time, never beside the timer, and always something that leads on", () => {
  const names = Object.keys(events).filter(isEvent);
  const ofOthers: readonly EventName[] = [
    "restart",
    "quote-received",
    "escrow-received",
    "certificates-arrived",
  ];
  for (let seed = 1; seed <= 200; seed++) {
    const random = seededRandom(seed);
    let state = initialAttestation;
    let request = false;
    let timer = false;
    const step = (event: AttestationEvent) => {
      const done = attestation(state, event);
      state = done.state;
      for (const { kind } of done.effects) {
        if (kind === "start-timer") timer = true;
        if (kind === "cancel-timer") timer = false;
        if (kind !== "send-nonce-request" && kind !== "send-quote" && kind !== "send-escrow") continue;
        assert(!request && !timer, `seed ${seed}: ${kind} on top of another one or of the timer`);
        request = true;
      }
    };
    step(events.initialize);
    for (let n = 0; n < 500; n++) {
      const rest = random.next();
      if (request && rest < 0.6) {
        request = false;
        const answers = names.filter((name) => answersOf(state.state).includes(name));
        const name = answers[Math.floor(random.next() * answers.length)] ?? "request-failed";
        const missesCertificates = random.next() < 0.3;
        step(
          name === "request-failed" && missesCertificates
            ? { ...events[name], missesCertificates }
            : events[name],
        );
      } else if (timer && rest < 0.6) {
        timer = false;
        step(events.timer);
      } else step(events[ofOthers[Math.floor(random.next() * ofOthers.length)] ?? "restart"]);
      const waitsForVaultmgr = state.state === AttestState.StateInternalEscrowWait && !state.restartPending;
      const leadsOn = request || timer || waitsForVaultmgr || state.state === AttestState.StateComplete;
      assert(leadsOn, `seed ${seed}, step ${n}: state ${state.state} rests for ever`);
    }
  }
});

/** What may come of the request that is on its way in a state. */
function answersOf(state: number): readonly EventName[] {
  switch (state) {
    case AttestState.StateNonceWait:
      return ["nonce-received", "request-failed"];
    case AttestState.StateAttestWait:
      return ["attest-successful", "nonce-mismatch", "quote-mismatch", "no-quote-cert", "request-failed"];
    default:
      return ["escrow-recorded", "escrow-failed", "no-escrow", "request-failed"];
  }
}
