/** Writes the `.proto` files, one per package, with the descriptor's own names and numbers. */

import {
  type Descriptor,
  type EnumFacts,
  type Facts,
  type FieldFacts,
  type MessageFacts,
  type PackageFacts,
  PREFIX,
  type Reserved,
} from "./descriptor.ts";

const TIMESTAMP = "google.protobuf.Timestamp";

/** The only type that the API borrows. */
const TIMESTAMP_SOURCE = `syntax = "proto3";

package google.protobuf;

// A point in time, in seconds since 1970-01-01T00:00:00Z and nanoseconds (0 to 999999999) after that second.
message Timestamp {
  int64 seconds = 1;
  int32 nanos = 2;
}
`;

/** Path below `proto/` → text. */
export function protoSources(descriptor: Descriptor): Map<string, string> {
  const sources = new Map([["google/protobuf/timestamp.proto", TIMESTAMP_SOURCE]]);
  for (const [name, facts] of Object.entries(descriptor.packages)) {
    sources.set(`${name}.proto`, packageSource(descriptor, name, facts));
  }
  return sources;
}

function packageSource(descriptor: Descriptor, name: string, facts: PackageFacts): string {
  const lines = [
    `// Names and numbers of ${descriptor.revision}.`,
    'syntax = "proto3";',
    "",
    `package ${PREFIX}.${name};`,
  ];
  const imports = importsOf(name, facts);
  if (imports.length > 0) lines.push("", ...imports.map((path) => `import "${path}";`));
  const options = Object.entries(facts.options ?? {});
  if (options.length > 0) lines.push("", ...options.map(([k, v]) => `option ${k} = ${JSON.stringify(v)};`));
  let file = "";
  for (const [child, childFacts] of Object.entries(facts.nested)) {
    const from = fileOf(descriptor, `${PREFIX}.${name}.${child}`);
    if (from !== file) lines.push("", `// ${from}`);
    file = from;
    lines.push("", ...declaration(child, childFacts));
  }
  return lines.join("\n") + "\n";
}

function fileOf(descriptor: Descriptor, name: string): string {
  const entry = Object.entries(descriptor.files).find(([, names]) => names.includes(name));
  if (entry === undefined) throw new Error(`descriptor: "files" does not say where ${name} comes from`);
  return entry[0];
}

function importsOf(name: string, facts: PackageFacts): string[] {
  const found = new Set<string>();
  const visit = (child: Facts): void => {
    if ("values" in child) return;
    for (const { type } of Object.values(child.fields)) {
      if (type === TIMESTAMP) found.add("google/protobuf/timestamp.proto");
      else if (type.startsWith(`${PREFIX}.`)) {
        found.add(`${type.slice(PREFIX.length + 1).split(".")[0]}.proto`);
      }
    }
    Object.values(child.nested ?? {}).forEach(visit);
  };
  Object.values(facts.nested).forEach(visit);
  found.delete(`${name}.proto`);
  return [...found].sort();
}

function declaration(name: string, facts: Facts): string[] {
  return "values" in facts ? enumLines(name, facts) : messageLines(name, facts);
}

const indent = (lines: string[]): string[] => lines.map((line) => line === "" ? line : `  ${line}`);

function enumLines(name: string, facts: EnumFacts): string[] {
  const body = Object.entries(facts.options ?? {}).map(([key, value]) => `option ${key} = ${value};`);
  body.push(...reservedLines(facts.reserved));
  for (const [key, value] of Object.entries(facts.values)) {
    body.push(`${key} = ${value}${optionText(facts.valuesOptions?.[key])};`);
  }
  return [`enum ${name} {`, ...indent(body), "}"];
}

function messageLines(name: string, facts: MessageFacts): string[] {
  const groups = Object.entries(facts.oneofs ?? {})
    .filter(([, { oneof }]) => !oneof.some((field) => isProto3Optional(facts.fields[field])))
    .map(([group, { oneof }]) => ({ group, oneof }));
  const body = reservedLines(facts.reserved);
  const done = new Set<string>();
  for (const [field, fieldFacts] of Object.entries(facts.fields)) {
    const member = groups.find(({ oneof }) => oneof.includes(field));
    if (member === undefined) body.push(fieldLine(field, fieldFacts));
    else if (!done.has(member.group)) {
      done.add(member.group);
      const members = member.oneof.map((key) => fieldLine(key, fieldOf(facts, key)));
      body.push(`oneof ${member.group} {`, ...indent(members), "}");
    }
  }
  for (const [child, childFacts] of Object.entries(facts.nested ?? {})) {
    body.push("", ...declaration(child, childFacts));
  }
  return body.length === 0 ? [`message ${name} {}`] : [`message ${name} {`, ...indent(body), "}"];
}

function fieldOf(facts: MessageFacts, name: string): FieldFacts {
  const field = facts.fields[name];
  if (field === undefined) throw new Error(`descriptor: a oneof names ${name}, which is no field`);
  return field;
}

function isProto3Optional(field: FieldFacts | undefined): boolean {
  return field?.options?.["proto3_optional"] === true;
}

function fieldLine(name: string, field: FieldFacts): string {
  const type = field.keyType === undefined ? field.type : `map<${field.keyType}, ${field.type}>`;
  const label = field.rule === "repeated" ? "repeated " : isProto3Optional(field) ? "optional " : "";
  return `${label}${type} ${name} = ${field.id}${optionText(field.options)};`;
}

function optionText(options: Record<string, unknown> | undefined): string {
  const shown = Object.entries(options ?? {}).filter(([key]) => key !== "proto3_optional");
  return shown.length === 0 ? "" : ` [${shown.map(([key, value]) => `${key} = ${value}`).join(", ")}]`;
}

function reservedLines(reserved: Reserved[] = []): string[] {
  const lines: string[] = [];
  const names = reserved.filter((entry) => typeof entry === "string");
  const ranges = reserved.filter((entry) => typeof entry !== "string");
  const range = ([from, to]: [number, number]): string => from === to ? `${from}` : `${from} to ${to}`;
  if (ranges.length > 0) lines.push(`reserved ${ranges.map(range).join(", ")};`);
  if (names.length > 0) lines.push(`reserved ${names.map((name) => `"${name}"`).join(", ")};`);
  return lines;
}
