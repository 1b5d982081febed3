/** The list that nim left on the disk. */
import { assertEquals } from "@std/assert";
import { goTestResults, topics } from "../../topics/mod.ts";
import { restore } from "./restore.ts";
import { nextTestable } from "./testable.ts";
import { at, entry, eth0, fails, listOf, names, works } from "./testdata/entries.ts";

const pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
const failed = { ...goTestResults.zero(), LastFailed: at(3), LastError: "no lease" };

Deno.test("[nim#16] restore drops entries without management port, clears port results but those of invalid ports", () => {
  const invalid = { ...eth0, ...failed, InvalidConfig: true };
  const list = listOf(
    1,
    entry("zedagent", 3, 0, { ...fails, State: 1, Ports: [{ ...eth0, ...failed }, invalid] }),
    entry("usb", 2, 0, { Ports: [{ ...eth0, IsMgmt: false }] }),
    entry("override", 1, 0, { ...works, State: 3 }),
  );
  const { list: restored, refused } = restore(list);
  assertEquals([restored.CurrentIndex, ...names(restored)], [-1, "zedagent 3", "override 1"]);
  const [first, second] = restored.PortConfigList ?? [];
  assertEquals([first?.State, first?.LastError, second?.LastSucceeded], [1, "no answer", at(59)]);
  assertEquals(first?.Ports?.map(({ LastError, LastFailed }) => [LastError, LastFailed]), [
    ["", goTestResults.zero().LastFailed],
    ["no lease", at(3)],
  ]);
  assertEquals(refused.map(({ reason }) => reason), [
    `stored DevicePortConfig "usb" of ${at(2)}: expected a management port, got none; it is dropped`,
  ]);
  // The first one cools down: the working one is picked.
  assertEquals(nextTestable(restored, 0, "2026-08-22T10:01:10Z", 300_000), 1);
});

Deno.test("an entry with a proxy certificate that is no PEM is dropped", () => {
  const withCertificate = (time: number, text: string) =>
    entry("override", time, 0, {
      Ports: [{ ...eth0, "pubsub-large-ProxyCertPEM": [new TextEncoder().encode(text)] }],
    });
  const list = listOf(
    0,
    withCertificate(1, pem),
    withCertificate(2, "AAAA"),
    withCertificate(3, `# mine\n${pem}`),
  );
  assertEquals(names(restore(list).list), ["override 1", "override 3"]);
});

Deno.test("[nim#3] nine digits of TimePriority survive restoring and persisting", () => {
  const { codec } = topics.nim.DevicePortConfigList;
  const TimePriority = "2026-08-22T10:00:00.123456789Z";
  const stored = codec.encode(listOf(0, { ...entry("zedagent", 0), TimePriority }));
  const written = codec.encode(restore(codec.decode(stored)).list);
  assertEquals(written.includes(`"TimePriority":"${TimePriority}"`), true);
  assertEquals(written.startsWith('{"CurrentIndex":-1,'), true);
});

Deno.test("nothing stored gives an empty list", () => {
  assertEquals(restore({ CurrentIndex: 0, PortConfigList: null }).list, listOf(-1));
});
