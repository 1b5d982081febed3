import { assert, assertEquals, assertMatch } from "@std/assert";
import { catalogue, groups } from "./catalogue.ts";
import { layers } from "./layer.ts";
import { checksPage } from "./page.ts";

Deno.test("docs/checks.md is what the catalogue gives; ./scripts/run checks writes it", () => {
  const page = Deno.readTextFileSync(new URL("../../../docs/checks.md", import.meta.url));
  assertEquals(page, checksPage());
});

Deno.test("codes are unique and well formed, texts are one line, every layer has a check", () => {
  const all = groups.flatMap(({ checks }) => checks);
  assertEquals(catalogue.size, all.length);
  for (const { code, title, cause, remedy, layer } of all) {
    assertMatch(code, /^EVE-[A-Z]+(-[A-Z]+)?-\d{3}$/);
    for (const text of [title, cause, remedy]) {
      assert(text !== "" && !/\n|\.$/.test(text), `${code}: ${text}`);
    }
    assert(layers.some(({ name }) => name === layer), code);
  }
  const unused = layers.filter(({ name }) => !all.some(({ layer }) => layer === name));
  assertEquals(unused.map(({ name }) => name), []);
});

Deno.test("layers depend on earlier ones only", () => {
  layers.forEach(({ name, dependsOn }, index) => {
    for (const each of dependsOn) {
      const place = layers.findIndex((layer) => layer.name === each);
      assert(place >= 0 && place < index, `${name} depends on ${each}`);
    }
  });
});

Deno.test("every code in the sources is in the catalogue, and every check is given by a look", async () => {
  const folder = new URL(".", import.meta.url);
  const times = new Map<string, number>();
  for (const path of [folder, new URL("../facts/", import.meta.url)]) {
    for await (const { name } of Deno.readDir(path)) {
      if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
      const source = await Deno.readTextFile(new URL(name, path));
      for (const [, code = ""] of source.matchAll(/"(EVE-[A-Z-]+\d{3})"/g)) {
        times.set(code, (times.get(code) ?? 0) + 1);
      }
    }
  }
  assertEquals([...times.keys()].filter((code) => !catalogue.has(code)), []);
  assertEquals(
    [...catalogue.keys()].filter((code) => (times.get(code) ?? 0) < 2),
    [],
    "told, but never seen",
  );
});
