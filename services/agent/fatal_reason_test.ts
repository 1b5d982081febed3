import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeFatalReason } from "./fatal_reason.ts";
import { testDevice } from "./test_device.ts";

Deno.test("a fatal error leaves its reason where EVE looks for it", async () => {
  await using device = testDevice({ agent: "zedclient" });
  device.write("/run/eve-release", "13.4.0-kvm-amd64\n");
  writeFatalReason(device, "client", "no server");
  const reason = device.read("/persist/reboot-reason") ?? "";
  assertMatch(
    reason,
    /^Reboot from agent client\[\d+\] at EVE version 13\.4\.0-kvm-amd64 at 2026-01-01T00:00:00\.000000000Z: no server\n$/,
  );
  assertEquals(device.read("/persist/boot-reason"), "BootReasonFatal");
  assertEquals(device.read("/persist/log/reboot-reason.log"), reason);
  assertEquals(device.read("/persist/agentdebug/client/fatal-reason"), reason);
  assertEquals(device.logged, []);
});

Deno.test("a boot reason that is set stays, and the reason is appended", async () => {
  await using device = testDevice({ agent: "zedclient" });
  device.write("/persist/boot-reason", "BootReasonRebootCmd");
  device.write("/persist/reboot-reason", "asked to reboot\n");
  device.write("/persist/log/reboot-reason.log", "older\n");
  writeFatalReason(device, "client", "no server");
  assertEquals(device.read("/persist/boot-reason"), "BootReasonRebootCmd");
  assertMatch(device.read("/persist/reboot-reason") ?? "", /^asked to reboot\nReboot from agent client.*\n$/);
  assertMatch(device.read("/persist/log/reboot-reason.log") ?? "", /^older\nReboot from agent client.*\n$/);
});

Deno.test("what can't be written is logged, the rest is written", async () => {
  await using device = testDevice();
  device.write("/persist/log", "a file where a folder should be");
  writeFatalReason(device, "nim", "broken");
  assertStringIncludes(device.logged.join(), "reboot-reason.log can't be written");
  assertEquals(device.read("/persist/boot-reason"), "BootReasonFatal");
});
