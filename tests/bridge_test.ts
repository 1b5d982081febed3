/** The executable `bridge`, of both processors: one of its kind, a session through libc, and its end on SIGTERM. */
import { assert, assertEquals } from "@std/assert";
import { type Arch, hostArch } from "../scripts/build/arch.ts";
import { executable } from "../scripts/build/compile.ts";
import { topics } from "../services/topics/mod.ts";
import { BridgedBus } from "./interop/bridged_bus.ts";
import { decodedAs } from "./site/log_lines.ts";
import { until } from "./site/until.ts";

const { AttestNonce } = topics.zedagent;
const name = "zedagent/AttestNonce";
const nonce = (requester: string) => ({ Nonce: null, Requester: requester });

/** On a machine of that processor the executable runs as it is. */
function commandFor(arch: Arch): readonly [string, ...string[]] {
  const file = executable(arch, "bridge");
  if (arch === hostArch) return [file];
  return ["/usr/bin/qemu-aarch64-static", "-L", "/usr/aarch64-linux-gnu", file];
}

for (const arch of new Set<Arch>([hostArch, "aarch64"])) {
  Deno.test(`${arch}: dump, changes, the end of the owner, and SIGTERM`, async () => {
    await using site = new BridgedBus();
    const publisher = site.open();
    const publication = publisher.bus.publication(AttestNonce);
    publication.publish("a", nonce("1"));
    site.startBridge(commandFor(arch));
    const two = [site.subscribe(name), site.subscribe(name)] as const;
    for (const subscriber of two) {
      await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
    }
    publication.unpublish("a");
    publication.publish("b", nonce("2"));
    publication.signalRestarted();
    for (const subscriber of two) {
      await subscriber.until("restarted", (packets) => packets.some(({ restarted }) => restarted === 1));
    }
    publisher.end();
    const session = ["hello false", "update a", "complete", "delete a", "update b", "restarted 1", "eof"];
    for (const subscriber of two) {
      await subscriber.until("the end", (packets) => packets.some(({ eof }) => eof));
      assertEquals(subscriber.words, session);
    }
    site.open().bus.publication(AttestNonce);
    await site.untilServed(name);
    const start = performance.now();
    assertEquals(await site.endBridge(), 0, site.log);
    assert(performance.now() - start < 2_000, "within 2 s");
    assert(!site.exists(site.socket(name)), "its socket is unlinked");
    assert(!site.exists(`${site.root}/run/bridge.pid`));
  });
}

Deno.test("a second bridge ends with 1 and changes nothing; the log is newlogd's; nothing is touched for the watchdog", async () => {
  await using site = new BridgedBus();
  site.open().bus.publication(AttestNonce).publish("a", nonce("1"));
  site.startBridge(commandFor(hostArch));
  await site.untilServed(name);
  const subscriber = site.subscribe(name);
  await subscriber.until("the dump", (packets) => packets.some(({ complete }) => complete));
  const second = await new Deno.Command(executable(hostArch, "bridge"), {
    args: ["--root", site.root],
    stdin: "null",
  })
    .output();
  assertEquals(second.code, 1);
  assert(new TextDecoder().decode(second.stderr).includes("bridge.pid"));
  assertEquals(Deno.readTextFileSync(`${site.root}/run/bridge.pid`), String(site.bridgePid));
  assertEquals(subscriber.words, ["hello false", "update a", "complete"]);
  assert(!site.exists(`${site.root}/run/bridge.touch`));
  assert(!site.exists(`${site.root}/persist`), "no large fields, nothing below /persist");
  assertEquals(await site.endBridge(), 0);
  await until("the last line", () => site.log.includes("serves"));
  const lines = decodedAs(site.log.trimEnd().split("\n"));
  assert(
    lines.length > 2 && lines.every(({ source, level }) => source === "bridge" && level === "info"),
    site.log,
  );
});
