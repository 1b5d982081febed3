/** `docs/controllerconn.md` names every kind of failure with its layer, every folder, and the figures that the code has. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { ControllerConnErrorKind } from "../controllerconn/error.ts";
import { layerOfKind } from "../controllerconn/layer.ts";
import { checkout } from "../scripts/build/compile.ts";

const room = join(checkout, "controllerconn");
const page = Deno.readTextFileSync(join(checkout, "docs/controllerconn.md"));
/** Names of constants for what the page writes as `NAME = 90_000`. */
const FIGURE = /`([\w./]+\.ts)`((?: `\w+ = [\d_]+`,?)+)/g;

function section(title: string): string {
  const [, text = ""] = page.split(`\n## ${title}\n`);
  const end = text.indexOf("\n## ");
  return end < 0 ? text : text.slice(0, end);
}

Deno.test("docs/controllerconn.md: every kind is named, in the order of the code, with its layer", () => {
  const source = Deno.readTextFileSync(join(room, "error.ts"));
  const [, union = ""] =
    /export type ControllerConnErrorKind =([^;]*);/.exec(source.replace(/\/\*\*.*\*\//g, "")) ?? [];
  const kinds = [...union.matchAll(/"([\w-]+)"/g)].map(([, kind = ""]) => kind);
  const rows = [...section("Kinds and layers of failures").matchAll(/^\| `([\w-]+)` \| ([\w ]+) \|/gm)];
  assertEquals(rows.map(([, kind]) => kind), kinds);
  for (const [, kind = "", layer] of rows) {
    assertEquals(layer, layerOfKind(kind as ControllerConnErrorKind) ?? "by phase", kind);
  }
});

Deno.test("docs/controllerconn.md: every folder is named, and every file that it names is there", () => {
  const folders = [...Deno.readDirSync(room)].filter(({ isDirectory, name }) =>
    isDirectory && name !== "testdata"
  );
  const files = section("The files, by folder");
  for (const { name } of folders) assertStringIncludes(files, `\`controllerconn/${name}/\``);
  for (const [, path = ""] of page.matchAll(/`([\w/]+\.ts)`/g)) {
    const whole = path.startsWith("tests/") ? join(checkout, path) : join(room, path);
    if (path !== "x.ts" && path !== "x_test.ts") assert(Deno.statSync(whole).isFile, path);
  }
});

Deno.test("docs/controllerconn.md: its figures are those of the code", () => {
  const figures = [...section("What is remembered, and for how long").matchAll(FIGURE)];
  assertEquals(figures.length, 4);
  for (const [, path = "", all = ""] of figures) {
    const source = Deno.readTextFileSync(join(room, path));
    for (const [, figure = ""] of all.matchAll(/`([^`]+)`/g)) {
      assertStringIncludes(source, `const ${figure};`);
    }
  }
});
