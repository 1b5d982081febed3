/**
 * A device without TPM from its first request to the served config. The checklist says "against adam"; the peer here is the
 * dev controller, which answers these requests as Adam does (`spec/device-api.md §13.3`) and is stricter where it differs.
 */
import { assertEquals } from "@std/assert";
import { ZAttestReq } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { openBus } from "../../pubsub/mod.ts";
import { defaultVaultName, goAttestQuote, goEdgeNodeCert, topics } from "../../topics/mod.ts";
import { fastClock } from "../../agent/fake_clock.ts";
import { openSite, untilConfigGetStatus } from "../testdata/test_site.ts";

Deno.test("[zedagent#31] without TPM: certs, nonce, quote without PCRs, token, config 200, state 7", async () => {
  await using site = await openSite({ enforceIntegrityToken: true });
  site.serve({ device_name: "edge-1" });
  site.openGates();
  Deno.writeTextFileSync(`${site.root}/run/eve-release`, "12.3.4-kvm-amd64\n");
  const { tpmmgr, vaultmgr, zedagent } = topics;
  site.publication(tpmmgr.EdgeNodeCert).publish(
    "0d",
    goEdgeNodeCert.make({
      HashAlgo: 1,
      CertID: new Uint8Array(16).fill(0x0d),
      CertType: 4,
      Cert: new TextEncoder().encode("-----BEGIN CERTIFICATE-----\n"),
    }),
  );
  site.publication(vaultmgr.EncryptedVaultKeyFromDevice).publish(defaultVaultName, {
    Name: defaultVaultName,
    EncryptedVaultKey: null,
    IsTpmEnabled: false,
  });
  const quotes = site.publication(tpmmgr.AttestQuote);
  const end = new AbortController();
  const problems: string[] = [];
  const report = ({ message }: Error) => void problems.push(message);
  openBus({ root: site.root, signal: end.signal, report, rescanMs: 200 })
    .subscription(zedagent.AttestNonce, {
      create: (key, { Nonce }) => void quotes.publish(key, goAttestQuote.make({ Nonce })),
    }).activate();

  await using _program = site.start({ clock: fastClock(20) });
  await untilConfigGetStatus(site, 1, 20_000);
  await until("state 7", () => site.status()?.AttestState === 7, 20_000);
  const requests = () =>
    site.controller.requests.flatMap(({ endpoint, payload }) =>
      endpoint === "attest" && payload !== undefined ? [ZAttestReq.decode(payload)] : []
    );
  const certs = () => requests().find(({ reqType }) => reqType === 1);
  // They have a queue of their own: nothing says that they come first.
  await until("the certificates of the device", () => certs() !== undefined, 20_000);
  assertEquals(certs()?.certs.map(({ type }) => type), [13]);
  // A nonce is asked for again if the controller's certificates were not there yet.
  assertEquals([...new Set(requests().map(({ reqType }) => reqType))].filter((type) => type !== 1), [2, 3]);
  const quote = requests().find(({ reqType }) => reqType === 3)?.quote;
  assertEquals([quote?.pcr_values.length, quote?.attestData.length], [0, 0]);
  assertEquals(
    Deno.readTextFileSync(`${site.root}/run/eve.integrity_token`),
    site.controller.deviceOptions(site.uuid).integrityToken,
  );
  const granted = site.configRequests().find(({ record }) => record.status === 200);
  assertEquals(
    new TextDecoder().decode(granted?.token),
    site.controller.deviceOptions(site.uuid).integrityToken,
  );
  assertEquals(site.read(zedagent.EdgeNodeInfo)?.DeviceName, "edge-1");
  end.abort();
  assertEquals(problems, []);
});
