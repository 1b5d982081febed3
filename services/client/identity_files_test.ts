import { assertEquals } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { writeHardwareModelFile, writeUuidFile } from "./identity_files.ts";

const uuid = "7D9C2F7E-5A0B-4C55-9A9E-0F1F2D3C4B5A";

Deno.test("the uuid file: 37 bytes, lower case, newline, 0644; right content is left alone, wrong repaired", async () => {
  await using device = testDevice();
  const { paths } = device;
  assertEquals(writeUuidFile(paths, uuid), true);
  const text = device.read("/persist/status/uuid") ?? "";
  assertEquals([text, text.length], [`${uuid.toLowerCase()}\n`, 37]);
  assertEquals((Deno.statSync(paths.statusUuid).mode ?? 0) & 0o777, 0o644);
  assertEquals(writeUuidFile(paths, uuid), false);
  device.write("/persist/status/uuid", text.slice(0, 20));
  assertEquals(writeUuidFile(paths, uuid), true);
  assertEquals(device.read("/persist/status/uuid"), text);
});

Deno.test("the model file: no newline, made anew when missing, nothing but itself in the folder", async () => {
  await using device = testDevice();
  assertEquals(writeHardwareModelFile(device.paths, "Dell Inc..Edge"), true);
  Deno.removeSync(device.paths.hardwareModel);
  assertEquals(writeHardwareModelFile(device.paths, "Dell Inc..Edge"), true);
  assertEquals(device.read("/persist/status/hardwaremodel"), "Dell Inc..Edge");
  assertEquals([...Deno.readDirSync(device.paths.persistStatus)].map(({ name }) => name), ["hardwaremodel"]);
});
