/** Nameservers that are dead, or that change their mind. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
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

Deno.test("the lab's nameserver over UDP and TCP, both families; a name it does not know, one without addresses", async () => {
  await using lab = await Lab.open({ ipv6: true });
  const { nameserver, router } = lab.uplink(0);
  const look = async (name: string) => {
    const { code, stdout } = await lab.device.tryRun("getent", "ahosts", name);
    return [code, [...new Set(stdout.split("\n").map((line) => line.split(" ")[0]).filter(Boolean))].sort()];
  };
  assertEquals(await look(CONTROLLER_NAME), [0, [...CONTROLLER].sort()]);
  await lab.device.setNameservers(router.addresses.router.slice(-1), "use-vc");
  assertEquals(await look(CONTROLLER_NAME), [0, [...CONTROLLER].sort()]);
  const asked = nameserver.queries(CONTROLLER_NAME).map(({ type, transport, from }) =>
    `${type} ${transport} ${from}`
  );
  const [four, six] = lab.uplink(0).addresses;
  assertEquals(asked.sort(), [`A tcp ${six}`, `A udp ${four}`, `AAAA tcp ${six}`, `AAAA udp ${four}`]);
  await nameserver.setRecords({ "empty.lab": [] });
  assertEquals([await look("nobody.lab"), await look("empty.lab")], [[2, []], [2, []]]);
});
