/** The device's half of ECDH, with its key in the TPM (`spec/device-api.md §7`). */
import { checkPublicPoint, type SharedSecret } from "../object_encryption/shared_secret.ts";
import { handleText, TPM_ECDH_KEY } from "./handles.ts";
import { readEccPoint, writeEccPoint } from "./structures.ts";
import type { Tpm } from "./tpm.ts";

/**
 * Over the ECDH key, which has no password. Needs `folder` in the options of the TPM.
 * @param handle 0x81000005 by default
 */
export function tpmSharedSecret(tpm: Tpm, handle: number = TPM_ECDH_KEY): SharedSecret {
  return async (publicPoint) => {
    checkPublicPoint(publicPoint);
    return await tpm.inTurn(async (turn) => {
      const file = await turn.file("point", writeEccPoint(publicPoint));
      const args = ["-c", handleText(handle), "-u", file, "-o", "/dev/stdout"];
      return readEccPoint(await turn.run("tpm2_ecdhzgen", args, "nothing is decrypted"));
    });
  };
}
