import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readCommandLine } from "./command_line.ts";

function request(...args: string[]) {
  const parsed = readCommandLine(args);
  assert(parsed.kind === "run", JSON.stringify(parsed));
  return parsed.request;
}

Deno.test("flags stand anywhere between the words", () => {
  const wanted = { command: "get", words: ["a/B", "k"], root: "/r", json: true, dot: false, svg: false };
  assertEquals(request("get", "--root", "/r", "a/B", "--json", "k"), { ...wanted, field: undefined });
  assertEquals(request("--json", "get", "a/B", "k", "--root=/r", "--field", "x.y"), {
    ...wanted,
    field: "x.y",
  });
});

Deno.test("the empty key is a word", () => {
  assertEquals(request("get", "a/B", "").words, ["a/B", ""]);
});

Deno.test("what is missing, unknown or too much is told with the usage", () => {
  for (
    const [args, why] of [
      [[], "a command is missing"],
      [["put"], 'no command "put"'],
      [["get"], "get needs"],
      [
        ["check", "x"],
        "at most 0 words",
      ],
    ] as const
  ) {
    const parsed = readCommandLine(args);
    assert(parsed.kind === "error");
    assertStringIncludes(parsed.text, why);
    assertStringIncludes(parsed.text, "usage: busctl [flags] COMMAND");
  }
});
