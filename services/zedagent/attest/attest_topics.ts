/** What attestation publishes and follows; without tpmmgr and vaultmgr it stands in for both, unpublished (decisions.md 19). */
import type { Device } from "../../agent/mod.ts";
import {
  type AttestQuote,
  defaultVaultName,
  type EncryptedVaultKeyFromController,
  goAttestQuote,
  topics,
} from "../../topics/mod.ts";

/** What the others publish. */
export interface AttestTopicHandlers {
  /** A quote for this nonce is there. */
  quote(nonce: Uint8Array): void;
  /** vaultmgr has published its key, or that there is none. */
  escrow(): void;
}

/** See {@linkcode openAttestTopics}. */
export interface AttestTopics {
  /** Asks for a quote anew, whatever was asked before. @throws {PubsubError} `bad-key`, `io` */
  publishNonce(nonce: Uint8Array): void;
  /** @throws {PubsubError} `io` */
  publishVaultKey(key: EncryptedVaultKeyFromController): void;
  /** The quote for this nonce, if there is one. */
  quote(nonce: Uint8Array): AttestQuote | undefined;
  /** What to escrow: a sealed key, nothing for want of a TPM, or nothing yet. */
  vaultKey(): Uint8Array | "no-tpm" | undefined;
}

/** @throws {PubsubError} `owned`, `io` */
export function openAttestTopics(
  device: Device,
  standalone: boolean,
  handlers: AttestTopicHandlers,
): AttestTopics {
  const nonces = device.bus.publication(topics.zedagent.AttestNonce);
  const vaultKeys = device.bus.publication(topics.zedagent.EncryptedVaultKeyFromController);
  const others = standalone ? standIns : followOthers(device, handlers);
  for (const key of nonces.getAll().keys()) nonces.unpublish(key);
  return {
    ...others,
    publishNonce(nonce) {
      for (const key of nonces.getAll().keys()) nonces.unpublish(key);
      nonces.publish(nonce.toHex(), { Nonce: nonce, Requester: "zedagent" });
      // Not always a change on the bus: a controller may give the same nonce twice.
      if (others.quote(nonce) !== undefined) handlers.quote(nonce);
    },
    publishVaultKey(key) {
      vaultKeys.publish(key.Name, key);
    },
  };
}

type Others = Pick<AttestTopics, "quote" | "vaultKey">;

/** A device without TPM: the quote is empty, and there is nothing to escrow. */
const standIns: Others = {
  quote: (nonce) => goAttestQuote.make({ Nonce: nonce }),
  vaultKey: () => "no-tpm",
};

function followOthers(device: Device, handlers: AttestTopicHandlers): Others {
  const quoted = (_key: string, { Nonce }: AttestQuote) => handlers.quote(Nonce ?? new Uint8Array());
  const quotes = device.bus.subscription(topics.tpmmgr.AttestQuote, { create: quoted, modify: quoted });
  const escrowed = (key: string) => {
    if (key === defaultVaultName) handlers.escrow();
  };
  const escrow = device.bus.subscription(topics.vaultmgr.EncryptedVaultKeyFromDevice, {
    create: escrowed,
    modify: escrowed,
  });
  quotes.activate();
  escrow.activate();
  return {
    quote: (nonce) => quotes.get(nonce.toHex()),
    vaultKey() {
      const entry = escrow.get(defaultVaultName);
      if (entry === undefined) return undefined;
      if (!entry.IsTpmEnabled) return "no-tpm";
      const key = entry.EncryptedVaultKey;
      return key === null || key.length === 0 ? undefined : key;
    },
  };
}
