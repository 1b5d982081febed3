/**
 * `edgeview` → the file that the edgeview container starts from (`spec/zedagent.md §6.2`). Its token is a JWT that the
 * controller has signed for this device.
 */
import { createPublicKey, verify } from "node:crypto";
import type { config } from "../../../proto/device.ts";
import { isObject, type JsonValue } from "../../topics/mod.ts";
import { quote } from "./section.ts";

/** What decides about a token. */
export interface EdgeViewContext {
  readonly devUUID: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** PEM of the controller's signing certificate; `undefined` while there is none. */
  readonly signingCert: string | undefined;
}

/** `text`: content of the file. */
export type EdgeView =
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "none" }
  | { readonly kind: "refused" | "waits"; readonly reason: string };

const mostInstances = 5;

/** Pure. */
export function edgeView(edgeview: config.EdgeViewConfig | null, context: EdgeViewContext): EdgeView {
  const token = edgeview?.token ?? "";
  if (edgeview === null || token === "") return { kind: "none" };
  const [header = "", claims = "", signature = "", ...more] = token.split(".");
  if (signature === "" || more.length > 0) return refused("expected a JWT of three parts");
  const algorithm = jsonPart(header);
  if (algorithm?.["alg"] !== "ES256" || algorithm["typ"] !== "JWT") {
    return refused("expected a JWT signed with ES256");
  }
  if (context.signingCert === undefined) {
    return { kind: "waits", reason: "edgeview: the signing certificate of the controller is not there" };
  }
  if (!isSigned(`${header}.${claims}`, signature, context.signingCert)) {
    return refused("the signature is not the controller's");
  }
  const info = jsonPart(claims);
  const { sub, exp, num = 1 } = info ?? {};
  if (sub !== context.devUUID) return refused(`the token is for the device ${quote(String(sub))}`);
  if (typeof exp !== "number" || !Number.isSafeInteger(exp) || exp < 0) {
    return refused("expected an expiry time");
  }
  if (exp * 1000 < context.now) return refused("the token has expired");
  if (typeof num !== "number" || !Number.isInteger(num) || num < 0 || num > mostInstances) {
    return refused(`expected up to ${mostInstances} instances`);
  }
  return { kind: "file", text: fileText(edgeview, token, exp, num) };
}

function fileText(edgeview: config.EdgeViewConfig, token: string, exp: number, num: number): string {
  const certs = edgeview.disp_cert_pem.map((pem) => new TextDecoder().decode(pem)).join("");
  const policy = (enabled: boolean | undefined) => JSON.stringify({ enabled: enabled ?? false });
  const lines = [
    `EvJWToken:${token}`,
    ...(num > 1 ? [`EdgeViewMultiInst:${num}`] : []),
    `EvJWTExp:${exp}`,
    ...(certs === "" ? [] : [`EvDepCerts:${certs}`]),
    `EvDevPolicy:${policy(edgeview.dev_policy?.allow_dev)}`,
    `EvAppPolicy:${policy(edgeview.app_policy?.allow_app)}`,
    `EvExtPolicy:${policy(edgeview.ext_policy?.allow_ext)}`,
    `EvGenID:${edgeview.generation_id}`,
  ];
  return `${lines.join("\n")}\n`;
}

function refused(reason: string): EdgeView {
  return { kind: "refused", reason: `edgeview token: ${reason}; edgeview is off` };
}

function jsonPart(part: string): { readonly [name: string]: JsonValue } | undefined {
  try {
    const bytes = Uint8Array.fromBase64(part, { alphabet: "base64url" });
    const json: JsonValue = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function isSigned(signed: string, signature: string, signingCert: string): boolean {
  try {
    const key = createPublicKey(signingCert);
    const bytes = Uint8Array.fromBase64(signature, { alphabet: "base64url" });
    return verify("sha256", new TextEncoder().encode(signed), { key, dsaEncoding: "ieee-p1363" }, bytes);
  } catch {
    return false;
  }
}
