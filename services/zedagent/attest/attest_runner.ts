/** Performs the effects of attestation: one request at a time, one timer, two topics (`spec/zedagent.md §13`). */
import { errorText, keepTouched, openTimer, registerWatchdog, retryDelay } from "../../agent/mod.ts";
import { type AttestQuote, goAttestQuote } from "../../topics/mod.ts";
import { biosVersion, readDmi } from "../info/dmi.ts";
import { logFailedSend } from "../failed_send.ts";
import { startMachine } from "../machine.ts";
import type { Attestation, AttestationDeps, ControllerAccess } from "../parts.ts";
import {
  nonceRequest,
  quoteRequest,
  readNonce,
  readQuoteAnswer,
  readStoreKeysAnswer,
  storeKeysRequest,
} from "./attest_messages.ts";
import { type AttestAnswer, attestRequests } from "./attest_request.ts";
import {
  attestation,
  type AttestationEffect,
  type AttestationEvent,
  type AttestationState,
  initialAttestation,
} from "./attest_state.ts";
import { openAttestTopics } from "./attest_topics.ts";
import { binaryEventLog, maxQuoteRequestLength } from "./event_log.ts";
import { storeIntegrityToken, vaultKeyIsKept } from "./token_file.ts";
import { attestRetry } from "../retry_policies.ts";
import { attestVersions } from "./versions.ts";

const taskName = "zedagentattest";

/**
 * Starts at once and goes on until the device ends. Publishes `AttestNonce` and `EncryptedVaultKeyFromController`, follows
 * `tpmmgr/AttestQuote` and `vaultmgr/EncryptedVaultKeyFromDevice`.
 * @throws {PubsubError} `owned`, `io`: a topic can't be opened
 */
export function startAttestation(access: ControllerAccess, deps: AttestationDeps): Attestation {
  const { device } = access;
  let quoteSent = false;
  let sendError = "";
  const timer = openTimer(device);

  const tell = (before: AttestationState, { state, error }: AttestationState) => {
    if (error !== before.error && error !== "") {
      if (error === sendError) logFailedSend(access, "warn", error);
      else device.log.warn(error);
    }
    if (state !== before.state || error !== before.error) deps.onState(state, error);
  };

  const send = (event: AttestationEvent) => machine.send(event);

  const perform = (effect: AttestationEffect) => {
    switch (effect.kind) {
      case "send-nonce-request":
        return answerOf(() => request("nonce", nonceRequest()), readNonce);
      case "publish-nonce":
        try {
          topics.publishNonce(effect.nonce);
        } catch (error) {
          device.log.error(`AttestNonce can't be published: ${errorText(error)}; trying again in 15 s`);
        }
        return;
      case "send-quote":
        return answerOf(() => sendQuote(topics.quote(machine.state.nonce)), (payload) => {
          const answer = readQuoteAnswer(payload);
          if (answer.kind !== "attest-successful") return answer;
          storeIntegrityToken(device, answer.integrityToken);
          deps.onComplete();
          for (const key of answer.vaultKeys) topics.publishVaultKey(key);
          return answer;
        });
      case "send-escrow": {
        const { integrityToken } = effect;
        const vault = topics.vaultKey();
        if (vault === "no-tpm") return send({ kind: "escrow-recorded" });
        if (vault === undefined) return send({ kind: "no-escrow" });
        return answerOf(
          () => request("escrow", storeKeysRequest(integrityToken, vault)),
          (payload) => {
            const answer = readStoreKeysAnswer(payload);
            if (answer.kind === "escrow-recorded") vaultKeyIsKept(device);
            return answer;
          },
        );
      }
      case "start-timer":
        return startTimer(effect.retryAfterMs);
      case "cancel-timer":
        timer.cancel();
        return;
      case "log":
        device.log[effect.level](effect.text);
    }
  };

  const sendQuote = async (quote: AttestQuote | undefined): Promise<AttestAnswer> => {
    const firmware = biosVersion(await readDmi(device));
    const versions = attestVersions(device, firmware, deps.standalone);
    const message = quote ?? goAttestQuote.zero();
    const withTpm = (message.PCRs ?? []).length > 0;
    const withLog = quoteRequest(message, versions, withTpm ? binaryEventLog(device) : undefined);
    const body = withLog.length > maxQuoteRequestLength ? quoteRequest(message, versions) : withLog;
    if (device.signal.aborted) return { kind: "aborted" };
    quoteSent = true;
    return await request("quote", body);
  };

  /** What anything in between throws is a failure of the request, to be tried again. */
  const answerOf = (
    exchange: () => Promise<AttestAnswer>,
    read: (payload: Uint8Array) => AttestationEvent,
  ) => {
    const work = async (): Promise<AttestationEvent | { readonly kind: "aborted" }> => {
      try {
        const answer = await exchange();
        if ("payload" in answer) return read(answer.payload);
        if (answer.kind === "request-failed" && answer.hasFailedToSend) sendError = answer.reason;
        return answer;
      } catch (error) {
        return {
          kind: "request-failed",
          reason: `attestation: ${errorText(error)}; trying again in 15 s`,
        };
      }
    };
    work().then((event) => {
      if (event.kind !== "aborted") send(event);
    });
  };

  const startTimer = (retryAfterMs?: number) =>
    timer.set(retryDelay(device.random, attestRetry, 1, retryAfterMs), () => send({ kind: "timer" }));

  const machine = startMachine<AttestationState, AttestationEvent, AttestationEffect>(device, {
    initial: initialAttestation,
    step: attestation,
    perform,
    stepped: tell,
  });
  const topics = openAttestTopics(device, deps.standalone, {
    quote: (nonce) => send({ kind: "quote-received", nonce }),
    escrow: () => send({ kind: "escrow-received" }),
  });
  const request = attestRequests(access, deps);
  registerWatchdog(device, taskName);
  keepTouched(device, taskName);
  send({ kind: "initialize" });
  return {
    restart: () => send({ kind: "restart" }),
    certificatesArrived: () => send({ kind: "certificates-arrived" }),
    get quoteSent() {
      return quoteSent;
    },
    get state() {
      return machine.state.state;
    },
    get error() {
      return machine.state.error;
    },
  };
}
