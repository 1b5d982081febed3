/**
 * Types of one bundle. Each message X gives two shapes: `IX`, what may be written (everything optional), and `X`, what
 * `decode` returns (every scalar, list and map present, 64-bit integers as Long, absent messages null).
 */

import protobuf from "protobufjs";
import type { Bundle } from "./bundles.ts";

/** Prints the `.d.ts` that belongs to {@link javascript}. */
export function declarations(root: protobuf.Root, bundle: Bundle): string {
  const lines = root.nestedArray.flatMap((namespace) => namespaceLines(namespace, bundle, "export declare "));
  const shared = bundle.convert ? "ConversionOptions, Writer" : "Writer";
  const imports = [`import type { ${shared} } from "../message.ts";`];
  if (lines.some((line) => /\bLong\b/.test(line))) imports.unshift('import type Long from "long";');
  return `${[...imports, "", ...lines].join("\n")}\n`;
}

function namespaceLines(object: protobuf.ReflectionObject, bundle: Bundle, prefix: string): string[] {
  if (!(object instanceof protobuf.Namespace)) return [];
  const body = object.nestedArray.flatMap((child) => {
    if (child instanceof protobuf.Enum) return enumLines(child);
    if (child instanceof protobuf.Type) return messageLines(child, bundle);
    return namespaceLines(child, bundle, "");
  });
  return [`${prefix}namespace ${object.name} {`, ...indent(body), "}"];
}

function enumLines(object: protobuf.Enum): string[] {
  return [
    `enum ${object.name} {`,
    ...indent(Object.entries(object.values).map(([name, value]) => `${name} = ${value},`)),
    "}",
  ];
}

function messageLines(type: protobuf.Type, bundle: Bundle): string[] {
  const { name } = type;
  const lines = [
    `interface I${name} {`,
    ...indent(type.fieldsArray.map((field) => `${field.name}?: ${inputType(field)} | null | undefined;`)),
    "}",
    `class ${name} {`,
    ...indent([
      "private constructor();",
      ...type.fieldsArray.map((field) => `${field.name}: ${decodedType(field)};`),
      ...type.oneofsArray.filter((group) => !group.isProto3Optional).map((group) =>
        `readonly ${group.name}: ${group.oneof.map((field) => `"${field}"`).join(" | ")} | undefined;`
      ),
      `static create(properties?: I${name}): I${name};`,
      `static encode(message: I${name}, writer?: Writer): Writer;`,
      `static decode(bytes: Uint8Array): ${name};`,
      ...(bundle.convert
        ? [
          `static fromObject(object: object): ${name};`,
          `static toObject(message: I${name}, options?: ConversionOptions): Record<string, unknown>;`,
        ]
        : []),
    ]),
    "}",
  ];
  if (type.nestedArray.length > 0) lines.push(...namespaceLines(type, bundle, ""));
  return lines;
}

function inputType(field: protobuf.Field): string {
  const { resolvedType } = field;
  const one = resolvedType instanceof protobuf.Type
    ? typeName(resolvedType, "I")
    : field.long
    ? "Long | number"
    : scalarType(field);
  if (field instanceof protobuf.MapField) return `Readonly<Record<string, ${one}>>`;
  return field.repeated ? `readonly ${one.includes("|") ? `(${one})` : one}[]` : one;
}

function decodedType(field: protobuf.Field): string {
  const { resolvedType } = field;
  const one = resolvedType instanceof protobuf.Type
    ? typeName(resolvedType, "")
    : scalarType(field, "<ArrayBuffer>");
  if (field instanceof protobuf.MapField) return `Record<string, ${one}>`;
  if (field.repeated) return `${one}[]`;
  return field.hasPresence || resolvedType instanceof protobuf.Type ? `${one} | null` : one;
}

function scalarType(field: protobuf.Field, backing = ""): string {
  if (field.resolvedType instanceof protobuf.Enum) return typeName(field.resolvedType, "");
  if (field.long) return "Long";
  if (field.type === "bool") return "boolean";
  if (field.type === "string") return "string";
  return field.type === "bytes" ? `Uint8Array${backing}` : "number";
}

/** `.config.WifiConfig.cryptoblock` → `config.WifiConfig.Icryptoblock`. */
function typeName(type: protobuf.ReflectionObject, prefix: string): string {
  const parts = type.fullName.split(".").slice(1);
  return [...parts.slice(0, -1), `${prefix}${type.name}`].join(".");
}

function indent(lines: string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
