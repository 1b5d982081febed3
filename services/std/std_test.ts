import { assertEquals } from "@std/assert";
import { parseArgs } from "@std/cli/parse-args";
import { STATUS_CODE, STATUS_TEXT } from "@std/http/status";

Deno.test("the doorways to @std lead to working code", () => {
  assertEquals(STATUS_TEXT[STATUS_CODE.TooManyRequests], "Too Many Requests");
  assertEquals(parseArgs(["--root", "/x", "get"], { string: ["root"] }), { _: ["get"], root: "/x" });
});
