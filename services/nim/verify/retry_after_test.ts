/** `Retry-After` in the answer to a test: no timer tests that configuration before, and nothing else waits for it. */
import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../agent/test_device.ts";
import { retryDelay } from "../../agent/mod.ts";
import { entry, works } from "../dpc/testdata/entries.ts";
import type { TestOutcome } from "../parts.ts";
import { betterRetry, periodicRetry } from "../retry_policies.ts";
import { Bench, failing, link, network, ok, remote, settings } from "./testdata/bench.ts";

const minute = 60_000;
const busy = (minutes: number): TestOutcome => ({ ...remote, retryAfterMs: minutes * minute });

/** A verification has ended with DPC_REMOTE_WAIT, and the answer asked for so many minutes. */
function held(minutes: number, entries = [entry("zedagent", 1)]): Bench {
  const bench = new Bench({ entries });
  bench.tester = () => busy(minutes);
  bench.begin().afterTest();
  assertEquals(bench.dpcState, "DPC_REMOTE_WAIT");
  return bench;
}

Deno.test("after a verification and after a periodic test the next one waits as long as asked, an hour at most", () => {
  const bench = held(20);
  assertEquals(bench.left("test"), 20 * minute);
  bench.clear().advance(20 * minute - 1);
  assertEquals(bench.of("test").length, 0);
  bench.advance(1);
  assertEquals(bench.of("test").length, 1);
  assertEquals(bench.afterTest().left("test"), 20 * minute, "a periodic one");
  bench.tester = () => ok;
  bench.advance(20 * minute + bench.testMs);
  assertEquals([bench.dpcState, bench.left("test")], ["DPC_SUCCESS", 5 * minute], "an answer ends it");
  bench.tester = () => ({ ...ok, retryAfterMs: 40 * minute });
  bench.advance(5 * minute + bench.testMs);
  assertEquals(bench.left("test"), 5 * minute, "one of two ways was busy, the other works");
  assertEquals(held(100_000).left("test"), 60 * minute);
  assertEquals(held(1).left("test"), 5 * minute, "it makes no interval shorter");
});

Deno.test("links and addresses are tested at once all the same, and what the new answer says holds then", () => {
  const bench = held(30);
  bench.advance(minute).clear();
  const gained = link("eth0", { addresses: [{ address: "192.0.2.9", prefix: 24 }] });
  bench.tester = () => remote;
  bench.tell({ kind: "network", network: network(gained) });
  assertEquals(bench.of("test").length, 1, "an address");
  bench.afterTest();
  assertEquals(bench.left("test"), 5 * minute, "the old wish is over");
  bench.tester = () => busy(30);
  bench.clear().tell({ kind: "network", network: network(link("eth0", { up: false })) });
  bench.afterTest();
  assert(bench.of("test").length > 0, "a link");
  const { length } = bench.of("test");
  bench.tell({ kind: "dpc", dpc: entry("zedagent", 9, 7) });
  bench.advance(0);
  assertEquals(bench.of("test").length, length + 1, "another configuration");
});

Deno.test("neither other settings nor the way back to a better one come before; a failure does not hold a verification up", () => {
  const bench = held(40);
  bench.tell({ kind: "settings", settings: { ...settings, testIntervalMs: minute } });
  assertEquals(bench.left("test"), 40 * minute);

  const lower = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  lower.tester = (_, dpc) => dpc?.Key === "override" ? busy(40) : failing;
  lower.begin().advance(2 * lower.testMs);
  assertEquals([lower.index, lower.left("better"), lower.left("test")], [1, 40 * minute, 40 * minute]);

  const late = new Bench({ entries: [entry("zedagent", 2), entry("override", 1, 0, works)] });
  late.tester = (_, dpc) => dpc?.Key === "override" ? ok : failing;
  late.begin().advance(2 * late.testMs);
  late.tester = () => busy(40);
  late.advance(5 * minute + late.testMs).clear();
  assertEquals([late.index, late.left("test")], [1, 40 * minute]);
  late.advance(39 * minute);
  assertEquals([late.index, late.of("apply").length], [1, 0], "better was set before, and waits");
  late.advance(2 * minute);
  assert(late.of("apply").length > 0);

  const refused = new Bench({ entries: [entry("zedagent", 1)] }).begin().afterTest();
  refused.tester = () => ({ ...failing, retryAfterMs: 10 * minute });
  refused.advance(5 * minute + refused.testMs);
  assertEquals(refused.left("test"), 10 * minute);
  refused.clear().advance(10 * minute + refused.testMs);
  assert(refused.of("apply").length > 0, "the second in a row begins a verification at once");
});

Deno.test("jitter moves the time only away from what was asked", () => {
  const random = seededRandom(7);
  for (const policy of [periodicRetry(5 * minute), betterRetry(10 * minute)]) {
    for (let count = 0; count < 200; count++) {
      const ms = retryDelay(random, policy, 1, 20 * minute);
      assert(ms >= 20 * minute && ms <= 22 * minute, String(ms));
    }
  }
});
