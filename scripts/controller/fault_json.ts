/** Faults as JSON, for the admin API: bytes are `{"base64": "…"}`. @module */

import { type Endpoint, ENDPOINTS } from "./endpoint.ts";
import {
  type AttestFault,
  CERT_LIST_FAULTS,
  CLOSE_POINTS,
  type ConfigFault,
  ENVELOPE_FAULTS,
  type Fault,
} from "./fault.ts";
import { JsonObject } from "./json_object.ts";

/** An endpoint and its fault: `{"endpoint":"config","fault":{"status":503,"times":2}}`. @throws Error that names the member */
export function parseFaultProgram(json: unknown): { endpoint: Endpoint | "*"; fault: Fault } {
  const program = new JsonObject("", json);
  const endpoint = program.oneOf("endpoint", ["*", ...ENDPOINTS]);
  if (endpoint === undefined) throw new Error("endpoint: a name or * was expected, nothing arrived");
  const fault = parseFault(program.object("fault") ?? new JsonObject("fault", {}));
  program.end();
  return { endpoint, fault };
}

function parseFault(json: JsonObject): Fault {
  const configFault = json.object("config");
  const attestFault = json.object("attest");
  const fault = present({
    after: json.integer("after"),
    times: json.integer("times"),
    uuid: json.text("uuid"),
    status: json.integer("status"),
    handle: json.flag("handle"),
    headers: json.texts("headers"),
    retryAfter: json.text("retryAfter"),
    contentType: json.isNull("contentType") ? null : json.text("contentType"),
    payload: json.content("payload"),
    envelope: json.oneOf("envelope", ENVELOPE_FAULTS),
    body: json.content("body"),
    bodyLength: json.integer("bodyLength"),
    truncateBody: json.integer("truncateBody"),
    delayMs: json.integer("delayMs"),
    delayAnswerMs: json.integer("delayAnswerMs"),
    hang: json.flag("hang"),
    close: json.oneOf("close", CLOSE_POINTS),
    closeAfterBytes: json.integer("closeAfterBytes"),
    closeIdleMs: json.integer("closeIdleMs"),
    connectionClose: json.flag("connectionClose"),
    certs: json.oneOf("certs", CERT_LIST_FAULTS),
    config: configFault === undefined ? undefined : parseConfigFault(configFault),
    attest: attestFault === undefined ? undefined : parseAttestFault(attestFault),
  });
  json.end();
  if (fault.status !== undefined && (fault.status < 200 || fault.status > 599)) {
    throw new Error(`fault.status: 200 to 599 was expected, ${fault.status} arrived`);
  }
  return fault;
}

function parseConfigFault(json: JsonObject): ConfigFault {
  const fault = present({
    sameHash: json.oneOf("sameHash", ["with-config", "without-config"] as const),
    timestampMs: json.integer("timestampMs"),
    uuid: json.text("uuid"),
    withoutConfig: json.flag("withoutConfig"),
    emptyHash: json.flag("emptyHash"),
  });
  json.end();
  return fault;
}

function parseAttestFault(json: JsonObject): AttestFault {
  const fault = present({
    quoteResponse: json.integer("quoteResponse"),
    storeKeysResponse: json.integer("storeKeysResponse"),
    respType: json.integer("respType"),
    withoutMessage: json.flag("withoutMessage"),
    nonceLength: json.integer("nonceLength"),
  });
  json.end();
  return fault;
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the members that are undefined. */
function present<T extends object>(members: T): Present<T> {
  const kept: Present<T> = {};
  for (const key in members) {
    const value = members[key];
    if (isPresent(value)) kept[key] = value;
  }
  return kept;
}

function isPresent<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
