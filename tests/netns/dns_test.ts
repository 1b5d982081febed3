/** Nameservers that are dead, or that change their mind. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";

const URL_OF_TEST = `${CONTROLLER_NAME}/test`;

Deno.test("the nameserver of one uplink is dead: the send arrives all the same", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const sendTimeoutMs = 6_000;
  const sender = await lab.startSender({ sendTimeoutMs });
  await lab.uplink(0).nameserver.setMood("silent");
  const outcome = await sender.send(URL_OF_TEST, { bodyBytes: 20_000 });
  assertEquals([outcome.kind, outcome.text, outcome.httpStatus], [null, "", 200]);
  assertLess(outcome.milliseconds, 3 * sendTimeoutMs);
  assertEquals(controller.requests.map(({ bytes }) => bytes), [20_000]);
  for (const { nameserver } of lab.uplinks) assert(nameserver.queries(CONTROLLER_NAME).length > 0);
});

for (const mood of ["NXDOMAIN", "SERVFAIL"] as const) {
  Deno.test(`${mood} first and the right answer later: the next send has it`, async () => {
    await using lab = await Lab.open({});
    await lab.startController();
    const sender = await lab.startSender();
    const { nameserver } = lab.uplink(0);
    await nameserver.setMood(mood);
    const before = await sender.send(URL_OF_TEST);
    assertEquals([before.delivered, before.kind, before.httpStatus], [false, "resolve", 0]);
    assert(nameserver.queries(CONTROLLER_NAME).length > 0);
    await nameserver.setMood("answer");
    const after = await sender.send(URL_OF_TEST);
    assertEquals([after.kind, after.text, after.httpStatus], [null, "", 200]);
  });
}
