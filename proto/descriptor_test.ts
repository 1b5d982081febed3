/** The `.proto` files say what docs/spec/eve-api.descriptor.json says: every name, number, type, label, both ways. */

import { assert, assertEquals } from "@std/assert";
import protobuf from "protobufjs";

const directory = new URL("./", import.meta.url);

/** `Message.field = 1 repeated type` and so on; one line for each fact, types by their full name. */
function facts(root: protobuf.Root): string[] {
  const lines: string[] = [];
  const visit = (object: protobuf.ReflectionObject): void => {
    if (object instanceof protobuf.Enum) {
      lines.push(`${object.fullName} enum, reserved ${JSON.stringify(reservedOf(object))}`);
      for (const [name, value] of Object.entries(object.values)) {
        const deprecated = object.valuesOptions?.[name]?.["deprecated"] === true;
        lines.push(`${object.fullName}.${name} = ${value}${deprecated ? " deprecated" : ""}`);
      }
      return;
    }
    if (object instanceof protobuf.Type) {
      lines.push(`${object.fullName} message, reserved ${JSON.stringify(reservedOf(object))}`);
      for (const field of object.fieldsArray) lines.push(fieldFact(field));
      for (const group of object.oneofsArray) lines.push(`${group.fullName} oneof ${group.oneof.join(" ")}`);
    }
    if (object instanceof protobuf.Namespace) object.nestedArray.forEach(visit);
  };
  visit(root);
  return lines.sort();
}

function reservedOf(object: protobuf.Enum | protobuf.Type): unknown[] {
  return (object.reserved ?? []).map(String).sort();
}

function fieldFact(field: protobuf.Field): string {
  const type = field.resolvedType?.fullName ?? field.type;
  const key = field instanceof protobuf.MapField ? `map<${field.keyType}> ` : "";
  const options = Object.entries(field.options ?? {}).map(([name, value]) => `${name}=${value}`);
  return [`${field.fullName} = ${field.id}`, `${key}${field.repeated ? "repeated " : ""}${type}`, ...options]
    .join(" ");
}

Deno.test("the .proto files and the descriptor state the same facts", async () => {
  const parsed = new protobuf.Root();
  const read = async (path: string) => {
    protobuf.parse(await Deno.readTextFile(new URL(path, directory)), parsed, { keepCase: true });
  };
  for await (const { name } of Deno.readDir(directory)) if (name.endsWith(".proto")) await read(name);
  await read("google/protobuf/timestamp.proto");
  parsed.resolveAll();

  const spec = JSON.parse(
    await Deno.readTextFile(new URL("../docs/spec/eve-api.descriptor.json", directory)),
  ) as { descriptor: protobuf.INamespace; files: Record<string, string[]> };
  const seconds = { type: "int64", id: 1 };
  const nanos = { type: "int32", id: 2 };
  const google = { nested: { protobuf: { nested: { Timestamp: { fields: { seconds, nanos } } } } } };
  const expected = protobuf.Root.fromJSON({ nested: { ...spec.descriptor.nested, google } });

  const lines = facts(parsed);
  assertEquals(lines, facts(expected));
  assert(lines.length > 2500, `${lines.length} facts`);
  for (const name of Object.values(spec.files).flat()) assert(parsed.lookup(`.${name}`) !== null, name);
});

Deno.test("imports between .proto files are complete and have no cycle", async () => {
  const imports = new Map<string, string[]>();
  for await (const { name } of Deno.readDir(directory)) {
    if (!name.endsWith(".proto")) continue;
    const text = await Deno.readTextFile(new URL(name, directory));
    const found = [...text.matchAll(/^import "([^"]+)";$/gm)].map((match) => match[1] ?? "");
    const used = [...text.matchAll(/\borg\.lfedge\.eve\.(\w+)\.\w/g)].map((match) => `${match[1]}.proto`);
    if (text.includes("google.protobuf.Timestamp")) used.push("google/protobuf/timestamp.proto");
    assertEquals(found, [...new Set(used)].filter((path) => path !== name).sort(), name);
    imports.set(name, found);
  }
  const depth = (name: string, above: string[]): void => {
    assert(!above.includes(name), `cycle: ${[...above, name].join(" → ")}`);
    for (const next of imports.get(name) ?? []) depth(next, [...above, name]);
  };
  for (const name of imports.keys()) depth(name, []);
});
