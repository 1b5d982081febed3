/** An uplink that has IPv6 alone. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";

Deno.test("IPv6 only: a name with AAAA alone, one with both, and one with A alone", async () => {
  await using lab = await Lab.open({ ipv4: false, ipv6: true });
  const controller = await lab.startController();
  const sender = await lab.startSender();
  const { nameserver } = lab.uplink(0);
  const [four, six] = CONTROLLER;
  for (const addresses of [[six], [four, six]]) {
    await nameserver.setRecords({ [CONTROLLER_NAME]: addresses });
    const outcome = await sender.send(`${CONTROLLER_NAME}/test`, { bodyBytes: 50_000 });
    assertEquals([outcome.kind, outcome.text, outcome.ifName], [null, "", "eth0"]);
  }
  assertEquals(
    controller.requests.map(({ from, bytes }) => [from, bytes]),
    [1, 2].map(() => [lab.uplink(0).address(6), 50_000]),
  );
  await nameserver.setRecords({ "other.lab": [four] });
  const outcome = await sender.send("other.lab/test");
  assertEquals(outcome.delivered, false);
  assertStringIncludes(outcome.text, `other.lab has no IPv6 address (it has ${four})`);
});
