/** Go's JSON as a whole: what is accepted, what is refused and how, what is equal. */
import { assertEquals, assertThrows } from "@std/assert";
import { goBytes, goUint8List, goUUID, nilUUID } from "./go_bytes.ts";
import { goList, goMap, goPointer, goSet } from "./go_containers.ts";
import { goIP, goIPNet } from "./go_ip.ts";
import { goCodec } from "./go_json.ts";
import { goRaw, goRawObject } from "./go_raw.ts";
import { goBool, goFloat, goInt, goInt64, goString, goUint, goUint64, goUint8 } from "./go_scalars.ts";
import { goStruct, omitEmpty } from "./go_struct.ts";
import { goTimeType } from "./go_time.ts";
import type { GoType } from "./go_type.ts";
import { topics } from "./table.ts";

const sample = goStruct({
  Text: goString,
  Count: goUint8,
  Names: goList(goString),
  Ports: goList(goStruct({ Cost: goUint8, Up: goBool })),
  ID: goUUID,
  At: goTimeType,
});
const codec = goCodec(sample);

Deno.test("white space, names in any case, unknown and missing members are accepted", () => {
  const value = codec.decode(' {\n "TEXT" : "a",\t"count":7, "nobody":{"x":1} }\n');
  assertEquals(value, { ...sample.zero(), Text: "a", Count: 7 });
  assertEquals(Object.keys(value), ["Text", "Count", "Names", "Ports", "ID", "At"]);
});

Deno.test("null is the zero value of every kind", () => {
  const nulls = '{"Text":null,"Count":null,"Names":null,"Ports":null,"ID":null,"At":null}';
  assertEquals(codec.decode(nulls), sample.zero());
});

Deno.test("[pubsub#22] integers above 2^53 do not break decoding, null is read for arrays, a UUID is never empty", () => {
  const wide = goCodec(
    goStruct({ Signed: goInt64, Unsigned: goUint64, Counter: goUint, Total: goInt, List: goList(goInt) }),
  );
  const text = '{"Signed":-9223372036854775808,"Unsigned":18446744073709551615,"Counter":9007199254740993,' +
    '"Total":9007199254740992,"List":null}';
  const value = wide.decode(text);
  assertEquals(value.Signed, -(2n ** 63n));
  assertEquals(value.Unsigned, 2n ** 64n - 1n);
  assertEquals(value.Counter, 9007199254740992);
  assertEquals(value.List, null);
  assertEquals(
    wide.encode(value).includes('"Unsigned":18446744073709551615,"Counter":9007199254740992,'),
    true,
  );
  assertThrows(() => codec.decode('{"ID":""}'), TypeError, 'ID: expected a UUID, got ""');
  assertThrows(() => codec.encode({ ...sample.zero(), ID: "" }), TypeError, "expected a UUID");
  assertEquals(codec.encode(sample.zero()).includes(`"ID":"${nilUUID}"`), true);
  const app = topics.zedagent.AppInstanceConfig.codec;
  assertEquals(JSON.parse(app.encode(app.decode("{}"))).UUIDandVersion, { UUID: nilUUID, Version: "" });
});

Deno.test("integers beyond a Go type are clamped when written, never in exponent or fraction form", () => {
  assertEquals(goUint.encode(18446744073709552000), "18446744073709551615");
  assertEquals(goUint.encode(-5), "0");
  assertEquals(goInt.encode(1e300), "9223372036854775807");
  assertEquals(goUint8.encode(300), "255");
  assertEquals(goUint8.encode(2.9), "2");
  assertEquals(goUint64.encode(-1n), "0");
  assertEquals(goUint64.decode(18446744073709552000), 2n ** 64n - 1n);
  assertThrows(() => goInt.encode(NaN), TypeError);
});

Deno.test("[pubsub#9] 2025-01-01T00:00:00Z and 2025-01-01T01:00:00+01:00 count as equal", () => {
  const time = goCodec(goStruct({ At: goTimeType }));
  const utc = time.decode('{"At":"2025-01-01T00:00:00Z"}');
  assertEquals(time.equal(utc, time.decode('{"At":"2025-01-01T01:00:00+01:00"}')), true);
  assertEquals(time.equal(utc, time.decode('{"At":"2025-01-01T00:00:00.000000001Z"}')), false);
});

