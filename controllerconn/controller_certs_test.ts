import {
  assertEquals,
  assertInstanceOf,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { newClient } from "./client.ts";
import { decodeControllerCerts, encodeControllerCerts } from "./controller_cert_list.ts";
import { ControllerConnError } from "./error.ts";
import { newAgentMetrics } from "./metrics_counters.ts";
import { SenderStatus } from "./sender_status.ts";
import { makeCertificate } from "./testdata/certificates.ts";
import { certsAnswer, makeController, sealed, signRaw, zcert } from "./testdata/controller.ts";
import { clientOptions, MemoryStore, ROOT } from "./testdata/device.ts";
import { SIGNING_PEM, UUID_RESPONSE, VECTOR_TIME } from "./testdata/vectors.ts";
import type { Client, OpenedEnvelope } from "./types.ts";
import { verifyAuthContainer } from "./verify_envelope.ts";

const text = (value: string) => new TextEncoder().encode(value);
const PAYLOAD = text("the configuration");

function setUp(stored?: Uint8Array, backup?: Uint8Array) {
  const store = new MemoryStore();
  store.primary = stored;
  store.backup = backup;
  const metrics = newAgentMetrics(() => 0);
  return { store, metrics, client: newClient(clientOptions({ controllerCerts: store, metrics })) };
}

function refused(opened: OpenedEnvelope): [SenderStatus, string | undefined, string] {
  assertEquals(opened.payload.length, 0);
  return [opened.status, opened.error?.kind, opened.error?.message ?? ""];
}

function assertOpens(client: Client, envelope: Uint8Array): void {
  assertEquals(client.removeAndVerifyAuthContainer(envelope), {
    payload: PAYLOAD,
    status: SenderStatus.SenderStatusNone,
  });
}

/** A client at the time of the vector; its certificate is self-signed, and so accepted as its own root. */
function vectorClient(pem: string): Client {
  const store = new MemoryStore();
  const ecdh = makeCertificate({ name: "ecdh", notBefore: VECTOR_TIME - 1000, notAfter: VECTOR_TIME + 1000 });
  store.primary = encodeControllerCerts([zcert(pem, 1), zcert(ecdh, 3)]);
  const rootCertificatePem = `${SIGNING_PEM}\n${ecdh.pem}`;
  return newClient(clientOptions({ controllerCerts: store, rootCertificatePem, now: () => VECTOR_TIME }));
}

Deno.test("[device-api#9] the response vector verifies with the trimmed PEM, and misses with a newline behind it", () => {
  const opened = vectorClient(SIGNING_PEM).removeAndVerifyAuthContainer(UUID_RESPONSE);
  assertEquals(opened.error, undefined);
  assertEquals(new TextDecoder().decode(opened.payload.slice(2)), "5d0767ee-0547-4569-b530-387e526f8cb9");
  const [status, kind, message] = refused(
    vectorClient(`${SIGNING_PEM}\n`).removeAndVerifyAuthContainer(UUID_RESPONSE),
  );
  assertEquals([status, kind], [SenderStatus.SenderStatusCertMiss, "envelope-verify"]);
  assertStringIncludes(message, "b13785df9ddb9a7ba9c6a605225867a9f2a79e86d7c2c3d2baa93240d9428997");
  assertStringIncludes(message, "8605417a");
});

Deno.test("[device-api#10] hash of 16 bytes with algo 1; length 20 and algo 0 are refused", () => {
  const { signing, stored } = makeController(ROOT);
  const { client } = setUp(stored);
  const whole = sealed(PAYLOAD, signing);
  assertOpens(client, whole);
  const hash = Uint8Array.from(whole.slice(-98, -66));
  assertOpens(client, sealed(PAYLOAD, signing, { algo: 1, senderCertHash: hash.slice(0, 16) }));
  const open = (changes: Parameters<typeof sealed>[2]) =>
    refused(client.removeAndVerifyAuthContainer(sealed(PAYLOAD, signing, changes)));
  const [size, kind, sizeText] = open({ senderCertHash: hash.slice(0, 20) });
  assertEquals([size, kind], [SenderStatus.SenderStatusHashSizeError, "envelope-verify"]);
  assertStringIncludes(sizeText, "expected a senderCertHash of 16 or 32 bytes, 20 arrived");
  const [algo, , algoText] = open({ algo: 0 });
  assertEquals(algo, SenderStatus.SenderStatusAlgoFail);
  assertStringIncludes(algoText, "expected hash algorithm 1 or 2, 0 arrived");
  assertEquals(open({ algo: 2, senderCertHash: hash.slice(0, 16) })[0], SenderStatus.SenderStatusCertMiss);
  assertEquals(open({ algo: 1 })[0], SenderStatus.SenderStatusCertMiss);
});

Deno.test("[device-api#11] an RSA signing certificate is accepted (PKCS#1 v1.5), a broken signature is not", () => {
  const { signing, stored } = makeController(ROOT, "RSA");
  const { client } = setUp(stored);
  const signatureHash = signRaw(PAYLOAD, signing.key);
  assertEquals(signatureHash.length, 256);
  assertOpens(client, sealed(PAYLOAD, signing, { signatureHash }));
  for (const length of [0, 10, 255, 300]) {
    const bad = sealed(PAYLOAD, signing, { signatureHash: new Uint8Array(length) });
    assertEquals(
      refused(client.removeAndVerifyAuthContainer(bad))[0],
      SenderStatus.SenderStatusSignVerifyFail,
    );
  }
});

Deno.test("a P-384 signing certificate is accepted", () => {
  const { signing, stored } = makeController(ROOT, "P-384");
  assertOpens(setUp(stored).client, sealed(PAYLOAD, signing));
});

Deno.test("[controllerconn#24] every fault of an envelope has its status, and counts as an authentication failure", () => {
  const now = makeController(ROOT);
  const before = makeController(ROOT);
  const stranger = makeController(ROOT);
  const { client, store, metrics } = setUp(now.stored, before.stored);
  const status = (envelope: Uint8Array) => refused(client.removeAndVerifyAuthContainer(envelope))[0];
  const good = sealed(PAYLOAD, now.signing);
  assertOpens(client, good);
  assertOpens(client, sealed(PAYLOAD, before.signing));
  assertOpens(client, sealed(PAYLOAD, now.signing, { algo: 1, senderCertHash: good.slice(-98, -82) }));
  store.loads = 0;
  assertEquals(status(sealed(PAYLOAD, stranger.signing)), SenderStatus.SenderStatusCertMiss);
  assertEquals(store.loads, 2, "primary and backup were looked at anew");
  const forged = sealed(PAYLOAD, now.signing, { signatureHash: signRaw(PAYLOAD, stranger.signing.key) });
  assertEquals(status(forged), SenderStatus.SenderStatusSignVerifyFail);
  assertEquals(status(sealed(PAYLOAD, now.signing, { algo: 0 })), SenderStatus.SenderStatusAlgoFail);
  const wrongSize = sealed(PAYLOAD, now.signing, { senderCertHash: new Uint8Array(20) });
  assertEquals(status(wrongSize), SenderStatus.SenderStatusHashSizeError);
  for (const length of [0, 1, 31, 32, 63, 65, 72, 96]) {
    const [code, , message] = refused(
      client.removeAndVerifyAuthContainer(
        sealed(PAYLOAD, now.signing, { signatureHash: new Uint8Array(length) }),
      ),
    );
    assertEquals(code, SenderStatus.SenderStatusSignVerifyFail);
    assertStringIncludes(message, `expected a signature of 64 bytes, ${length} arrived`);
  }
  for (const fill of [0, 0xff]) {
    const signatureHash = new Uint8Array(64).fill(fill);
    assertEquals(
      status(sealed(PAYLOAD, now.signing, { signatureHash })),
      SenderStatus.SenderStatusSignVerifyFail,
    );
  }
  assertEquals(metrics.snapshot()[""]?.AuthFailCount, 14);
  assertEquals(metrics.snapshot()[""]?.FailureCount, 0);
});

Deno.test("a flipped bit anywhere in payload or signature is noticed", () => {
  const { signing, stored } = makeController(ROOT);
  const { client } = setUp(stored);
  const envelope = sealed(PAYLOAD, signing);
  const payloadAt = 4;
  const signatureAt = envelope.length - 64;
  for (const at of [payloadAt, payloadAt + PAYLOAD.length - 1, signatureAt, envelope.length - 1]) {
    const flipped = Uint8Array.from(envelope);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const [status, kind, message] = refused(client.removeAndVerifyAuthContainer(flipped));
    assertEquals([status, kind], [SenderStatus.SenderStatusSignVerifyFail, "envelope-verify"]);
    assertStringIncludes(message, "signature does not match the payload; it is not used");
  }
});

Deno.test("no payload, an encrypted envelope and garbage are kind envelope without a status", () => {
  const { signing, stored } = makeController(ROOT);
  const { client } = setUp(stored);
  const empty = sealed(new Uint8Array(0), signing);
  assertEquals(client.removeAndVerifyAuthContainer(empty).error, undefined, "an empty payload is one");
  for (
    const [envelope, part] of [
      [empty.slice(2), "has no payload"],
      [Uint8Array.fromHex("32003a00"), "is encrypted"],
      [text("garbage"), "expected a protobuf message"],
      [new Uint8Array(0), "has no payload"],
    ] as const
  ) {
    const [status, kind, message] = refused(client.removeAndVerifyAuthContainer(envelope));
    assertEquals([status, kind], [SenderStatus.SenderStatusNone, "envelope"]);
    assertStringIncludes(message, part);
  }
});

Deno.test("[device-api#14] the backup verifies where the primary does not match, and does not replace it", () => {
  const now = makeController(ROOT);
  const before = makeController(ROOT);
  const { client, store } = setUp(now.stored, before.stored);
  assertOpens(client, sealed(PAYLOAD, before.signing));
  assertEquals(client.controllerCerts(), now.certs);
  assertOpens(client, sealed(PAYLOAD, now.signing));
  assertEquals([store.primary, store.saves], [now.stored, 0]);
});

Deno.test("a list that another process stored is found on a mismatch", () => {
  const before = makeController(ROOT);
  const next = makeController(ROOT);
  const { client, store } = setUp(before.stored);
  assertOpens(client, sealed(PAYLOAD, before.signing));
  store.save(next.stored);
  assertOpens(client, sealed(PAYLOAD, next.signing));
  assertEquals(client.controllerCerts(), next.certs);
  assertOpens(client, sealed(PAYLOAD, before.signing));
});

Deno.test("the store is read once for many envelopes", () => {
  const { signing, stored } = makeController(ROOT);
  const { client, store } = setUp(stored);
  for (let count = 0; count < 20; count++) assertOpens(client, sealed(PAYLOAD, signing));
  assertEquals(store.loads, 1);
});

Deno.test("without a usable stored list: kind no-controller-cert, status CertMiss, the reasons named", () => {
  const { signing, stored } = makeController(ROOT);
  const foreign = makeController(makeController(ROOT).signing);
  const envelope = sealed(PAYLOAD, signing);
  for (
    const [primary, part] of [
      [undefined, "controllercerts: absent; controllercerts.bak: absent"],
      [new Uint8Array(0), "controllercerts: empty"],
      [text("garbage"), "expected a protobuf message"],
      [foreign.stored, "which is neither in root-certificate.pem"],
    ] as const
  ) {
    const { client, store } = setUp(primary);
    const [status, kind, message] = refused(client.removeAndVerifyAuthContainer(envelope));
    assertEquals([status, kind], [SenderStatus.SenderStatusCertMiss, "no-controller-cert"]);
    assertStringIncludes(message, part);
    assertEquals(client.controllerCerts(), undefined);
    store.backup = stored;
    assertOpens(client, envelope);
    assertNotEquals(client.controllerCerts(), undefined);
  }
});

Deno.test("a store that throws is an answer, not an exit", () => {
  const store = new MemoryStore();
  store.load = () => {
    throw new Error("input/output error");
  };
  const client = newClient(clientOptions({ controllerCerts: store }));
  const { signing } = makeController(ROOT);
  const [status, kind, message] = refused(client.removeAndVerifyAuthContainer(sealed(PAYLOAD, signing)));
  assertEquals([status, kind], [SenderStatus.SenderStatusCertMiss, "no-controller-cert"]);
  assertStringIncludes(message, "input/output error");
});

Deno.test("[device-api#17] a reordered but equal list does not rewrite the checkpoint; a changed one does", () => {
  const now = makeController(ROOT);
  const next = makeController(ROOT);
  const { client, store } = setUp();
  assertEquals(client.acceptControllerCerts(certsAnswer(now.certs)), { certs: now.certs, changed: true });
  assertEquals([store.saves, store.primary], [1, now.stored]);
  const reordered = now.certs.toReversed();
  assertEquals(client.acceptControllerCerts(certsAnswer(reordered)), { certs: reordered, changed: false });
  assertEquals([store.saves, store.primary], [1, now.stored]);
  assertEquals(client.acceptControllerCerts(certsAnswer(next.certs)).changed, true);
  assertEquals([store.saves, store.primary, store.backup], [2, next.stored, now.stored]);
  assertOpens(client, sealed(PAYLOAD, next.signing));
  assertOpens(client, sealed(PAYLOAD, now.signing));
});

Deno.test("a list that is refused changes nothing", () => {
  const now = makeController(ROOT);
  const { client, store } = setUp(now.stored);
  const kinds = [certsAnswer(now.certs.slice(0, 1)), text("garbage"), new Uint8Array(0), certsAnswer([])]
    .map((bytes) => assertThrows(() => client.acceptControllerCerts(bytes), ControllerConnError).kind);
  assertEquals(kinds, ["cert-chain", "envelope", "envelope", "cert-chain"]);
  assertEquals([store.saves, decodeControllerCerts(store.primary ?? new Uint8Array(0))], [0, now.certs]);
  assertOpens(client, sealed(PAYLOAD, now.signing));
});

Deno.test("a list that can't be stored is used all the same, and said so", () => {
  const next = makeController(ROOT);
  const { client, store } = setUp();
  store.save = () => {
    throw new Error("no space left on device");
  };
  const error = assertThrows(
    () => client.acceptControllerCerts(certsAnswer(next.certs)),
    ControllerConnError,
  );
  assertStringIncludes(error.message, "no space left on device");
  assertOpens(client, sealed(PAYLOAD, next.signing));
});

Deno.test("an envelope can be verified against one given certificate", () => {
  const { signing, certs } = makeController(ROOT);
  const stranger = makeController(ROOT);
  const envelope = sealed(PAYLOAD, signing);
  const zcertOf = (list: typeof certs) => list[0] ?? zcert("", 1);
  assertEquals(verifyAuthContainer(envelope, zcertOf(certs)), {
    payload: PAYLOAD,
    status: SenderStatus.SenderStatusNone,
  });
  assertEquals(
    verifyAuthContainer(envelope, zcertOf(stranger.certs)).status,
    SenderStatus.SenderStatusCertMiss,
  );
  assertEquals(verifyAuthContainer(text("garbage"), zcertOf(certs)).error?.kind, "envelope");
  assertEquals(verifyAuthContainer(envelope, zcert("no certificate", 1)).error?.kind, "envelope");
});

Deno.test("mutated envelopes and lists: always an answer of ours, never another payload", () => {
  const { signing, certs, stored } = makeController(ROOT);
  const { client, store } = setUp(stored);
  let seed = 4711;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const mutate = (bytes: Uint8Array) => {
    const copy = bytes.slice(0, random(4) === 0 ? random(bytes.length) : bytes.length);
    for (let count = random(4); count >= 0; count--) {
      if (copy.length > 0) copy[random(copy.length)] = random(256);
    }
    return copy;
  };
  const envelope = sealed(PAYLOAD, signing);
  const list = certsAnswer(certs);
  for (let count = 0; count < 1000; count++) {
    const opened = client.removeAndVerifyAuthContainer(mutate(envelope));
    if (opened.error === undefined) assertEquals(opened.payload, PAYLOAD);
    else assertEquals([opened.error.name, opened.payload.length], ["ControllerConnError", 0]);
    try {
      client.acceptControllerCerts(mutate(list));
    } catch (error) {
      assertInstanceOf(error, ControllerConnError);
    }
  }
  // Hashes of the list are opaque and signed by nobody, so a list with other ones is still a good list.
  assertEquals(decodeControllerCerts(store.primary ?? text("")).map((each) => each.cert.length > 0), [
    true,
    true,
  ]);
  assertEquals(client.removeAndVerifyAuthContainer(envelope).error, undefined);
});

Deno.test("a stored list is good now, or at the time when it was stored: one of the two clocks was wrong", () => {
  const { signing, stored } = makeController(ROOT);
  const envelope = sealed(PAYLOAD, signing);
  const [now, year] = [Date.now(), 365 * 86_400_000];
  const kindOf = (clock: number, storedAt: number | undefined) => {
    const store = Object.assign(new MemoryStore(), { primary: stored, storedAt: () => storedAt });
    const client = newClient(clientOptions({ controllerCerts: store, now: () => clock }));
    return client.removeAndVerifyAuthContainer(envelope).error?.kind;
  };
  assertEquals([kindOf(now, now), kindOf(now, undefined), kindOf(0, now)], [undefined, undefined, undefined]);
  assertEquals(kindOf(now, now + 50 * year), undefined, "the clock was ahead when it was stored");
  assertEquals(kindOf(now + 50 * year, now), "no-controller-cert", "expired");
  assertEquals([kindOf(0, undefined), kindOf(0, 1000)], ["no-controller-cert", "no-controller-cert"]);
});
