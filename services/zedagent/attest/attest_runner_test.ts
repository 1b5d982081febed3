/** Attestation against a real controller; the test plays tpmmgr and vaultmgr. */
import { assert, assertEquals } from "@std/assert";
import { attest, ZAttestReq, ZAttestResponse } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { type AttestNonce, AttestState, defaultVaultName, goAttestQuote, topics } from "../../topics/mod.ts";
import { openTestAccess, type TestAccess } from "../info/testdata/test_access.ts";
import type { Attestation } from "../parts.ts";
import { startAttestation } from "./attest_runner.ts";

/** A task, and what it told. */
interface Task extends Attestation {
  readonly told: { states: [number, string][]; complete: number; certs: number; notFound: number };
}

function startTask(site: TestAccess, standalone = false): Task {
  const told: Task["told"] = { states: [], complete: 0, certs: 0, notFound: 0 };
  const task = startAttestation(site.access, {
    standalone,
    onState: (state, error) => void told.states.push([state, error]),
    onComplete: () => void told.complete++,
    requestCerts: () => void told.certs++,
    onNotFound: () => void told.notFound++,
  });
  return {
    told,
    restart: () => task.restart(),
    certificatesArrived: () => task.certificatesArrived(),
    get quoteSent() {
      return task.quoteSent;
    },
    get state() {
      return task.state;
    },
    get error() {
      return task.error;
    },
  };
}

/** Quotes each nonce as a device without TPM does; counts the nonces. */
function playTpmmgr(site: TestAccess): AttestNonce[] {
  const seen: AttestNonce[] = [];
  const quotes = site.others.publication(topics.tpmmgr.AttestQuote);
  site.others.subscription(topics.zedagent.AttestNonce, {
    create(key, nonce) {
      seen.push(nonce);
      quotes.publish(key, goAttestQuote.make({ Nonce: nonce.Nonce }));
    },
  }).activate();
  return seen;
}

function playVaultmgr(site: TestAccess, IsTpmEnabled: boolean, key: Uint8Array | null = null): void {
  site.others.publication(topics.vaultmgr.EncryptedVaultKeyFromDevice).publish(defaultVaultName, {
    Name: defaultVaultName,
    EncryptedVaultKey: key,
    IsTpmEnabled,
  });
}

async function storeCerts(site: TestAccess): Promise<void> {
  const { client, server, device } = site.access;
  const url = `https://${server()}/api/v2/edgedevice/certs`;
  const result = await client.sendOnAllIntf(url, undefined, { signal: device.signal });
  client.acceptControllerCerts(result.contents);
  site.controller.clearRequests();
}

const requests = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "attest" && durationMs > 0)
    .map(({ payload }) => ZAttestReq.decode(payload ?? new Uint8Array()));
const types = (site: TestAccess) => requests(site).map(({ reqType }) => reqType);

async function untilRequests(site: TestAccess, count: number): Promise<void> {
  await until(`${count} attest requests`, () => requests(site).length >= count);
  // The answer has still to be read.
  await new Promise<void>((resolve) => setTimeout(resolve, 30));
}

Deno.test("[device-api#28] without a TPM: empty quote, no STORE_KEYS, token and versions as they are", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  site.device.write("/run/eve-release", "12.3.4-kvm-amd64\n");
  site.device.write("/config/origin.2026-01-01.12.0.0", "");
  const nonces = playTpmmgr(site);
  playVaultmgr(site, false);
  const task = startTask(site);
  await until("state 7", () => task.state === AttestState.StateComplete);
  assertEquals(types(site), [2, 3]);
  const quote = requests(site)[1]?.quote;
  assertEquals([quote?.attestData.length, quote?.signature.length, quote?.pcr_values.length], [0, 0, 0]);
  assertEquals(quote?.versions.map(({ version_type, version }) => [version_type, version]), [
    [1, "12.3.4-kvm-amd64"],
    [3, "origin.2026-01-01.12.0.0"],
  ]);
  assertEquals(nonces.map(({ Requester }) => Requester), ["zedagent"]);
  const token = Deno.readFileSync(site.device.paths.integrityToken);
  assertEquals(
    new TextDecoder().decode(token),
    site.controller.deviceOptions(site.uuid).integrityToken,
  );
  assertEquals((Deno.statSync(site.device.paths.integrityToken).mode ?? 0) & 0o777, 0o600);
  assertEquals([task.told.complete, task.quoteSent], [1, true]);
  assertEquals(task.told.states.map(([state]) => state), [1, 2, 4, 5, 7]);
});

