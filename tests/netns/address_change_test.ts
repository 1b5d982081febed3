/** A port whose address changes while connections are kept. */
import { assertEquals, assertLess } from "@std/assert";
import { CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";

const URL_OF_TEST = `${CONTROLLER_NAME}/test`;

Deno.test("a new address: the next send comes from it, and no kept connection of the old one is used", async () => {
  await using lab = await Lab.open({});
  const controller = await lab.startController();
  const sender = await lab.startSender();
  const uplink = lab.uplink(0);
  const before = uplink.address();
  for (let time = 0; time < 2; time++) assertEquals((await sender.send(URL_OF_TEST)).kind, null);
  assertEquals(controller.connections, [before], "one connection for both");

  await uplink.changeAddress(3);
  await sender.setNetwork(lab.status());
  const after = uplink.address();
  for (let time = 0; time < 2; time++) assertEquals((await sender.send(URL_OF_TEST)).text, "");
  assertEquals(controller.connections, [before, after]);
  assertEquals(controller.requests.map(({ from }) => from), [before, before, after, after]);
});

Deno.test("an address that changes under a kept connection: the send on it ends with the news, and arrives from the new one", async () => {
  await using lab = await Lab.open({});
  const controller = await lab.startController();
  const sendTimeoutMs = 40_000;
  const sender = await lab.startSender({ sendTimeoutMs });
  const uplink = lab.uplink(0);
  const before = uplink.address();
  assertEquals((await sender.send(URL_OF_TEST)).kind, null);

  await uplink.changeAddress(3);
  const sending = sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  const first = await Promise.race([
    sending,
    new Promise<"under way">((go) => setTimeout(go, 1000, "under way")),
  ]);
  assertEquals(first, "under way", "nothing tells a kept connection that its address is gone");
  await sender.setNetwork(lab.status());
  const told = performance.now();
  const outcome = await sending;
  assertEquals([outcome.kind, outcome.text, outcome.httpStatus], [null, "", 200]);
  assertLess(performance.now() - told, sendTimeoutMs / 4);
  const after = uplink.address();
  assertEquals(controller.connections, [before, after]);
  assertEquals(controller.requests.map(({ from, bytes }) => [from, bytes]), [[before, 0], [after, 10_000]]);
});
