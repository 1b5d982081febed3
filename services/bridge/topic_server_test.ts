import { assertEquals } from "@std/assert";
import { nextStep } from "./topic_server.ts";

Deno.test("it serves exactly the owner that has loaded (decisions.md 4)", () => {
  const loaded = { pid: 7, loaded: true };
  assertEquals(nextStep(undefined, undefined), "none");
  assertEquals(nextStep(undefined, { pid: undefined, loaded: false }), "none");
  assertEquals(nextStep(undefined, { pid: 7, loaded: false }), "none");
  assertEquals(nextStep(undefined, loaded), "begin");
  assertEquals(nextStep(7, loaded), "none");
  assertEquals(nextStep(7, undefined), "finish");
  assertEquals(nextStep(7, { pid: 7, loaded: false }), "finish");
  assertEquals(nextStep(7, { pid: 8, loaded: false }), "finish");
  assertEquals(nextStep(7, { pid: 8, loaded: true }), "change");
});
