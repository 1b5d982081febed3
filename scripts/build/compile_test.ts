import { assert, assertEquals } from "@std/assert";
import { join, relative } from "node:path";
import { executables, permissionFlags } from "../permissions.ts";
import { checkout, compileConfig } from "./compile.ts";
import { zipMembers } from "./zip.ts";

Deno.test("the import map of the executables is a part of deno.json's, and they have the same unstable features", () => {
  const { imports, unstable } = JSON.parse(Deno.readTextFileSync(join(checkout, "deno.json")));
  const config = JSON.parse(Deno.readTextFileSync(compileConfig));
  const compiled: Record<string, string> = config.imports;
  assertEquals(config.unstable, unstable);
  for (const [name, target] of Object.entries(compiled)) {
    const fromRoot = target.startsWith(".")
      ? `./${relative(checkout, join(compileConfig, "..", target))}`
      : target;
    assertEquals(fromRoot, imports[name], name);
  }
});

Deno.test("no program may do everything, and each has a list", () => {
  for (const program of executables) {
    const flags = permissionFlags(program).join(" ");
    assert(!/--allow-(all|env)|-A\b/.test(flags), `${program}: ${flags}`);
    assertEquals(/--allow-ffi\b/.test(flags), program === "bridge");
    assert(flags.includes("--no-prompt"), program);
  }
});

Deno.test("a zip archive that is none is refused", () => {
  try {
    zipMembers(new Uint8Array(100));
    throw new Error("accepted");
  } catch (error) {
    assert(error instanceof Error && error.message.startsWith("not a zip archive"), String(error));
  }
});
