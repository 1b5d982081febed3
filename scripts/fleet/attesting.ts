/** Attestation of a virtual device, which has no TPM: zedagent's messages one after the other, until there is a token. */
import { errorText, retryDelay } from "../../services/agent/mod.ts";
import { goAttestQuote } from "../../services/topics/mod.ts";
import {
  nonceRequest,
  quoteRequest,
  readNonce,
  readQuoteAnswer,
} from "../../services/zedagent/attest/attest_messages.ts";
import { attestRequests } from "../../services/zedagent/attest/attest_request.ts";
import { storeIntegrityToken } from "../../services/zedagent/attest/token_file.ts";
import { attestVersions } from "../../services/zedagent/attest/versions.ts";
import type { ConfigAccess } from "../../services/zedagent/config/request.ts";
import { attestRetry } from "../../services/zedagent/retry_policies.ts";

/** The token is in the device's folder then, or the device has ended. */
export async function attest(access: ConfigAccess): Promise<void> {
  const { device } = access;
  const { clock, log, random, signal } = device;
  const request = attestRequests(access, { requestCerts: () => {}, onNotFound: () => {} });
  const once = async (): Promise<boolean> => {
    const nonce = await request("nonce", nonceRequest());
    if (!("payload" in nonce)) return false;
    const given = readNonce(nonce.payload);
    if (given.kind !== "nonce-received") return false;
    const quote = goAttestQuote.make({ Nonce: given.nonce });
    const answer = await request("quote", quoteRequest(quote, attestVersions(device, "", true)));
    if (!("payload" in answer)) return false;
    const judged = readQuoteAnswer(answer.payload);
    if (judged.kind !== "attest-successful") return false;
    storeIntegrityToken(device, judged.integrityToken);
    return true;
  };
  while (!signal.aborted) {
    try {
      if (await once()) return;
    } catch (error) {
      log.warn(`attestation: ${errorText(error)}; trying again`);
    }
    await clock.sleep(retryDelay(random, attestRetry), signal);
  }
}