Deno.test("standalone: both others are played inside, and nothing is published under their names", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  const task = startTask(site, true);
  await until("state 7", () => task.state === AttestState.StateComplete);
  assertEquals(types(site), [2, 3]);
  assert((requests(site)[1]?.quote?.versions[0]?.version ?? "").startsWith("eve-comms "));
  for (const agent of ["tpmmgr", "vaultmgr"]) {
    assertEquals(site.device.read(`/run/${agent}`), undefined);
    let there = true;
    try {
      Deno.statSync(`${site.device.paths.run}/${agent}`);
    } catch {
      there = false;
    }
    assertEquals(there, false, agent);
  }
});

for (const step of [2, 3, 4]) {
  for (const attest of [{ respType: 1 }, { withoutMessage: true }]) {
    Deno.test(`[device-api#29] ${Object.keys(attest)[0]} spoilt in answer ${step}: again after 15 s`, async () => {
      await using site = await openTestAccess();
      await storeCerts(site);
      site.device.write("/run/eve-release", "12.3.4");
      playTpmmgr(site);
      playVaultmgr(site, true, new Uint8Array([5]));
      site.controller.faults.add("attest", { after: step - 2, times: 1, attest });
      const task = startTask(site);
      await until("the error", () => task.error.includes("expected"));
      const before = [2, 3, 4].slice(0, step - 1);
      assertEquals(types(site), before);
      await site.device.clock.advance(13_000);
      await new Promise<void>((resolve) => setTimeout(resolve, 30));
      assertEquals(types(site), before);
      await site.device.clock.advance(4_000);
      await until("state 7", () => task.state === AttestState.StateComplete);
      assertEquals(types(site), [...before, ...[2, 3, 4].slice(step - 2)]);
    });
  }
}

Deno.test("403 restarts from Complete within about 15 s", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  const task = startTask(site, true);
  await until("state 7", () => task.state === AttestState.StateComplete);
  task.restart();
  assertEquals(task.state, AttestState.StateRestartWait);
  await site.device.clock.advance(17_000);
  await until("state 7 again", () => task.state === AttestState.StateComplete);
  assertEquals(types(site), [2, 3, 2, 3]);
  assertEquals(task.told.complete, 2);
});

Deno.test("[zedagent#32] the controller's vault key is published once per attestation; without one a null key", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  const seen: [string, Uint8Array | null | undefined][] = [];
  site.others.subscription(topics.zedagent.EncryptedVaultKeyFromController, {
    create: (key, value) => void seen.push([`create ${key}`, value.EncryptedVaultKey]),
    modify: (key, value) => void seen.push([`modify ${key}`, value.EncryptedVaultKey]),
  }).activate();
  const task = startTask(site, true);
  await until("state 7", () => task.state === AttestState.StateComplete);
  await until("the key", () => seen.length > 0);
  assertEquals(seen, [[`create ${defaultVaultName}`, null]]);

  const sealed = new Uint8Array([1, 2, 3]);
  const withKey = ZAttestResponse.encode({
    respType: attest.ZAttestRespType.ATTEST_RESP_QUOTE_RESP,
    quoteResp: {
      response: 1,
      integrity_token: new TextEncoder().encode("token"),
      keys: [
        { key_type: 0, key: new Uint8Array([8]) },
        {
          key_type: 1,
          key: sealed,
          has_policy_pcr_list: true,
          policy_pcr_list: { pcr_indices: [0, 4], policy_id: 7 },
        },
      ],
    },
  }).finish();
  site.controller.faults.add("attest", { after: 1, times: 1, payload: withKey });
  task.restart();
  await site.device.clock.advance(17_000);
  await until("the key", () => seen.length > 1);
  await until("state 7 again", () => task.state === AttestState.StateComplete);
  await new Promise<void>((resolve) => setTimeout(resolve, 50));
  assertEquals(seen.slice(1), [[`modify ${defaultVaultName}`, sealed]]);
  const text = site.device.read(`/run/zedagent/EncryptedVaultKeyFromController/${defaultVaultName}.json`);
  assert(text?.includes('"PolicyPcr":{"PolicyPresent":true,"Indexes":[0,4],"ID":7}'), text);
});

