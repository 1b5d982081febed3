/** Two uplinks of different cost: which one is used, and what happens when it dies in the middle of an upload. */
import { assert, assertEquals, assertGreaterOrEqual, assertLess } from "@std/assert";
import crypto from "node:crypto";
import { CONTROLLER, CONTROLLER_NAME } from "./address_plan.ts";
import { Lab } from "./lab.ts";
import { bodyOf } from "./sender_lines.ts";

const URL_OF_TEST = `${CONTROLLER_NAME}/test`;
/** The dial timer has room for a nameserver that died with its uplink, which costs a second. */
const LIMITS = { sendTimeoutMs: 4_000, dialTimeoutMs: 3_000 };
const MEBIBYTE = 1024 * 1024;

Deno.test("the cheaper uplink is used, and the server sees its address; the dearer one can be asked for", async () => {
  await using lab = await Lab.open({ cost: 10 }, { cost: 0 });
  const controller = await lab.startController();
  const sender = await lab.startSender();
  const cheap = await sender.send(URL_OF_TEST);
  assertEquals([cheap.kind, cheap.httpStatus, cheap.ifName, cheap.contents], [null, 200, "eth1", "ok"]);
  const dear = await sender.send(URL_OF_TEST, { ifName: "eth0" });
  assertEquals([dear.kind, dear.ifName], [null, "eth0"]);
  const [eth0, eth1] = [lab.uplink(0).address(), lab.uplink(1).address()];
  assertEquals(controller.requests.map(({ from }) => from), [eth1, eth0]);
});

Deno.test("the cheap uplink dies in mid-upload: the body arrives whole over the other, once", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const sender = await lab.startSender(LIMITS);
  const bodyBytes = 4 * MEBIBYTE;
  await lab.uplink(0).router.dieAfter(MEBIBYTE);
  const outcome = await sender.send(URL_OF_TEST, { bodyBytes });
  assertEquals([outcome.kind, outcome.text, outcome.httpStatus, outcome.ifName], [null, "", 200, "eth1"]);
  assertLess(outcome.milliseconds, 3 * LIMITS.sendTimeoutMs);
  const [eth0, eth1] = [lab.uplink(0).address(), lab.uplink(1).address()];
  assertEquals(controller.bodies, [eth0, eth1], "a part of it came over the uplink that died");
  const sha256 = crypto.createHash("sha256").update(bodyOf(bodyBytes)).digest("hex");
  assertEquals(
    controller.requests.map(({ from, bytes, sha256 }) => ({ from, bytes, sha256 })),
    [{ from: eth1, bytes: bodyBytes, sha256 }],
  );
  assert(controller.broken.every(({ bytes }) => bytes < bodyBytes));
});

Deno.test("the cheap uplink dies under a kept connection: the next send goes over the other, and back when it is alive", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const sender = await lab.startSender(LIMITS);
  const { router } = lab.uplink(0);
  assertEquals((await sender.send(URL_OF_TEST)).ifName, "eth0");
  await router.die();
  const dead = await sender.send(URL_OF_TEST, { bodyBytes: 10_000 });
  assertEquals([dead.kind, dead.text, dead.ifName], [null, "", "eth1"]);
  await router.revive();
  const alive = await sender.send(URL_OF_TEST, { ifName: "eth0" });
  assertEquals([alive.kind, alive.text, alive.ifName], [null, "", "eth0"]);
  const [eth0, eth1] = [lab.uplink(0).address(), lab.uplink(1).address()];
  assertEquals(controller.requests.map(({ from, bytes }) => [from, bytes]), [[eth0, 0], [eth1, 10_000], [
    eth0,
    0,
  ]]);
});

Deno.test("the cheap uplink is a black hole: one send pays for it, the next ones go straight over the other", async () => {
  await using lab = await Lab.open({ cost: 0 }, { cost: 10 });
  const controller = await lab.startController();
  const sender = await lab.startSender(LIMITS);
  await lab.uplink(0).router.die();
  // By address, so that the time-out is that of the connection alone.
  const url = `${CONTROLLER[0]}/test`;
  const first = await sender.send(url);
  assertEquals([first.kind, first.text, first.ifName], [null, "", "eth1"]);
  assertGreaterOrEqual(first.milliseconds, LIMITS.dialTimeoutMs - 100);
  for (let count = 0; count < 2; count++) {
    const next = await sender.send(url);
    assertEquals([next.kind, next.ifName], [null, "eth1"]);
    assertLess(next.milliseconds, LIMITS.dialTimeoutMs - 500);
  }
  assertEquals(new Set(controller.requests.map(({ from }) => from)), new Set([lab.uplink(1).address()]));
});
