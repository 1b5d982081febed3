/** `/run/nim/applied.json`: what nim made itself, for the nim after it. A file that can't be read is as none. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { replaceFile } from "../../pubsub/mod.ts";
import { emptyRecord, type OwnRecord } from "./step.ts";

/** The file. @param run `/run`, with the device's root in front */
export function ownRecordPath(run: string): string {
  return `${run}/nim/applied.json`;
}

/** See the module. */
export function readOwnRecord(path: string): OwnRecord {
  try {
    return parseOwnRecord(JSON.parse(Deno.readTextFileSync(path)));
  } catch {
    return emptyRecord;
  }
}

/** @throws {PubsubError} when it can't be written; the old one stays */
export function writeOwnRecord(path: string, record: OwnRecord): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  replaceFile(path, JSON.stringify(record), { syncFolder: false });
}

/** Members of another shape are left out. */
export function parseOwnRecord(value: unknown): OwnRecord {
  const { dhcpcd, addresses, links } = members(value);
  const isText = (item: unknown): item is string => typeof item === "string";
  const areTexts = (item: unknown): item is string[] => Array.isArray(item) && item.every(isText);
  return {
    dhcpcd: only(members(dhcpcd), areTexts),
    addresses: only(members(addresses), isText),
    links: Array.isArray(links) ? links.filter(isText) : [],
  };
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? { ...value } : {};
}

function only<Kept>(
  record: Readonly<Record<string, unknown>>,
  is: (value: unknown) => value is Kept,
): Readonly<Record<string, Kept>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => is(value) ? [[name, value]] : []),
  );
}
