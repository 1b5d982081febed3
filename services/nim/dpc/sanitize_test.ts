/** What is filled in where a configuration says nothing. */
import { assertEquals } from "@std/assert";
import { goDevicePortConfig, goNetworkPortConfig, topics, zeroTime } from "../../topics/mod.ts";
import { isUsable } from "./predicates.ts";
import { sanitize } from "./sanitize.ts";

const eth0 = goNetworkPortConfig.make({ IfName: "eth0", IsMgmt: true, Dhcp: 4 });
const zedagent = { key: "zedagent", hasFile: () => false };

Deno.test("[nim#8] from zedagent, an inner key bootstrap stays, an empty one becomes zedagent", () => {
  const arrived = (text: string) => sanitize(topics.zedagent.DevicePortConfig.codec.decode(text), zedagent);
  assertEquals(arrived('{"Version":1,"Key":"bootstrap"}').Key, "bootstrap");
  assertEquals(arrived('{"Version":1}').Key, "zedagent");
});

Deno.test("a missing TimePriority: 1980 with a file, else 1970; not for lps, not on deletion", () => {
  const time = (key: string, more: { deleted?: boolean; hasFile?: (key: string) => boolean } = {}) =>
    sanitize(goDevicePortConfig.make({}), { ...zedagent, key, ...more }).TimePriority;
  assertEquals(time("usb", { hasFile: (key) => key === "usb" }), "1980-01-01T00:00:00Z");
  assertEquals(time("usb"), "1970-01-01T00:00:00Z");
  assertEquals([time("lps"), time("usb", { deleted: true })], [zeroTime, zeroTime]);
  const TimePriority = "2026-08-22T10:00:00.123456789Z";
  assertEquals(sanitize(goDevicePortConfig.make({ TimePriority }), zedagent).TimePriority, TimePriority);
});

Deno.test("labels of ports come from the interface, reserved shared labels from the port", () => {
  const dpc = goDevicePortConfig.make({
    Version: 1,
    Ports: [
      { ...eth0, SharedLabels: ["freeuplink", "mine", "mine"] },
      { ...eth0, Cost: 3, Phylabel: "p", Logicallabel: "l" },
      { ...eth0, IsMgmt: false, SharedLabels: ["uplink"] },
    ],
  });
  const ports = sanitize(dpc, zedagent).Ports ?? [];
  assertEquals(ports.map(({ Phylabel, Logicallabel }) => [Phylabel, Logicallabel]), [
    ["eth0", "eth0"],
    ["p", "l"],
    ["eth0", "eth0"],
  ]);
  assertEquals(ports.map(({ SharedLabels }) => SharedLabels), [
    ["mine", "all", "uplink", "freeuplink"],
    ["all", "uplink"],
    ["all"],
  ]);
  assertEquals(sanitize(sanitize(dpc, zedagent), zedagent).Ports, ports);
});

Deno.test("below version 1 each port is for management, whatever IsMgmt says (W17)", () => {
  const read = (text: string) => sanitize(topics.global.DevicePortConfig.codec.decode(text), zedagent);
  const management = (text: string) =>
    read(text).Ports?.map(({ IsMgmt, SharedLabels }) => [IsMgmt, SharedLabels]);
  const ports = '"Ports":[{"IfName":"eth0","Dhcp":4},{"IfName":"eth1","IsMgmt":true,"Dhcp":4,"Cost":3}]';
  assertEquals(management(`{${ports}}`), [[true, ["all", "uplink", "freeuplink"]], [true, [
    "all",
    "uplink",
  ]]]);
  assertEquals(management(`{"Version":1,${ports}}`), [[false, ["all"]], [true, ["all", "uplink"]]]);
  assertEquals([
    isUsable(read('{"Ports":[{"IfName":"eth0"}]}')),
    isUsable(read('{"Version":1,"Ports":[{}]}')),
  ], [
    true,
    false,
  ]);
});

Deno.test("a layer that one port names is left alone, else all ports get it", () => {
  const layers = (...ports: boolean[]) =>
    sanitize(goDevicePortConfig.make({ Ports: ports.map((IsL3Port) => ({ ...eth0, IsL3Port })) }), zedagent)
      .Ports?.map(({ IsL3Port }) => IsL3Port);
  assertEquals([layers(false, false), layers(false, true)], [[true, true], [false, true]]);
});
