/** The config API as a tree of messages, from the descriptor of the spec. */
import Long from "long";
import protobuf from "protobufjs";

let root: protobuf.Root | undefined;

/** `org.lfedge.eve.config.EdgeDevConfig`, with everything it is made of. */
export function edgeDevConfigType(): protobuf.Type {
  if (root === undefined) {
    const text = Deno.readTextFileSync(new URL("../../docs/spec/eve-api.descriptor.json", import.meta.url));
    const { descriptor }: { readonly descriptor: protobuf.INamespace } = JSON.parse(text);
    protobuf.util.Long = Long;
    protobuf.configure();
    root = new protobuf.Root();
    root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")?.nested ?? {});
    root.addJSON(descriptor.nested ?? {});
    root.resolveAll();
  }
  return root.lookupType("org.lfedge.eve.config.EdgeDevConfig");
}

/** `Message.field` of every field that a configuration can have. */
export function allFields(type: protobuf.Type, seen = new Set<string>()): Set<string> {
  for (const field of type.fieldsArray) {
    const name = `${type.name}.${field.name}`;
    if (seen.has(name)) continue;
    seen.add(name);
    const inner = messageOf(field);
    if (inner !== undefined) allFields(inner, seen);
  }
  return seen;
}

/** `Message.field` of every field that is set somewhere in a message, a default value not counted. */
export function setFields(type: protobuf.Type, message: object, seen = new Set<string>()): Set<string> {
  const members: Readonly<Record<string, unknown>> = { ...message };
  for (const field of type.fieldsArray) {
    const value = members[field.name];
    if (!isSet(value)) continue;
    seen.add(`${type.name}.${field.name}`);
    const inner = messageOf(field);
    if (inner === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item === "object" && item !== null) setFields(inner, item, seen);
    }
  }
  return seen;
}

/** The message that a field holds; `undefined` for scalars, enums and maps of scalars. */
export function messageOf(field: protobuf.Field): protobuf.Type | undefined {
  const { resolvedType } = field.resolve();
  return resolvedType instanceof protobuf.Type ? resolvedType : undefined;
}

function isSet(value: unknown): boolean {
  if (value === undefined || value === null || value === 0 || value === "" || value === false) return false;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length > 0;
  if (Long.isLong(value)) return !value.isZero();
  return typeof value !== "object" || Object.keys(value).length > 0;
}
