/** Keys at their handles: looked at, compared with a certificate, and made as EVE makes them (`spec/client.md §4.1`). */
import crypto from "node:crypto";
import { readIdentityCertificate } from "../identity_certificate.ts";
import { handleText, passwordText, TPM_DEVICE_KEY, TPM_ECDH_KEY } from "./handles.ts";
import { saysNoKey, toolFault } from "./tools.ts";
import type { Tpm, TpmTurn } from "./tpm.ts";

const KEPT = "the keys in the TPM stay as they are";
const NO_PASSWORD = new Uint8Array(0);

/** EVE's template for device and ECDH keys: P-256, may sign and exchange keys, no lockout. */
const TEMPLATE = [
  ...["-C", "o", "-g", "sha256", "-G", "ecc256:null", "-l", "sha256:7"],
  ...["-a", "sign|decrypt|noda|sensitivedataorigin|userwithauth"],
];

/**
 * Is there a key?
 * @throws {ControllerConnError} `identity`: the TPM can't be asked
 */
export async function tpmKeyExists(tpm: Tpm, handle: number = TPM_DEVICE_KEY): Promise<boolean> {
  return await readPublic(tpm, handle) !== undefined;
}

/**
 * Does the key in the TPM belong to the first certificate of this PEM file? False if there is no key.
 * @throws {ControllerConnError} `identity`: the certificate can't be read, or the TPM can't be asked
 */
export async function tpmKeyFits(
  tpm: Tpm,
  certPem: Uint8Array,
  handle: number = TPM_DEVICE_KEY,
): Promise<boolean> {
  const { certificate } = readIdentityCertificate(certPem);
  const pem = await readPublic(tpm, handle);
  if (pem === undefined) return false;
  const spki = (key: crypto.KeyObject) => key.export({ format: "der", type: "spki" }).toString("hex");
  return spki(certificate.publicKey) === spki(crypto.createPublicKey(pem));
}

/**
 * Makes the device key at 0x817FFFFF, in place of one that may be there. Its public half depends only on the TPM's owner
 * seed: made again, it is the same key with the new password. Needs `folder` in the options of the TPM.
 * @param credential the bytes of `/config/tpm_credential`
 * @returns the public key, PEM
 * @throws {ControllerConnError} `identity`
 */
export async function createDeviceKey(tpm: Tpm, credential: Uint8Array): Promise<string> {
  return await createKey(tpm, TPM_DEVICE_KEY, credential);
}

/** Makes the ECDH key at 0x81000005, without a password; otherwise as {@linkcode createDeviceKey}. */
export async function createEcdhKey(tpm: Tpm): Promise<string> {
  return await createKey(tpm, TPM_ECDH_KEY, NO_PASSWORD);
}

async function createKey(tpm: Tpm, handle: number, credential: Uint8Array): Promise<string> {
  return await tpm.inTurn(async (turn) => {
    const context = await turn.file("key.context");
    const password = passwordText(credential);
    const withPassword = password === undefined ? [] : ["-p", "file:-"];
    const stdin = password === undefined ? undefined : new TextEncoder().encode(password);
    await turn.run("tpm2_createprimary", [...TEMPLATE, ...withPassword, "-c", context], KEPT, stdin);
    const at = handleText(handle);
    const evicted = await turn.attempt("tpm2_evictcontrol", ["-C", "o", "-c", at]);
    if (evicted.code !== 0 && !saysNoKey(evicted)) throw toolFault("tpm2_evictcontrol", evicted, KEPT);
    const gone = `no key is at ${at} now`;
    await turn.run("tpm2_evictcontrol", ["-C", "o", "-c", context, at], gone);
    return new TextDecoder().decode(await turn.run("tpm2_readpublic", publicArgs(handle), gone));
  });
}

const publicArgs = (handle: number) => ["-c", handleText(handle), "-f", "pem", "-o", "/dev/stdout"];

async function readPublic(tpm: Tpm, handle: number): Promise<string | undefined> {
  const result = await tpm.inTurn((turn: TpmTurn) => turn.attempt("tpm2_readpublic", publicArgs(handle)));
  if (saysNoKey(result)) return undefined;
  if (result.code !== 0) {
    throw toolFault("tpm2_readpublic", result, "it is not known whether the key is there");
  }
  return new TextDecoder().decode(result.stdout);
}
