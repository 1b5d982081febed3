/** Digests of what was received: one for each part, of its bytes alone. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { config, ConfigResponse, EdgeDevConfig } from "../../../proto/device.ts";
import { edgeDevConfigType } from "../../../tests/corpus/descriptor.ts";
import { messages, versionOf } from "../apply/section_hashes.ts";
import { decodeConfig, decodeConfigResponse, receivedDigest, sectionFields } from "./received_config.ts";

const bytesOf = (fields: config.IEdgeDevConfig) => EdgeDevConfig.encode(fields).finish();
const apps = (...names: string[]) => names.map((displayname) => ({ displayname }));
const appsDigest = (fields: config.IEdgeDevConfig) => receivedDigest(decodeConfig(bytesOf(fields)).apps);

Deno.test("the numbers are those of the config API", () => {
  const { fieldsArray } = edgeDevConfigType();
  for (const [id, name] of Object.entries(sectionFields)) {
    assertEquals(fieldsArray.find((field) => field.id === Number(id))?.name, name);
  }
});

Deno.test("a digest follows its own part: values, order and borders, and nothing else", () => {
  const one = appsDigest({ apps: apps("a", "b"), device_name: "x" });
  assert(one !== undefined);
  assertEquals(appsDigest({ apps: apps("a", "b"), device_name: "y", volumes: [{ uuid: "v" }] }), one);
  for (const other of [apps("b", "a"), apps("ab"), apps("a"), apps("a", "b", "")]) {
    assertNotEquals(appsDigest({ apps: other }), one);
  }
  assertEquals(appsDigest({ device_name: "x" }), undefined, "nothing came");
  const { edgeview, cluster } = decodeConfig(bytesOf({ edgeview: { token: "t" } }));
  assert(edgeview !== null && receivedDigest(edgeview) !== undefined);
  assertEquals(cluster, null);
});

Deno.test("a config within a response has the digests that it has alone", () => {
  const fields = {
    apps: apps("a"),
    networks: [{ id: "n" }],
    controller_epoch: undefined,
    maintenance_mode: true,
  };
  const payload = ConfigResponse.encode({ config: fields, configHash: "h" }).finish();
  const configIn = (bytes: Uint8Array) =>
    decodeConfigResponse(bytes).config ?? decodeConfig(new Uint8Array());
  const received = configIn(payload);
  assertEquals(receivedDigest(received.apps), appsDigest(fields));
  assert(receivedDigest(received.networks) !== undefined);
  const twice = new Uint8Array([
    ...ConfigResponse.encode({ config: { apps: apps("z") } }).finish(),
    ...payload,
  ]);
  assertEquals(receivedDigest(configIn(twice).apps), appsDigest(fields));
});

Deno.test("elements that come apart still count, in their order", () => {
  const [a, b, name] = [{ apps: apps("a") }, { apps: apps("b") }, { device_name: "x" }].map(bytesOf);
  const joined = (...parts: (Uint8Array | undefined)[]) =>
    receivedDigest(decodeConfig(new Uint8Array(parts.flatMap((part) => [...part ?? []]))).apps);
  assertEquals(joined(a, name, b), joined(a, b, name));
  assertNotEquals(joined(b, name, a), joined(a, name, b));
});

Deno.test("the version of a section is told by the digest where there is one, by its messages otherwise", () => {
  const version = (list: config.AppInstanceConfig[]) => versionOf([messages(config.AppInstanceConfig, list)]);
  const { apps: received } = decodeConfig(bytesOf({ apps: apps("a") }));
  assertEquals(version(received), version(decodeConfig(bytesOf({ apps: apps("a") })).apps));
  assertNotEquals(version(received), version(decodeConfig(bytesOf({ apps: apps("b") })).apps));
  const { apps: made } = EdgeDevConfig.decode(bytesOf({ apps: apps("a") }));
  assertEquals(version(made), version(EdgeDevConfig.decode(bytesOf({ apps: apps("a") })).apps));
});
