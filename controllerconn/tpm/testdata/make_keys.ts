/** Keys in a TPM as EVE's boot scripts make them (`spec/client.md §4.1`). */
import { handleText, passwordText, TPM_DEVICE_KEY, TPM_ECDH_KEY } from "../handles.ts";
import type { Swtpm } from "./swtpm.ts";

/** EVE's template for device and ECDH keys: P-256, may sign and exchange keys, no lockout. */
const TEMPLATE = [
  ...["-C", "o", "-g", "sha256", "-G", "ecc256:null", "-l", "sha256:7"],
  ...["-a", "sign|decrypt|noda|sensitivedataorigin|userwithauth"],
];
const NO_PASSWORD = new Uint8Array(0);

/**
 * Makes the device key, in place of one that may be there: made again, it is the same key with the new password.
 * @param credential the bytes of `/config/tpm_credential`
 * @returns the public key, PEM
 */
export async function createDeviceKey(swtpm: Swtpm, credential: Uint8Array): Promise<string> {
  return await createKey(swtpm, TPM_DEVICE_KEY, credential);
}

/** Makes the ECDH key, which has no password. */
export async function createEcdhKey(swtpm: Swtpm): Promise<string> {
  return await createKey(swtpm, TPM_ECDH_KEY, NO_PASSWORD);
}

async function createKey(swtpm: Swtpm, handle: number, credential: Uint8Array): Promise<string> {
  const run = async (tool: string, args: readonly string[], password?: string) => {
    const stdin = password === undefined ? undefined : new TextEncoder().encode(password);
    const { code, stdout, stderr } = await swtpm.run(tool, ["--tcti", swtpm.tcti, ...args], stdin);
    if (code !== 0) throw new Error(`${tool} ended with code ${code}: ${stderr}`);
    return new TextDecoder().decode(stdout);
  };
  const at = handleText(handle);
  const context = `${swtpm.folder}/key.context`;
  const password = passwordText(credential);
  const withPassword = password === undefined ? [] : ["-p", "file:-"];
  await run("tpm2_createprimary", [...TEMPLATE, ...withPassword, "-c", context], password);
  const stored = await run("tpm2_getcap", ["handles-persistent"]);
  if (stored.toUpperCase().includes(at.toUpperCase())) await run("tpm2_evictcontrol", ["-C", "o", "-c", at]);
  await run("tpm2_evictcontrol", ["-C", "o", "-c", context, at]);
  await Deno.remove(context);
  return await run("tpm2_readpublic", ["-Q", "-c", at, "-f", "pem", "-o", "/dev/stdout"]);
}
