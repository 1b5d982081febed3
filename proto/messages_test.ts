/** What generated code does with numbers, names and bytes that it does not know. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import Long from "long";
import * as all from "./all.ts";
import { ConfigRequest, info, ZAttestReq, ZInfoMsg } from "./device.ts";
import { fromBigInt, toBigInt } from "./int64.ts";
import { UuidResponse } from "./onboard.ts";

Deno.test("integers above 2^53 come back as they went in", () => {
  for (const value of [0n, 1n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
    const bytes = info.ZInfoDevice.encode({ memory: fromBigInt(value, true) }).finish();
    const { memory } = info.ZInfoDevice.decode(bytes);
    assert(Long.isLong(memory));
    assertEquals(toBigInt(memory), value);
    assertEquals(memory.toString(), value.toString());
  }
  for (const value of [-1n, -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 53n) - 1n]) {
    const bytes = all.protobuf.Timestamp.encode({ seconds: fromBigInt(value, false) }).finish();
    const message = all.protobuf.Timestamp.decode(bytes);
    assertEquals(toBigInt(message.seconds), value);
    const shown = all.protobuf.Timestamp.toObject(message, { longs: String });
    assertEquals(shown, { seconds: value.toString() });
    assertEquals(all.protobuf.Timestamp.fromObject(shown).seconds, message.seconds);
  }
});

Deno.test("an absent 64-bit field is a Long as well", () => {
  assertEquals(toBigInt(info.ZInfoDevice.decode(new Uint8Array()).memory), 0n);
});

Deno.test("fromBigInt and toBigInt refuse what has no exact answer", () => {
  assertThrows(() => fromBigInt(2n ** 64n, true), RangeError);
  assertThrows(() => fromBigInt(-1n, true), RangeError);
  assertThrows(() => fromBigInt(2n ** 63n, false), RangeError);
  assertThrows(() => toBigInt(0.5), RangeError);
  assertThrows(() => toBigInt("1x"), SyntaxError);
  assertEquals([toBigInt(5), toBigInt("18446744073709551615")], [5n, 2n ** 64n - 1n]);
});

Deno.test("unknown fields of every wire type are skipped", () => {
  const known = ConfigRequest.encode({ configHash: "h", integrity_token: new Uint8Array([7]) }).finish();
  // Field 1000: varint, 64 bit, length-delimited, group with a varint in it, 32 bit.
  const unknown = [
    [0xc0, 0x3e, 0xff, 0x01],
    [0xc1, 0x3e, 1, 2, 3, 4, 5, 6, 7, 8],
    [0xc2, 0x3e, 3, 1, 2, 3],
    [0xc3, 0x3e, 0x08, 0x01, 0xc4, 0x3e],
    [0xc5, 0x3e, 1, 2, 3, 4],
  ];
  const bytes = new Uint8Array([...unknown.flat(), ...known, ...unknown.flat()]);
  const { configHash, integrity_token } = ConfigRequest.decode(bytes);
  assertEquals([configHash, integrity_token], ["h", new Uint8Array([7])]);
});

Deno.test("an enum number without a name stays that number, alone and in lists", () => {
  const strange = 4711 as info.ZInfoTypes;
  const bytes = ZInfoMsg.encode({ ztype: strange, devId: "d" }).finish();
  const message = ZInfoMsg.decode(bytes);
  assertEquals([message.ztype, message.devId, info.ZInfoTypes[message.ztype]], [strange, "d", undefined]);
  assertEquals(all.info.ZInfoMsg.toObject(all.info.ZInfoMsg.decode(bytes), { enums: String })["ztype"], 4711);
  assertEquals(ZInfoMsg.encode(message).finish(), bytes);
  const reasons = [1, 4712] as info.MaintenanceModeReason[];
  const device = info.ZInfoDevice.encode({ maintenance_mode_reasons: reasons }).finish();
  assertEquals(info.ZInfoDevice.decode(device).maintenance_mode_reasons, reasons);
});

Deno.test("malformed bytes throw and never end the program", () => {
  for (
    const bytes of [[0x0a, 5, 1], [0x0a], [0x0a, 1, 0xff], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [0x0c], [0]]
  ) {
    assertThrows(() => UuidResponse.decode(new Uint8Array(bytes)), Error);
  }
});

Deno.test("bytes are plain Uint8Arrays with memory of their own, whatever was decoded", () => {
  const encoded = ConfigRequest.encode({ integrity_token: new Uint8Array([1, 2, 3]) }).finish();
  assertEquals([encoded.constructor, encoded.buffer.byteLength], [Uint8Array, encoded.length]);
  const { integrity_token } = ConfigRequest.decode(encoded);
  encoded.fill(0);
  assertEquals(integrity_token, new Uint8Array([1, 2, 3]));
  assertEquals(integrity_token.buffer.byteLength, 3);
});

Deno.test("a lone surrogate is sent as U+FFFD: Go would refuse the message", () => {
  for (const filler of ["", "x".repeat(500)]) {
    const bytes = ConfigRequest.encode({ configHash: `a\ud800b${filler}` }).finish();
    assertEquals(ConfigRequest.decode(bytes).configHash, `a\ufffdb${filler}`);
  }
});

Deno.test("names are the descriptor's own mix of cases", () => {
  const bytes = ConfigRequest.encode({ configHash: "h", integrity_token: new Uint8Array([1]) }).finish();
  assertEquals(bytes, new Uint8Array([0x0a, 1, 0x68, 0x12, 1, 1]));
  assertEquals(Object.keys(ConfigRequest.decode(bytes)), ["configHash", "integrity_token"]);
  // @ts-expect-error the compiler refuses another spelling
  assertEquals(ConfigRequest.encode({ confighash: "h" }).finish().length, 0);
  // @ts-expect-error the compiler refuses another spelling
  assertEquals(ConfigRequest.encode({ integrityToken: new Uint8Array([1]) }).finish().length, 0);
  // @ts-expect-error the compiler refuses another spelling
  assertEquals(ZAttestReq.decode(new Uint8Array()).req_type, undefined);
});

Deno.test("a oneof tells which member is set; an absent message is null", () => {
  const message = ZInfoMsg.decode(ZInfoMsg.encode({ dinfo: {} }).finish());
  assertEquals([message.InfoContent, message.ainfo], ["dinfo", null]);
  assertEquals(ZInfoMsg.decode(new Uint8Array()).InfoContent, undefined);
});

Deno.test("bundles that meet in one process do not disturb each other", () => {
  const uuid = UuidResponse.decode(all.uuid.UuidResponse.encode({ uuid: "u" }).finish());
  assert(uuid instanceof UuidResponse && !(uuid instanceof all.uuid.UuidResponse));
  assertEquals(uuid.uuid, "u");
});
