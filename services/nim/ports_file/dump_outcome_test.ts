import { assertEquals } from "@std/assert";
import { dumpOutcome } from "./dump_outcome.ts";

Deno.test("one port that works, or a controller that can't answer for now, is ok", () => {
  const failed = { kind: "failed", text: "" } as const;
  assertEquals(dumpOutcome([failed, { kind: "ok" }]), "ok");
  assertEquals(dumpOutcome([failed, { kind: "remote-temporary", text: "" }]), "ok");
  assertEquals([dumpOutcome([failed]), dumpOutcome([])], ["fail", "fail"]);
});
