/** Wi-Fi credentials, encrypted and in the clear. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileSharedSecret } from "../../../controllerconn/mod.ts";
import { VECTOR, vectorKeyPem } from "../../../controllerconn/object_encryption/testdata/vector.ts";
import { makeCertificate } from "../../../controllerconn/testdata/certificates.ts";
import { withPoint } from "../../../controllerconn/testdata/with_point.ts";
import { goCipherContext, goWifiConfig, type WifiConfig } from "../../topics/mod.ts";
import { countCipher, noCipherCounts } from "./cipher_counters.ts";
import { blockOpener, type CipherOutcome, openCredentials } from "./credentials.ts";

const now = "2026-08-22T10:00:00Z";
const bytes = (text: string) => new TextEncoder().encode(text);
const controllerPem = bytes(withPoint(makeCertificate({ name: "ctl" }), VECTOR.controllerPoint));
const open = blockOpener({
  controllerCert: (hash) => hash.toHex() === bytes("controller").toHex() ? controllerPem : undefined,
  sharedSecret: (hash) =>
    hash.toHex() === bytes("device").toHex() ? fileSharedSecret(bytes(vectorKeyPem())) : undefined,
});
const wifi = (some: Partial<WifiConfig> = {}) =>
  goWifiConfig.make({
    SSID: "lab",
    KeyScheme: 1,
    CipherBlockID: "net-lab",
    CipherContextID: "c1",
    InitialValue: VECTOR.initialValue,
    "pubsub-large-CipherData": VECTOR.cipherData,
    ClearTextHash: VECTOR.clearTextSha256,
    IsCipher: true,
    CipherContext: goCipherContext.make({
      ContextID: "c1",
      KeyExchangeScheme: 1,
      EncryptionScheme: 1,
      ControllerCertHash: bytes("controller"),
      DeviceCertHash: bytes("device"),
    }),
    ...some,
  });

Deno.test("credentials in a cipher block are decrypted with the keys of this device; an old error is cleared", async () => {
  const { identity, password, outcome, block } = await openCredentials(wifi({ Error: "old" }), open, now);
  assertEquals([identity, password, outcome], ["", "secret-wifi", "success"]);
  assertEquals([block?.CipherBlockID, block?.Error, block?.IsCipher], ["net-lab", "", true]);
});

Deno.test("a block that can't be decrypted: its error is published, what is in the clear is used", async () => {
  const broken = { ClearTextHash: VECTOR.clearTextSha256.toReversed() };
  const { outcome, password, block } = await openCredentials(
    wifi({ ...broken, Password: "clear" }),
    open,
    now,
  );
  assertEquals([outcome, password], ["cleartext-fallback", "clear"]);
  assertStringIncludes(block?.Error ?? "", "clearTextSha256");
  assertEquals([block?.ErrorTime, block?.ErrorSeverity], [now, 3]);
  assertEquals(JSON.stringify(block).includes("secret"), false);
  assertEquals((await openCredentials(wifi(broken), open, now)).outcome, "missing-fallback");
  const early = await openCredentials(wifi({ CipherContext: null }), open, now);
  assertEquals([early.outcome, early.block?.Error.includes("no cipher context")], ["missing-fallback", true]);
});

Deno.test("without a cipher block what is in the clear is used, and nothing is published", async () => {
  const clear = wifi({ IsCipher: false, Identity: "me", Password: "clear" });
  assertEquals(await openCredentials(clear, open, now), {
    identity: "me",
    password: "clear",
    outcome: "no-cipher",
  });
  assertEquals((await openCredentials(wifi({ IsCipher: false }), open, now)).outcome, "no-data");
});

Deno.test("each outcome is counted under the number of the API's CipherError", () => {
  const outcomes: CipherOutcome[] = [
    "success",
    "no-cipher",
    "no-data",
    "cleartext-fallback",
    "missing-fallback",
    "missing-fallback",
  ];
  const counts = outcomes.reduce((before, outcome) => countCipher(before, outcome, now), noCipherCounts());
  assertEquals(counts, {
    AgentName: "nim",
    FailureCount: 5,
    SuccessCount: 1,
    LastFailure: now,
    LastSuccess: now,
    TypeCounters: [0, 0, 0, 0, 1, 2, 1, 1],
  });
});
