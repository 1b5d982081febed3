/** Files that attestation leaves behind. */
import { type Device, errorText } from "../../agent/mod.ts";
import { removeIfPresent, replaceFile } from "../../pubsub/mod.ts";

/**
 * `/run/eve.integrity_token`: whoever has it may fetch the configuration, so nobody else can read it (0600; the original
 * has 0644 and writes in place, `spec/device-api.md` weak spot 14).
 * @throws {PubsubError} `io`
 */
export function storeIntegrityToken(device: Device, integrityToken: Uint8Array): void {
  replaceFile(device.paths.integrityToken, integrityToken, { mode: 0o600, syncFolder: false });
}

/** The controller keeps the key of the vault: a vault that can't be opened must not be wiped any more. */
export function vaultKeyIsKept(device: Device): void {
  const path = `${device.paths.persistStatus}/allow-vault-clean`;
  try {
    removeIfPresent(path);
  } catch (error) {
    device.log.error(`${path} can't be removed: ${errorText(error)}`);
  }
}
