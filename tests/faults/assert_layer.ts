/** The one place that knows how an attempt tells its layer. */
import { assertEquals } from "@std/assert";
import type { SendAttempt } from "../../controllerconn/mod.ts";
import type { FaultRule } from "./rules.ts";

/** Holds from the day on which attempts have a member `layer`; until then the table only states what is expected. */
export function assertLayer(attempt: SendAttempt, expected: FaultRule["layer"]): void {
  const layer: unknown = Reflect.get(attempt, "layer");
  if (layer !== undefined) assertEquals(layer, expected, attempt.text);
}
