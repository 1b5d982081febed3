/** `attest`: certificates, nonce, quote, keys (`spec/device-api.md §6.7, 13.3`). @module */

import { attest } from "../../proto/all.ts";
import { type Answer, Refusal, refuseUnless } from "./answer.ts";
import type { DeviceRecord } from "./device_record.ts";
import { authenticate, type Exchange } from "./exchange.ts";
import type { AttestFault } from "./fault.ts";
import { judgeQuote } from "./quote.ts";
import { readVolumeKeys, storeCertificates, storedCertificates, storeVolumeKeys } from "./attest_files.ts";
import type { Site } from "./site.ts";

const { ATTEST_REQ_CERT, ATTEST_REQ_NONCE, ATTEST_REQ_QUOTE, Z_ATTEST_REQ_TYPE_STORE_KEYS } =
  attest.ZAttestReqType;
const { ATTEST_RESP_CERT, ATTEST_RESP_NONCE, ATTEST_RESP_QUOTE_RESP, Z_ATTEST_RESP_TYPE_STORE_KEYS } =
  attest.ZAttestRespType;

/** 201 in an envelope for each kind of request; 400 for an unknown one. */
export function answerAttest(site: Site, exchange: Exchange): Answer {
  const { device, payload } = authenticate(site, exchange);
  const request = refuseUnless(400, "the payload is no ZAttestReq", () => attest.ZAttestReq.decode(payload));
  const fault = exchange.fault?.attest ?? {};
  const response = respond(site, device, request, fault);
  const type = fault.respType ?? response.respType;
  const spoilt = fault.withoutMessage === true ? { respType: type } : { ...response, respType: type };
  return { status: 201, payload: attest.ZAttestResponse.encode(spoilt).finish() };
}

function respond(
  site: Site,
  device: DeviceRecord,
  request: attest.ZAttestReq,
  fault: AttestFault,
): attest.IZAttestResponse {
  switch (request.reqType) {
    case ATTEST_REQ_CERT:
      storeCertificates(site.devices, device.uuid, request.certs);
      return { respType: ATTEST_RESP_CERT };
    case ATTEST_REQ_NONCE: {
      const nonce = newNonce(fault.nonceLength ?? 12);
      site.devices.setOptions(device.uuid, { nonce });
      return { respType: ATTEST_RESP_NONCE, nonce: { nonce: new TextEncoder().encode(nonce) } };
    }
    case ATTEST_REQ_QUOTE:
      return { respType: ATTEST_RESP_QUOTE_RESP, quoteResp: answerQuote(site, device, request.quote, fault) };
    case Z_ATTEST_REQ_TYPE_STORE_KEYS: {
      const matches = holdsToken(site, device, request.storage_keys?.integrity_token);
      if (matches) storeVolumeKeys(site.devices, device.uuid, request.storage_keys?.keys ?? []);
      const response = fault.storeKeysResponse ?? (matches ? 1 : 2);
      return { respType: Z_ATTEST_RESP_TYPE_STORE_KEYS, storage_keys_resp: { response } };
    }
    default:
      throw new Refusal(400, `reqType ${request.reqType} is none of 1 to 4`);
  }
}

/** A quote without PCR values is that of a device without TPM: it gets the token, and no keys. */
function answerQuote(
  site: Site,
  device: DeviceRecord,
  quote: attest.ZAttestQuote | null | undefined,
  fault: AttestFault,
): attest.IZAttestQuoteResp {
  const options = site.devices.options(device.uuid);
  const withTpm = (quote?.pcr_values?.length ?? 0) > 0;
  const judged = withTpm && quote
    ? judgeQuote(quote, options.nonce, storedCertificates(site.devices, device.uuid))
    : attest.ZAttestResponseCode.Z_ATTEST_RESPONSE_CODE_SUCCESS;
  const response = fault.quoteResponse ?? judged;
  if (response !== attest.ZAttestResponseCode.Z_ATTEST_RESPONSE_CODE_SUCCESS) return { response };
  const integrityToken = options.integrityToken === "" ? newToken() : options.integrityToken;
  site.devices.setOptions(device.uuid, { integrityToken, attested: true });
  return {
    response,
    integrity_token: new TextEncoder().encode(integrityToken),
    keys: withTpm ? readVolumeKeys(site.devices, device.uuid) : [],
  };
}

function holdsToken(site: Site, device: DeviceRecord, token: Uint8Array | undefined): boolean {
  const expected = site.devices.options(device.uuid).integrityToken;
  return expected !== "" && token !== undefined && new TextDecoder().decode(token) === expected;
}

/** Hexadecimal characters: their ASCII bytes are the nonce. */
function newNonce(length: number): string {
  return crypto.getRandomValues(new Uint8Array(Math.ceil(length / 2))).toHex().slice(0, length);
}

/** 128 hexadecimal characters, made once for each device. */
function newToken(): string {
  return crypto.getRandomValues(new Uint8Array(64)).toHex();
}
