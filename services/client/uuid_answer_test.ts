import { assertEquals, assertThrows } from "@std/assert";
import { UuidResponse } from "../../proto/onboard.ts";
import { parseUuid, parseUuidAnswer } from "./uuid_answer.ts";

const uuid = "7d9c2f7e-5a0b-4c55-9a9e-0f1f2d3c4b5a";

Deno.test("the forms of a UUID that are accepted, and some that are not", () => {
  const good = [
    uuid,
    `  ${uuid}\n`,
    uuid.toUpperCase(),
    uuid.replaceAll("-", ""),
    `{${uuid}}`,
    `urn:uuid:${uuid}`,
  ];
  for (const text of good) assertEquals(parseUuid(text), uuid, text);
  const bad = [
    "",
    "nonsense",
    uuid.slice(1),
    `${uuid}0`,
    `{${uuid}`,
    `../${uuid}`,
    uuid.replace("-", ""),
    `x${uuid}`,
  ];
  for (const text of bad) assertEquals(parseUuid(text), undefined, text);
});

Deno.test("model override only with manufacturer and product", () => {
  const parse = (manufacturer: string, product_name: string) =>
    parseUuidAnswer(UuidResponse.encode({ uuid, manufacturer, product_name }).finish());
  assertEquals(parse("Dell Inc.", "Edge 3200"), { uuid, modelOverride: "Dell Inc..Edge 3200" });
  assertEquals(parse("A/B", "C"), { uuid, modelOverride: "A_ B.C" });
  assertEquals(parse("Dell Inc.", ""), { uuid });
  assertEquals(parse("", "Edge 3200"), { uuid });
});

Deno.test("no UUID, the nil UUID, and bytes that are no message are refused with a clear text", () => {
  const nil = UuidResponse.encode({ uuid: "00000000-0000-0000-0000-000000000000" }).finish();
  assertThrows(() => parseUuidAnswer(nil), TypeError, "the nil UUID");
  assertThrows(() => parseUuidAnswer(new Uint8Array(0)), TypeError, 'expected a UUID, got ""');
  assertThrows(() => parseUuidAnswer(Uint8Array.of(0x0a, 0x7f, 1)), TypeError, "expected a UuidResponse");
});
