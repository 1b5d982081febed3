import { assertEquals } from "@std/assert";
import { type FailureReason } from "./failure_reason.ts";
import { registerOutcome, uuidOutcome, type Verdict } from "./outcome.ts";

const outcome = (verdict: Verdict, led?: number, reason?: FailureReason) => ({
  verdict,
  ...(led === undefined ? {} : { led }),
  ...(reason === undefined ? {} : { reason }),
});

Deno.test("meaning and LED of each status of register", () => {
  const expected: [number, Verdict, number | undefined, FailureReason?][] = [
    [0, "unreachable", undefined],
    [200, "success", 3],
    [201, "success", 3],
    [204, "busy", 3],
    [304, "conflict", 17, "conflict"],
    [400, "refused", 10],
    [401, "refused", 10],
    [403, "refused", 18, "unknown-device"],
    [404, "refused", 10],
    [409, "conflict", 17, "conflict"],
    [422, "refused", 10],
    [429, "busy", 3],
    [500, "busy", 10],
    [503, "busy", 3],
    [504, "busy", 10],
  ];
  for (const [status, verdict, led, reason] of expected) {
    assertEquals(registerOutcome(status), outcome(verdict, led, reason), `${status}`);
  }
});

Deno.test("meaning and LED of each status of uuid; no status shows onboarded", () => {
  const expected: [number, Verdict, number | undefined, FailureReason?][] = [
    [0, "unreachable", undefined],
    [200, "success", undefined],
    [201, "success", undefined],
    [204, "busy", 3],
    [304, "busy", 3],
    [400, "refused", 18, "unknown-device"],
    [401, "refused", 18, "unknown-device"],
    [403, "refused", 18, "unknown-device"],
    [404, "refused", 18, "unknown-device"],
    [409, "refused", undefined],
    [429, "busy", undefined],
    [500, "busy", undefined],
    [503, "busy", undefined],
  ];
  for (const [status, verdict, led, reason] of expected) {
    assertEquals(uuidOutcome(status), outcome(verdict, led, reason), `${status}`);
  }
});
