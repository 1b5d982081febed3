/** The device's certificates on their way to a real controller; the test plays tpmmgr. */
import { assert, assertEquals } from "@std/assert";
import { ZAttestReq } from "../../../proto/device.ts";
import { until } from "../../agent/test_device.ts";
import { type EdgeNodeCert, goEdgeNodeCert, topics } from "../../topics/mod.ts";
import { openTestAccess, type TestAccess } from "../info/testdata/test_access.ts";
import { edgeNodeCertsMessage } from "./edge_node_certs_message.ts";
import { afterSend, initialEdgeNodeCerts } from "./edge_node_certs_state.ts";
import { startEdgeNodeCertsTask } from "./edge_node_certs_task.ts";

const pem = new TextEncoder().encode("-----BEGIN CERTIFICATE-----\n");
function cert(CertType: number, more: Partial<EdgeNodeCert> = {}): EdgeNodeCert {
  return goEdgeNodeCert.make({
    HashAlgo: 1,
    CertID: new Uint8Array(16).fill(CertType),
    CertType,
    Cert: pem,
    ...more,
  });
}

const sent = (site: TestAccess) =>
  site.controller.requests.filter(({ endpoint, durationMs }) => endpoint === "attest" && durationMs > 0)
    .map(({ payload }) => ZAttestReq.decode(payload ?? new Uint8Array()));
const aWhile = () => new Promise<void>((resolve) => setTimeout(resolve, 60));

function startTask(site: TestAccess, configGetStatus = 1) {
  const told = { refused: [] as boolean[], notFound: 0 };
  const task = startEdgeNodeCertsTask(site.access, {
    configGetStatus: () => configGetStatus,
    onRefused: (refused) => void told.refused.push(refused),
    onNotFound: () => void told.notFound++,
  });
  return { task, told };
}

Deno.test("types, hashes and TPM data as the controller knows them; what has no type there is named", () => {
  const entries = new Map([
    ["04", cert(4)],
    ["02", cert(2)],
    ["03", cert(3, { IsTpm: true, MetaDataItems: [{ Type: 1, Data: pem }, { Type: 9, Data: pem }] })],
    ["01", cert(1, { HashAlgo: 0 })],
    ["07", cert(7)],
  ]);
  const { body, count, skipped } = edgeNodeCertsMessage(entries);
  const request = ZAttestReq.decode(body);
  assertEquals([request.reqType, count], [1, 4]);
  assertEquals(request.certs.map(({ type, hashAlgo }) => [type, hashAlgo]), [[10, 0], [11, 1], [12, 1], [
    13,
    1,
  ]]);
  assertEquals(request.certs[2]?.meta_data_items.map(({ type, meta_data }) => [type, meta_data]), [[1, pem]]);
  assertEquals(request.certs[1]?.certHash, new Uint8Array(16).fill(2));
  assert(skipped.length === 1 && (skipped[0] ?? "").includes("07"));
});

Deno.test("refused: never accepted in this run, an answer that says no, and configurations do arrive", () => {
  const after = (httpStatus: number, configGetStatus: number, state = initialEdgeNodeCerts) =>
    afterSend(state, false, httpStatus, configGetStatus).refused;
  for (const code of [400, 403, 404, 409, 422]) assertEquals(after(code, 1), true, `${code}`);
  for (const code of [0, 401, 407, 408, 429, 500, 503]) assertEquals(after(code, 1), false, `${code}`);
  assertEquals(after(404, 2), false);
  const refused = afterSend(initialEdgeNodeCerts, false, 404, 1);
  assertEquals(after(0, 1, refused), true);
  assertEquals(after(0, 2, refused), false);
  const accepted = afterSend(refused, true, 201, 1);
  assertEquals([accepted.refused, accepted.pending], [false, false]);
  assertEquals(afterSend(accepted, false, 404, 1), { ...accepted, pending: true });
});

Deno.test("all are sent at the start and after each change; without any nothing is sent", async () => {
  await using site = await openTestAccess();
  const { told } = startTask(site);
  await aWhile();
  assertEquals(sent(site).length, 0);
  const tpmmgr = site.others.publication(topics.tpmmgr.EdgeNodeCert);
  tpmmgr.publish("04", cert(4));
  await until("the first", () => sent(site).length === 1);
  tpmmgr.publish("02", cert(2));
  await until("both", () => sent(site).at(-1)?.certs.length === 2);
  assertEquals(site.controller.reports(site.uuid).certs().map(({ type }) => type), [11, 13]);
  const before = sent(site).length;
  tpmmgr.unpublish("02");
  await until("one again", () => sent(site).length > before);
  assertEquals(sent(site).at(-1)?.certs.length, 1);
  assertEquals(told, { refused: [], notFound: 0 });
});

Deno.test("Retry-After is waited for", async () => {
  await using site = await openTestAccess();
  site.others.publication(topics.tpmmgr.EdgeNodeCert).publish("04", cert(4));
  site.controller.faults.add("attest", { status: 429, retryAfter: "60", times: 1 });
  startTask(site);
  await until("429", () => sent(site).length === 1);
  await aWhile();
  await site.device.clock.advance(59_000);
  await aWhile();
  assertEquals(sent(site).length, 1);
  await site.device.clock.advance(8_000);
  await until("accepted", () => sent(site).length === 2);
});

Deno.test("404 while configurations arrive: refused, asked for the UUID, again after 10 s, taken back", async () => {
  await using site = await openTestAccess();
  const tpmmgr = site.others.publication(topics.tpmmgr.EdgeNodeCert);
  tpmmgr.publish("04", cert(4));
  tpmmgr.publish("09", cert(9));
  site.controller.faults.add("attest", { status: 404, times: 2 });
  const { task, told } = startTask(site);
  await until("404", () => told.notFound === 1);
  assertEquals(told.refused, [true]);
  await site.device.clock.advance(8_900);
  await aWhile();
  assertEquals(sent(site).length, 1);
  await site.device.clock.advance(2_200);
  await until("404 again", () => told.notFound === 2);
  await aWhile();
  await site.device.clock.advance(11_100);
  await until("accepted", () => told.refused.length === 2);
  assertEquals([told.refused, sent(site).length], [[true, false], 3]);
  assertEquals(site.device.logged.filter((line) => line.includes("EdgeNodeCert 09")).length, 1);
  await site.device.clock.advance(60_000);
  await aWhile();
  assertEquals(sent(site).length, 3);
  task.resend();
  await until("sent again", () => sent(site).length === 4);
});
