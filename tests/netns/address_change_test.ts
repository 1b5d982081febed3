/** A port whose address changes while connections are kept. */
import { assertEquals } from "@std/assert";
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
