import { assert, assertEquals } from "@std/assert";
import { faultText, type Form, planOf, planText, victims } from "./plan.ts";

const minutes = 60_000;

Deno.test("the same seed makes the same plan, another seed another one", () => {
  assertEquals(planOf(5, 10 * minutes, "five"), planOf(5, 10 * minutes, "five"));
  assert(planText(planOf(5, 10 * minutes, "five")) !== planText(planOf(6, 10 * minutes, "five")));
});

Deno.test("every kind of fault comes, every program is killed, and none after the first half", () => {
  for (const form of ["five", "zedbox"] as const satisfies Form[]) {
    for (let seed = 1; seed <= 30; seed++) {
      const plan = planOf(seed, 2 * minutes, form);
      const killed = new Set(plan.flatMap(({ fault }) => fault.kind === "kill" ? [fault.program] : []));
      assertEquals(killed.size, victims[form].length, `seed ${seed}`);
      const kinds = new Set(plan.map(({ fault }) => fault.kind === "port" ? fault.how : fault.kind));
      for (
        const kind of ["controller-stop", "bad-answers", "cable", "address", "clock", "disk-full"] as const
      ) {
        assert(kinds.has(kind), `seed ${seed} has no ${kind}`);
      }
      assert(plan.every(({ fault, atMs }) => fault.kind !== "kill" || atMs < minutes), `seed ${seed}`);
    }
  }
});

Deno.test("no two faults of a kind overlap, none outlasts the plan, and they come in order", () => {
  for (let seed = 1; seed <= 30; seed++) {
    const plan = planOf(seed, 5 * minutes, "five");
    const until = new Map<string, number>();
    let before = 0;
    for (const { atMs, forMs, fault } of plan) {
      assert(
        atMs >= before && atMs + forMs <= 5 * minutes + 1,
        `seed ${seed}, ${faultText(fault)} at ${atMs}`,
      );
      assert(atMs >= (until.get(fault.kind) ?? 0) - 1, `seed ${seed}, ${faultText(fault)} at ${atMs}`);
      until.set(fault.kind, atMs + forMs);
      before = atMs;
    }
  }
});

Deno.test("faults are told in a few words", () => {
  assertEquals(faultText({ kind: "clock", seconds: -45 * 60 }), "clock back by 45 min");
  assertEquals(faultText({ kind: "clock", seconds: 7200 }), "clock on by 2 h");
  assertEquals(faultText({ kind: "kill", program: "nim" }), "kill -9 nim");
});
