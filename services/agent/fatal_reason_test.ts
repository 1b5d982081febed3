import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { writeFatalReason } from "./fatal_reason.ts";
import { testDevice } from "./test_device.ts";

const noServer = { program: "client", text: "no server", rebootFollows: true } as const;

Deno.test("a fatal error leaves its reason where EVE looks for it", async () => {
  await using device = testDevice({ agent: "zedclient" });
  device.write("/run/eve-release", "13.4.0-kvm-amd64\n");
  device.write("/run/eve.id", "IMGB\n");
  writeFatalReason(device, { ...noServer, stack: "Error: no server\n    at here" });
  const reason = device.read("/persist/reboot-reason") ?? "";
  assertMatch(
    reason,
    /^Reboot from agent client\[\d+\] in partition IMGB at EVE version 13\.4\.0-kvm-amd64 at 2026-01-01T00:00:00\.000000000Z: no server\n$/,
  );
  assertEquals(device.read("/persist/boot-reason"), "BootReasonFatal");
  assertEquals(device.read("/persist/reboot-image"), "IMGB");
  assertEquals(device.read("/persist/log/reboot-reason.log"), reason);
  assertEquals(device.read("/persist/agentdebug/client/fatal-reason"), reason);
  for (const file of ["reboot-stack", "log/reboot-stack.log", "agentdebug/client/fatal-stack"]) {
    assertEquals(device.read(`/persist/${file}`), "Error: no server\n    at here\n", file);
  }
  assertEquals(device.logged, []);
});

Deno.test("a boot reason that is set stays, and the reason is appended", async () => {
  await using device = testDevice({ agent: "zedclient" });
  device.write("/persist/boot-reason", "BootReasonRebootCmd");
  device.write("/persist/reboot-reason", "asked to reboot\n");
  device.write("/persist/log/reboot-reason.log", "older\n");
  writeFatalReason(device, noServer);
  assertEquals(device.read("/persist/boot-reason"), "BootReasonRebootCmd");
  assertMatch(device.read("/persist/reboot-reason") ?? "", /^asked to reboot\nReboot from agent client.*\n$/);
  assertMatch(device.read("/persist/log/reboot-reason.log") ?? "", /^older\nReboot from agent client.*\n$/);
  assertEquals(device.read("/persist/reboot-stack"), undefined);
});

Deno.test("a program that is started again in a living process leaves nothing that tells of a reboot", async () => {
  await using device = testDevice();
  writeFatalReason(device, { ...noServer, stack: "at here", rebootFollows: false });
  assertEquals([...Deno.readDirSync(device.paths.persist)].map(({ name }) => name), ["agentdebug"]);
  assertStringIncludes(device.read("/persist/agentdebug/client/fatal-reason") ?? "", "no server");
  assertEquals(device.read("/persist/agentdebug/client/fatal-stack"), "at here\n");
});

Deno.test("failing again and again fills no disk: the first reason stays, the history keeps its newest part", async () => {
  await using device = testDevice();
  const text = (count: number) => `failure ${count} ${"x".repeat(4000)}`;
  for (let count = 1; count <= 80; count++) {
    writeFatalReason(device, { ...noServer, text: text(count), stack: text(count) });
  }
  const reason = device.read("/persist/reboot-reason") ?? "";
  assert(reason.length <= 16_384 && reason.includes("failure 1 ") && !reason.includes("failure 80 "));
  for (const name of ["reboot-reason.log", "reboot-stack.log"]) {
    const history = device.read(`/persist/log/${name}`) ?? "";
    assert(history.length <= 262_144 && history.includes("failure 80 ") && !history.includes("failure 1 "));
  }
  assertEquals(device.read("/persist/reboot-stack"), `${text(80)}\n`);
});

Deno.test("what can't be written is logged, the rest is written", async () => {
  await using device = testDevice();
  device.write("/persist/log", "a file where a folder should be");
  writeFatalReason(device, { program: "nim", text: "broken", rebootFollows: true });
  assertStringIncludes(device.logged.join(), "reboot-reason.log can't be written");
  assertEquals(device.read("/persist/boot-reason"), "BootReasonFatal");
});
