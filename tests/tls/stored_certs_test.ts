/** Programs that share `/persist/checkpoint/controllercerts`: none is stuck with what it read once (`spec/controllerconn.md §10.5`). */
import { assertEquals } from "@std/assert";
import { type Client, newClient, SenderStatus } from "../../controllerconn/mod.ts";
import { makeCertificate } from "../../controllerconn/testdata/certificates.ts";
import { certsAnswer, makeController, sealed } from "../../controllerconn/testdata/controller.ts";
import { clientOptions, ROOT } from "../../controllerconn/testdata/device.ts";
import { fileControllerCertStore } from "../../services/agent/checkpoint.ts";
import { testDevice } from "../../services/agent/test_device.ts";

const PAYLOAD = new TextEncoder().encode("the configuration");
type Controller = ReturnType<typeof makeController>;

const statusOf = (client: Client, controller: Controller) =>
  client.removeAndVerifyAuthContainer(sealed(PAYLOAD, controller.signing)).status;
const { SenderStatusNone, SenderStatusCertMiss } = SenderStatus;

Deno.test("a program that has used the backup reads the primary again, and follows what another one stores, rotation after rotation", async () => {
  await using device = testDevice();
  const open = () => newClient(clientOptions({ controllerCerts: fileControllerCertStore(device.paths) }));
  const [fetching, other] = [open(), open()];
  let before = makeController(ROOT);
  fetching.acceptControllerCerts(certsAnswer(before.certs));
  assertEquals(statusOf(other, before), SenderStatusNone);
  for (let rotation = 0; rotation < 3; rotation++) {
    const next = makeController(ROOT);
    assertEquals(statusOf(other, next), SenderStatusCertMiss);
    fetching.acceptControllerCerts(certsAnswer(next.certs));
    // By the backup, then by the primary, in turn: neither sticks.
    for (const controller of [before, next, before, next]) {
      assertEquals(statusOf(other, controller), SenderStatusNone);
      assertEquals(statusOf(fetching, controller), SenderStatusNone);
    }
    assertEquals(other.controllerCerts(), next.certs);
    before = next;
  }
  for (const client of [fetching, other]) client.close();
});

Deno.test("a program that was in CertMiss gets out of it without a restart as soon as another one has fetched", async () => {
  await using device = testDevice();
  const open = () => newClient(clientOptions({ controllerCerts: fileControllerCertStore(device.paths) }));
  const [fetching, stuck] = [open(), open()];
  const [first, second, third] = [makeController(ROOT), makeController(ROOT), makeController(ROOT)];
  assertEquals(statusOf(stuck, third), SenderStatusCertMiss, "nothing is stored yet");
  for (const { certs } of [first, second]) fetching.acceptControllerCerts(certsAnswer(certs));
  assertEquals([statusOf(stuck, first), statusOf(stuck, third)], [SenderStatusNone, SenderStatusCertMiss]);
  fetching.acceptControllerCerts(certsAnswer(third.certs));
  assertEquals([statusOf(stuck, third), statusOf(stuck, second)], [SenderStatusNone, SenderStatusNone]);
  assertEquals(statusOf(stuck, first), SenderStatusCertMiss, "two rotations old: neither primary nor backup");
  for (const client of [fetching, stuck]) client.close();
});

Deno.test("what another process damages or what does not chain to the root is never used; the other file is", async () => {
  await using device = testDevice();
  const client = newClient(clientOptions({ controllerCerts: fileControllerCertStore(device.paths) }));
  const [before, now] = [makeController(ROOT), makeController(ROOT)];
  for (const { certs } of [before, now]) client.acceptControllerCerts(certsAnswer(certs));
  const foreign = makeController(makeCertificate({ name: "test root", ca: true }));
  for (const bad of [foreign.stored, new Uint8Array(0), new TextEncoder().encode("torn")]) {
    const fresh = newClient(clientOptions({ controllerCerts: fileControllerCertStore(device.paths) }));
    Deno.writeFileSync(device.paths.controllerCerts, bad);
    assertEquals(statusOf(fresh, foreign), SenderStatusCertMiss);
    assertEquals(statusOf(fresh, before), SenderStatusNone);
    fresh.close();
  }
  client.close();
});
