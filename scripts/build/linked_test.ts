import { assert, assertEquals, assertThrows } from "@std/assert";
import { executables } from "../permissions.ts";
import { linkedLines, linkedList, linkedText, type ModuleGraph } from "./linked.ts";

for (const program of executables) {
  Deno.test(`linked: ${program} is made of what its committed list says`, async () => {
    const committed = await Deno.readTextFile(linkedList(program)).catch(() => "");
    const [have, want] = [committed, await linkedText(program)].map((text) => text.split("\n"));
    const changes = [
      ...(want ?? []).filter((line) => !have?.includes(line)).map((line) => `new   ${line}`),
      ...(have ?? []).filter((line) => !want?.includes(line)).map((line) => `gone  ${line}`),
    ];
    assert(
      changes.length === 0,
      `${program} is not made of what scripts/build/linked/${program}.txt says:\n${changes.join("\n")}\n` +
        "If this is meant, type\n  ./scripts/run linked\nand commit the lists with the change.",
    );
  });
}

Deno.test("linked: the bridge, which has FFI, has no code for a network and none that interprets other code", async () => {
  const lines = (await linkedText("bridge")).split("\n");
  const strange = lines.filter((line) =>
    /^node:(?!crypto$|fs$|path$)/.test(line) || /^npm:(?!deno-std@)/.test(line) ||
    /^controllerconn\/(?!retry$|tpm$)/.test(line)
  );
  assertEquals(strange, []);
});

const file = (path: string, ...imports: string[]) => ({
  specifier: `file:///top/${path}`,
  kind: "esm",
  dependencies: imports.map((specifier) => specifier === "type" ? {} : { code: { specifier } }),
});

Deno.test("linked: folders, builtins, packages with theirs; no imports of types; a module that is not there is named", () => {
  const graph: ModuleGraph = {
    roots: ["file:///top/services/client/main.ts"],
    redirects: { "npm:a@1": "npm:/a@1.0.0" },
    modules: [
      file("services/client/main.ts", "file:///top/controllerconn/pac/run.ts", "npm:a@1", "node:tls", "type"),
      file("controllerconn/pac/run.ts", "file:///top/deno.json"),
      { specifier: "file:///top/deno.json", kind: "asserted" },
      file("services/agent/only_types.ts"),
      { specifier: "npm:/a@1.0.0", kind: "npm", npmPackage: "a@1.0.0" },
      { specifier: "node:tls", kind: "node" },
    ],
    npmPackages: { "a@1.0.0": { dependencies: ["b@2.0.0"] }, "b@2.0.0": { dependencies: [] } },
  };
  assertEquals(linkedLines([graph], "/top"), [
    "controllerconn/pac",
    "deno.json",
    "node:tls",
    "npm:a@1.0.0",
    "npm:b@2.0.0",
    "services/client",
  ]);
  const broken = { ...graph, modules: graph.modules.slice(0, 2) };
  assertThrows(() => linkedLines([broken], "/top"), Error, "can't load");
});