Deno.test("a value that does not fit is refused with its path, what was expected and what arrived", () => {
  const refused = (text: string, message: string) =>
    assertThrows(() => codec.decode(text), TypeError, message);
  refused('{"Ports":[{"Cost":"x"}]}', 'Ports[0].Cost: expected a number, got "x"');
  refused('{"Ports":[{},{"Cost":256}]}', "Ports[1].Cost: expected a number that fits uint8, got 256");
  refused('{"Count":1.5}', "Count: expected a number that fits uint8, got 1.5");
  refused('{"Text":{}}', "Text: expected a string, got an object");
  refused('{"Names":"x"}', 'Names: expected a list, got "x"');
  refused('{"At":""}', 'At: expected an RFC 3339 time, got ""');
  refused("[]", "expected a JSON object, got a list of 0");
  refused("7", "expected a JSON object, got 7");
  refused("null", "expected a JSON object, got null");
  refused("", "expected a JSON object, got an empty text");
  refused('{"Text":', "expected a JSON object, got unreadable JSON");
  refused(`{"Count":"${"y".repeat(100)}"}`, `got "${"y".repeat(37)}..."`);
});

Deno.test("Go's HTML escapes are written in values and map keys", () => {
  const text = goCodec(goStruct({ S: goString, M: goMap(goString) })).encode({
    S: '<a&b>\u2028\u2029\n"é',
    M: { "a&b": "" },
  });
  assertEquals(text, '{"S":"\\u003ca\\u0026b\\u003e\\u2028\\u2029\\n\\"é","M":{"a\\u0026b":""}}');
  assertEquals(JSON.parse(text).S, '<a&b>\u2028\u2029\n"é');
});

Deno.test("omitempty drops zero scalars, empty lists and nil pointers, never structs", () => {
  const type = goStruct({
    S: omitEmpty(goString),
    N: omitEmpty(goInt),
    B: omitEmpty(goBool),
    L: omitEmpty(goList(goString)),
    P: omitEmpty(goPointer(goInt)),
    IP: omitEmpty(goIP),
    In: omitEmpty(goStruct({ X: omitEmpty(goInt) })),
  });
  assertEquals(type.encode(type.zero()), '{"In":{}}');
  assertEquals(type.encode({ ...type.zero(), L: [], P: 0, N: -1 }), '{"N":-1,"P":0,"In":{}}');
});

Deno.test("null and [] are kept apart, sets ignore order", () => {
  const list = goList(goString);
  assertEquals([list.encode(null), list.encode([])], ["null", "[]"]);
  assertEquals(list.equal(null, []), false);
  assertEquals(list.equal(["a", "b"], ["b", "a"]), false);
  const set = goSet(goString);
  assertEquals(set.equal(["a", "b"], ["b", "a"]), true);
  assertEquals(set.equal(null, []), true);
  assertEquals(set.equal(["a", "a"], ["a", "b"]), false);
});

Deno.test("map keys are sorted by their bytes, also those that look like numbers, and __proto__ is a key like others", () => {
  const map = goMap(goInt);
  assertEquals(map.encode({ "9": 1, "10": 2, b: 3, B: 4 }), '{"10":2,"9":1,"B":4,"b":3}');
  assertEquals(map.encode({ "\u{1f600}": 1, "\uffee": 2 }), '{"\uffee":2,"\u{1f600}":1}');
  const hostile = goCodec(goStruct({ M: map })).decode('{"M":{"__proto__":5,"constructor":6}}');
  assertEquals(Object.entries(hostile.M), [["__proto__", 5], ["constructor", 6]]);
  assertEquals(map.equal(hostile.M, {}), false);
  assertEquals(map.encode(hostile.M), '{"__proto__":5,"constructor":6}');
});

Deno.test("bytes are base64, nil and empty differ, bad base64 is refused without showing it", () => {
  assertEquals(goBytes.encode(Uint8Array.of(2, 0, 0, 0, 0, 1)), '"AgAAAAAB"');
  assertEquals([goBytes.encode(null), goBytes.encode(new Uint8Array())], ["null", '""']);
  assertEquals(goBytes.decode("AgAAAAAB"), Uint8Array.of(2, 0, 0, 0, 0, 1));
  assertEquals(goBytes.equal(null, new Uint8Array()), false);
  assertThrows(
    () => goBytes.decode("s3cret!"),
    TypeError,
    "expected a base64 string, got 7 characters that are none",
  );
});

Deno.test("slices of small enumerations are base64 and also read as lists of numbers", () => {
  assertEquals(goUint8List.encode([1, 3]), '"AQM="');
  assertEquals(goUint8List.decode("AQM="), [1, 3]);
  assertEquals(goUint8List.decode([1, 3]), [1, 3]);
  assertEquals(goUint8List.decode(null), null);
  assertThrows(
    () => goUint8List.decode([1, 256]),
    TypeError,
    "[1]: expected a number from 0 to 255, got 256",
  );
});