Deno.test("with a TPM the sealed key is kept by the controller, and the vault must not be wiped any more", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  site.device.write("/run/eve-release", "12.3.4");
  site.device.write("/persist/status/allow-vault-clean", "");
  playTpmmgr(site);
  const task = startTask(site);
  await until("state 3", () => task.state === AttestState.StateInternalEscrowWait);
  const sealed = new Uint8Array([4, 5, 6]);
  playVaultmgr(site, true, sealed);
  await until("state 7", () => task.state === AttestState.StateComplete);
  const stored = requests(site).at(-1)?.storage_keys;
  assertEquals(stored?.keys.map(({ key_type, key }) => [key_type, key]), [[1, sealed]]);
  assertEquals(stored?.integrity_token, Deno.readFileSync(site.device.paths.integrityToken));
  assertEquals(site.device.read("/persist/status/allow-vault-clean"), undefined);
});

Deno.test("the quote of a TPM goes from the bus to the controller as tpmmgr has made it; a refused one leads to a new nonce", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  site.device.write("/run/eve-release", "12.3.4");
  const digest = new Uint8Array(32).fill(0xab);
  const quotes = site.others.publication(topics.tpmmgr.AttestQuote);
  site.others.subscription(topics.zedagent.AttestNonce, {
    create: (key, { Nonce }) =>
      void quotes.publish(key, {
        Nonce,
        SigType: 1,
        Signature: new Uint8Array([0x30, 1]),
        Quote: new Uint8Array([0xff, 0x54, 0x43, 0x47]),
        PCRs: [{ Index: 0, Algo: 2, Digest: digest }, { Index: 7, Algo: 2, Digest: digest }],
      }),
  }).activate();
  const task = startTask(site);
  // The controller has no certificate to check it with.
  await until("state 6", () => task.state === AttestState.StateRestartWait);
  const quote = requests(site).at(-1)?.quote;
  assertEquals(quote?.attestData, new Uint8Array([0xff, 0x54, 0x43, 0x47]));
  assertEquals(quote?.signature, new Uint8Array([0x30, 1]));
  assertEquals(
    quote?.pcr_values.map(({ index, hash_algo, value }) => [index, hash_algo, value]),
    [[0, 2, digest], [7, 2, digest]],
  );
  assert(task.error.includes("certificate"), task.error);
  site.controller.faults.add("attest", { attest: { quoteResponse: 1 } });
  playVaultmgr(site, true, new Uint8Array([5]));
  await site.device.clock.advance(17_000);
  await until("a second quote", () => types(site).filter((type) => type === 3).length === 2);
  assertEquals(types(site).slice(0, 4), [2, 3, 2, 3]);
});

Deno.test("a tpmmgr that comes late finds the nonce; a missing release is tried again", async () => {
  await using site = await openTestAccess();
  await storeCerts(site);
  const task = startTask(site);
  await until("state 2", () => task.state === AttestState.StateInternalQuoteWait);
  await site.device.clock.advance(17_000);
  assert(task.error.includes("tpmmgr"));
  playTpmmgr(site);
  playVaultmgr(site, false);
  await until("the missing release", () => task.error.includes("eve-release"));
  assertEquals([task.state, task.quoteSent], [AttestState.StateAttestWait, false]);
  site.device.write("/run/eve-release", "12.3.4");
  await site.device.clock.advance(17_000);
  await until("state 7", () => task.state === AttestState.StateComplete);
});

Deno.test("what answers lead to: certificates asked for again, the UUID asked for again", async () => {
  await using site = await openTestAccess();
  const task = startTask(site, true);
  await untilRequests(site, 1);
  // No certificate of the controller is stored.
  assertEquals([task.told.certs, task.told.notFound], [1, 0]);
  await storeCerts(site);
  site.controller.faults.add("attest", { times: 1, status: 404 });
  task.certificatesArrived();
  await until("404", () => task.told.notFound === 1);
  site.controller.faults.add("attest", { times: 1, envelope: "wrong-signature" });
  await site.device.clock.advance(17_000);
  await untilRequests(site, 2);
  assertEquals([task.told.certs, task.state], [1, AttestState.StateNonceWait]);
  await site.device.clock.advance(17_000);
  await until("state 7", () => task.state === AttestState.StateComplete);
});
