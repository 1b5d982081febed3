/** A configuration with every field set, made from the descriptor: one element of each kind, all with values that can be read. */
import protobuf from "protobufjs";
import { edgeDevConfigType, messageOf } from "./descriptor.ts";

/** All that are UUIDs are this one, so that whatever refers to something finds it. */
export const everyUUID = "99999999-9999-4999-8999-999999999999";

const deepest = 12;
/** Texts that must have a form, by the end of the field's name. */
const texts: readonly (readonly [name: RegExp, text: string])[] = [
  [
    /uuid$|^id$|^dsId$|_id$|ids_list$|networkId|networkUUID|ContentTreeID|appInstIdsAllowed|loc_id/i,
    everyUUID,
  ],
  [/^subnet$|cidrs|prefix|destination_network/i, "10.1.0.0/24"],
  [
    /^addr$|^Address$|gateway|^dns$|^start$|^end$|IPAddr|server_ip|san_ip|ip_targets|^host$|probe_address/i,
    "10.1.0.7",
  ],
  [/mac/i, "02:00:00:00:00:01"],
  [/url$/i, "https://example.com/path"],
  [/designated_node_id/, everyUUID],
];

/** @param devUUID of the device that it is for */
export function everyField(devUUID: string): Uint8Array {
  const type = edgeDevConfigType();
  const made = { ...message(type, 0), id: { uuid: devUUID, version: "1" } };
  return type.encode(type.fromObject(made)).finish();
}

/** With one element for each alternative of the message's `oneof`, where it is in a list. */
function elements(type: protobuf.Type, depth: number): object[] {
  const alternatives = type.oneofsArray.filter(({ fieldsArray }) => fieldsArray.length > 1);
  const [choice] = alternatives;
  if (choice === undefined) return [message(type, depth)];
  return choice.fieldsArray.map(({ name }) => message(type, depth, name));
}

function message(type: protobuf.Type, depth: number, chosen?: string): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  if (depth > deepest) return made;
  for (const field of type.fieldsArray) {
    const siblings = field.partOf?.fieldsArray ?? [];
    if (siblings.length > 1 && field.name !== (chosen ?? siblings[0]?.name)) continue;
    const inner = messageOf(field);
    if (inner === type && depth > 3) continue;
    if (field.map) made[field.name] = { Ifname: "eth0" };
    else if (inner !== undefined) {
      made[field.name] = field.repeated ? elements(inner, depth + 1) : message(inner, depth + 1);
    } else made[field.name] = field.repeated ? [scalar(field)] : scalar(field);
  }
  return made;
}

function scalar(field: protobuf.Field): unknown {
  const { resolvedType } = field.resolve();
  if (resolvedType instanceof protobuf.Enum) {
    return Object.values(resolvedType.values).find((value) => value !== 0) ?? 0;
  }
  switch (field.type) {
    case "string":
      return texts.find(([name]) => name.test(field.name))?.[1] ?? `${field.name.slice(0, 8)}1`;
    case "bytes":
      return new TextEncoder().encode("0123456789abcdef0123456789abcdef");
    case "bool":
      return true;
    default:
      return 1;
  }
}