Deno.test("IP networks: mask of /24, zero value, nil pointer", () => {
  const net = goPointer(goIPNet);
  assertEquals(
    net.encode({ IP: "192.168.1.0", Mask: Uint8Array.of(255, 255, 255, 0) }),
    '{"IP":"192.168.1.0","Mask":"////AA=="}',
  );
  assertEquals(goIPNet.encode(goIPNet.zero()), '{"IP":"","Mask":null}');
  assertEquals(net.encode(net.zero()), "null");
});

Deno.test("floats are the shortest text", () => {
  assertEquals([0.1, 12.5, 1e21, 1e-7, 100].map(goFloat.encode), ["0.1", "12.5", "1e+21", "1e-7", "100"]);
});

Deno.test("raw members keep order, digits and shape", () => {
  const raw = goCodec(goRawObject);
  const text =
    '{"z":[1,{"b":18446744073709551615,"a":null}],"a":-9007199254740993,"f":1.5e+300,"s":"\\u003c"}';
  assertEquals(raw.encode(raw.decode(text)), text.replace("1.5e+300", "1.5e+300"));
  assertEquals(raw.equal(raw.decode('{"a":1,"b":[2]}'), raw.decode('{"b":[2],"a":1}')), true);
  assertEquals(raw.equal(raw.decode('{"a":1}'), raw.decode('{"a":"1"}')), false);
  assertEquals(raw.equal(raw.decode('{"a":[]}'), raw.decode('{"a":null}')), false);
  assertEquals(raw.equal(raw.decode('{"a":null}'), raw.decode('{"b":null}')), false);
});

Deno.test("raw JSON nested beyond reason is refused, not a crash", () => {
  const raw = goCodec(goStruct({ R: goRaw }));
  assertThrows(
    () => raw.decode(`{"R":${"[".repeat(300)}${"]".repeat(300)}}`),
    TypeError,
    "R: expected at most 200 levels",
  );
  assertThrows(
    () => raw.decode(`{"R":${"[".repeat(100_000)}${"]".repeat(100_000)},"n":1234567890123456789}`),
    TypeError,
  );
});

Deno.test("structs nested by a hostile file where lists are expected are refused", () => {
  assertThrows(
    () => topics.nim.DeviceNetworkStatus.codec.decode('{"Ports":{"length":1}}'),
    TypeError,
    "Ports: expected a list",
  );
});

Deno.test("members that no field takes are named with their path, at any depth and in any case of names", () => {
  const outer = goCodec(
    goStruct({ ...sample.fields, ByName: goMap(sample), Near: goPointer(sample), Any: goRaw }),
  );
  const text = `{"text":"","Stray":1,"Ports":[{"Cost":1},{"cost":2,"Up":true,"Speed":3}],
    "ByName":{"a.b":{"Who":null}},"Near":{"Ports":[{"X":1}]},"Any":{"free":1}}`;
  assertEquals(outer.unknownMembers?.(text), [
    "Stray",
    "Ports[1].Speed",
    "ByName.a.b.Who",
    "Near.Ports[0].X",
  ]);
  assertEquals(outer.unknownMembers?.("{}"), []);
  assertEquals(goCodec(goRawObject).unknownMembers?.('{"a":{"b":1}}'), []);
});

Deno.test("equal values have equal texts, with times as long as they are in UTC, unless a set or an open object is inside", () => {
  const codecOf = (type: GoType<unknown>) => goCodec(goStruct({ Inner: goMap(goList(goPointer(type))) }));
  for (const type of [goString, goIP, goIPNet, goUUID, goBytes, goUint8, goInt64, goFloat, goBool]) {
    assertEquals(codecOf(type).isCanonical?.("{}"), true);
  }
  for (const type of [goSet(goString), goRaw, goRawObject]) {
    assertEquals(codecOf(type).isCanonical, undefined);
  }
  for (
    const [time, canonical] of [
      ["2025-01-01T00:00:00Z", true],
      ["2025-01-01T00:00:00.05Z", true],
      ["2025-01-01T00:00:00.50Z", false],
      ["2025-01-01T00:00:00.0Z", false],
      ["2025-01-01T00:00:00+00:00", false],
      ["2025-01-01T00:00:00.5-01:00", false],
    ] as const
  ) {
    assertEquals(codec.isCanonical?.(codec.encode({ ...sample.zero(), At: time })), canonical, time);
  }
});
