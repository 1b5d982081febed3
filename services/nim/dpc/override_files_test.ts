/** Files that override the configuration. */
import { assertEquals } from "@std/assert";
import { MAX_OVERRIDE_FILE, readOverrideFile, takesOverrideFiles } from "./override_files.ts";

const now = "2026-08-22T10:00:00.123456789Z";
const ports = '"Ports":[{"IfName":"eth0","IsMgmt":true,"Dhcp":4},{"IfName":"eth1"}]';

function read(content: string, name = "override.json") {
  const file = readOverrideFile(name, new TextEncoder().encode(content), now);
  return file.kind === "dpc" ? file.dpc : file.reason;
}

Deno.test("[nim#6] an override file without time, key and layer gets 1980, the name of the file, L3 on all ports", () => {
  const dpc = read(`{"Version":1,${ports}}`, "site.json");
  if (typeof dpc === "string") throw new Error(dpc);
  assertEquals([dpc.Key, dpc.TimePriority], ["site", "1980-01-01T00:00:00Z"]);
  assertEquals(dpc.Ports?.map(({ IsL3Port }) => IsL3Port), [true, true]);
  const named = read('{"key":"usb","timepriority":"2021-05-20T22:13:31.5Z","Ports":[{"IsL3Port":true},{}]}');
  if (typeof named === "string") throw new Error(named);
  assertEquals([named.Key, named.TimePriority], ["usb", "2021-05-20T22:13:31.5Z"]);
  assertEquals(named.Ports?.map(({ IsL3Port }) => IsL3Port), [true, false]);
});

Deno.test("each port is marked as an override of now", () => {
  const dpc = read(`{${ports}}`);
  if (typeof dpc === "string") throw new Error(dpc);
  const source = { Origin: 3, SubmittedAt: now };
  assertEquals(dpc.Ports?.map(({ ConfigSource }) => ConfigSource), [source, source]);
});

Deno.test("empty, oversized and unreadable files are refused, each with its reason", () => {
  const skipped = "; the file is skipped";
  const where = "/config/DevicePortConfig/override.json: ";
  assertEquals(read(""), `${where}expected a DevicePortConfig in JSON, got an empty file${skipped}`);
  const fits = `{${ports}}`.padEnd(MAX_OVERRIDE_FILE);
  assertEquals(typeof read(fits), "object");
  assertEquals(read(`${fits} `), `${where}expected at most 16384 bytes, got 16385${skipped}`);
  assertEquals(read("[]"), `${where}expected a JSON object, got a list of 0${skipped}`);
  assertEquals(
    read('{"Ports":[{"Dhcp":"client"}]}').toString().startsWith(`${where}Ports[0].Dhcp: expected`),
    true,
  );
  assertEquals(read("{").toString().startsWith(`${where}expected a JSON object, got unreadable JSON`), true);
});

Deno.test("no override file is looked at with a bootstrap configuration or after an earlier one", () => {
  assertEquals(takesOverrideFiles({ bootstrapConfig: false, lastConfig: false }), true);
  assertEquals(takesOverrideFiles({ bootstrapConfig: true, lastConfig: false }), false);
  assertEquals(takesOverrideFiles({ bootstrapConfig: false, lastConfig: true }), false);
});
