import { assertEquals, assertThrows } from "@std/assert";
import { portsOfFile } from "./ports.ts";

Deno.test("a ports file names its ports in EVE's words; garbage is refused with the reason", () => {
  const ports = portsOfFile(
    '{"Ports":[{"IfName":"lo","IsMgmt":true,"AddrInfoList":[{"Addr":"127.0.0.1"}]}]}',
  );
  assertEquals(ports.map((port) => [port.IfName, port.Logicallabel, port.IsMgmt]), [["lo", "lo", true]]);
  assertThrows(() => portsOfFile("not json"), TypeError, "expected a JSON object");
  assertThrows(() => portsOfFile('{"Ports":[{"Cost":"x"}]}'), TypeError, "Cost");
});
