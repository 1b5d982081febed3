/** Cuts one bundle out of the whole API, and takes the common prefix off, so that packages become top-level names. */

import protobuf from "protobufjs";
import { PREFIX } from "./descriptor.ts";

/** A root with `roots` (names below `org.lfedge.eve`; undefined: all) and every type that they reach. */
export function bundleRoot(whole: protobuf.Root, roots: readonly string[] | undefined): protobuf.Root {
  const kept = roots === undefined ? undefined : reach(whole, roots);
  const nested: Record<string, protobuf.INamespace> = {};
  for (const parent of [whole.lookup(PREFIX), whole.lookup("google")]) {
    if (!(parent instanceof protobuf.Namespace)) throw new Error(`no package ${PREFIX}`);
    for (const namespace of parent.nestedArray) {
      const cut = cutNamespace(namespace as protobuf.Namespace, kept);
      if (cut !== undefined) nested[shortName(namespace)] = cut;
    }
  }
  return protobuf.Root.fromJSON({ nested });
}

/** `org.lfedge.eve.config.X` → `config.X`; `google.protobuf.X` → `protobuf.X`. */
export function shortName(object: protobuf.ReflectionObject): string {
  return object.fullName.replace(/^\.(org\.lfedge\.eve|google)\./, "");
}

type Kept = ReadonlySet<protobuf.ReflectionObject> | undefined;

function reach(whole: protobuf.Root, roots: readonly string[]): Kept {
  const kept = new Set<protobuf.ReflectionObject>();
  const visit = (object: protobuf.ReflectionObject): void => {
    if (kept.has(object)) return;
    kept.add(object);
    if (!(object instanceof protobuf.Type)) return;
    for (const field of object.fieldsArray) if (field.resolvedType !== null) visit(field.resolvedType);
  };
  for (const name of roots) visit(whole.lookupType(`${PREFIX}.${name}`));
  return kept;
}

function cutNamespace(namespace: protobuf.Namespace, kept: Kept): protobuf.INamespace | undefined {
  const nested: Record<string, protobuf.AnyNestedObject> = {};
  for (const child of namespace.nestedArray) {
    if (child instanceof protobuf.Enum) {
      if (kept === undefined || kept.has(child)) nested[child.name] = { values: { ...child.values } };
    } else if (child instanceof protobuf.Namespace) {
      const cut = cutNamespace(child, kept);
      if (cut !== undefined) nested[child.name] = cut;
    }
  }
  const isKept = namespace instanceof protobuf.Type && (kept === undefined || kept.has(namespace));
  if (!isKept) return Object.keys(nested).length === 0 ? undefined : { nested };
  return { ...cutType(namespace), nested } as protobuf.INamespace;
}

/** The message with absolute type names, so that taking off the prefix cannot make a name mean another type. */
function cutType(type: protobuf.Type): protobuf.IType {
  const json = type.toJSON();
  const fields: Record<string, protobuf.IField> = {};
  for (const field of type.fieldsArray) {
    const own = field.toJSON() as protobuf.IField;
    fields[field.name] = field.resolvedType === null
      ? own
      : { ...own, type: `.${shortName(field.resolvedType)}` };
  }
  return { fields, ...(json.oneofs === undefined ? {} : { oneofs: json.oneofs }) };
}
