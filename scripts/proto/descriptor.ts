/** The wire facts of the device API, as `docs/spec/eve-api.descriptor.json` states them. */

/** A field; `keyType` makes it a map. */
export interface FieldFacts {
  type: string;
  id: number;
  rule?: "repeated";
  keyType?: string;
  options?: Record<string, unknown>;
}

/** A number range (both ends included) or a name that must not be used again. */
export type Reserved = [number, number] | string;

/** A message. */
export interface MessageFacts {
  fields: Record<string, FieldFacts>;
  oneofs?: Record<string, { oneof: string[] }>;
  nested?: Record<string, Facts>;
  reserved?: Reserved[];
}

/** An enum. */
export interface EnumFacts {
  values: Record<string, number>;
  valuesOptions?: Record<string, Record<string, unknown>>;
  options?: Record<string, unknown>;
  reserved?: Reserved[];
}

/** What a package or a message can hold. */
export type Facts = MessageFacts | EnumFacts;

/** One protobuf package: `org.lfedge.eve.<name>`. */
export interface PackageFacts {
  options?: Record<string, unknown>;
  nested: Record<string, Facts>;
}

/** The whole descriptor. `files` tells which upstream file declares what. */
export interface Descriptor {
  revision: string;
  files: Record<string, string[]>;
  packages: Record<string, PackageFacts>;
}

/** All packages are below this one. */
export const PREFIX = "org.lfedge.eve";

interface DescriptorFile {
  revision: string;
  files: Record<string, string[]>;
  descriptor: {
    nested: { org: { nested: { lfedge: { nested: { eve: { nested: Record<string, PackageFacts> } } } } } };
  };
}

/** Reads `docs/spec/eve-api.descriptor.json`. */
export async function readDescriptor(): Promise<Descriptor> {
  const path = new URL("../../docs/spec/eve-api.descriptor.json", import.meta.url);
  const file = JSON.parse(await Deno.readTextFile(path)) as DescriptorFile;
  return {
    revision: file.revision,
    files: file.files,
    packages: file.descriptor.nested.org.nested.lfedge.nested.eve.nested,
  };
}
