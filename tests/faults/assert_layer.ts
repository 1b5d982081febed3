/** That an attempt failed where the table says. */
import { assertEquals } from "@std/assert";
import type { SendAttempt } from "../../controllerconn/mod.ts";
import type { FaultRule } from "./rules.ts";

/** See above. */
export function assertLayer(attempt: SendAttempt, expected: FaultRule["layer"]): void {
  assertEquals(attempt.layer, expected, attempt.text);
}
