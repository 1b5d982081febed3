/** Tokens for edgeview as a controller makes them. */
import { createPrivateKey, sign } from "node:crypto";

/** A JWT, signed with ES256. */
export function edgeViewToken(
  keyPem: string,
  claims: { readonly sub: string; readonly exp: number; readonly num?: number },
  header: Readonly<Record<string, string>> = { alg: "ES256", typ: "JWT" },
): string {
  const part = (json: unknown) => base64url(new TextEncoder().encode(JSON.stringify(json)));
  const signed = `${part(header)}.${part({ dep: "dispatcher", key: "nonce", ...claims })}`;
  const key = { key: createPrivateKey(keyPem), dsaEncoding: "ieee-p1363" } as const;
  return `${signed}.${base64url(sign("sha256", new TextEncoder().encode(signed), key))}`;
}

function base64url(bytes: Uint8Array): string {
  return Uint8Array.from(bytes).toBase64({ alphabet: "base64url", omitPadding: true });
}
