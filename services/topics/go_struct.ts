/** Go structs in JSON: fields in order, `omitempty`, embedding by spreading `fields` (`spec/pubsub.md §4.1`). */
import { strangersAt } from "./go_containers.ts";
import { type GoType, isObject, type JsonValue, MemberError, mismatch, weakest } from "./go_type.ts";

/** A field with the tag `omitempty`. */
export interface OmitEmpty<T> {
  readonly omitEmpty: GoType<T>;
}

/** Marks a field as `omitempty`: left out when false, 0, "", nil, or an empty list or map. */
export function omitEmpty<T>(type: GoType<T>): OmitEmpty<T> {
  return { omitEmpty: type };
}

type Field = GoType<unknown> | OmitEmpty<unknown>;
type FieldValue<F> = F extends OmitEmpty<infer T> ? T : F extends GoType<infer T> ? T : never;

/** The value of a struct: every field present, nothing to be changed in place. */
export type StructValue<F> = { readonly [K in keyof F]: FieldValue<F[K]> };

/** A struct and its fields, so that another can embed it: `goStruct({ ...TestResults.fields, Own: goString })`. */
export interface GoStruct<F> extends GoType<StructValue<F>> {
  readonly fields: F;
  /** A value with the given fields, the rest zero. */
  make(some: Partial<StructValue<F>>): StructValue<F>;
}

interface Member {
  readonly name: string;
  readonly key: string;
  readonly type: GoType<unknown>;
  readonly omit: boolean;
}

/** @param fields JSON name → type, in the order Go writes them */
export function goStruct<F extends Record<string, Field>>(fields: F): GoStruct<F> {
  const members = Object.entries(fields).map(([name, field]): Member => {
    const omit = "omitEmpty" in field;
    return { name, key: `${JSON.stringify(name)}:`, type: omit ? field.omitEmpty : field, omit };
  });
  const byName = new Map(members.map((member) => [member.name, member]));
  const byLowerName = new Map(members.map((member) => [member.name.toLowerCase(), member]));

  const memberOf = (name: string) => byName.get(name) ?? byLowerName.get(name.toLowerCase());

  // A struct is assembled by name; that the result has just the fields of F can only be asserted.
  const zero = (): StructValue<F> => {
    const value: Record<string, unknown> = {};
    for (const member of members) value[member.name] = member.type.zero();
    return value as StructValue<F>;
  };
  const read = (value: StructValue<F>) => value as Readonly<Record<string, unknown>>;

  return {
    fields,
    zero,
    make(some) {
      const given = read(some as StructValue<F>);
      const value: Record<string, unknown> = {};
      for (const { name, type } of members) value[name] = name in given ? given[name] : type.zero();
      return value as StructValue<F>;
    },
    encode(value) {
      const from = read(value);
      let text = "{";
      for (const { name, key, type, omit } of members) {
        const item = from[name];
        if (omit && type.isEmpty(item)) continue;
        text += (text.length > 1 ? "," : "") + key + type.encode(item);
      }
      return text + "}";
    },
    decode(json) {
      if (json === null) return zero();
      if (!isObject(json)) return mismatch("an object", json);
      const found: Record<string, unknown> = {};
      for (const name of Object.keys(json)) {
        const member = memberOf(name);
        if (member !== undefined) found[member.name] = decodeMember(member, json[name] ?? null);
      }
      const value: Record<string, unknown> = {};
      for (const { name, type } of members) value[name] = name in found ? found[name] : type.zero();
      return value as StructValue<F>;
    },
    equal(a, b) {
      if (a === b) return true;
      const left = read(a);
      const right = read(b);
      return members.every((member) => sameMember(member, left[member.name], right[member.name]));
    },
    isEmpty: () => false,
    wide: members.some((member) => member.type.wide),
    canonical: weakest(members.map((member) => member.type.canonical)),
    strangers: (json) =>
      isObject(json)
        ? Object.entries(json).flatMap(([name, item]) => {
          const member = memberOf(name);
          return member === undefined ? [name] : strangersAt(name, member.type, item);
        })
        : [],
  };
}

/** All that is left out of the text is the same: a nil and an empty list can't be told apart once written. */
function sameMember({ type, omit }: Member, a: unknown, b: unknown): boolean {
  return type.equal(a, b) || (omit && type.isEmpty(a) && type.isEmpty(b));
}

function decodeMember(member: Member, json: JsonValue): unknown {
  try {
    return member.type.decode(json);
  } catch (error) {
    throw error instanceof MemberError ? error.within(member.name) : error;
  }
}
