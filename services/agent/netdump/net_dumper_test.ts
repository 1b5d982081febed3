/** Who traces when, over the life of a program; and what is left behind. */
import { assertEquals } from "@std/assert";
import { testDevice } from "../test_device.ts";
import { removeLeftoverTraces } from "./leftover_traces.ts";
import { type NetDumperOptions, openNetDumper } from "./net_dumper.ts";

const HOUR = 3_600_000;
const options: NetDumperOptions = {
  topics: { ok: "zedagent-info-ok", fail: "zedagent-info-fail" },
  requestPrefix: "ZiDevice-",
  items: () => undefined,
  isOnboarded: () => true,
  updateInprogress: () => false,
  isNetworkFit: () => true,
};

const begin = {
  ifName: "eth0",
  sourceAddr: "192.0.2.2",
  addressIndex: 0,
  method: "GET",
  url: "https://controller.example/",
};

Deno.test("one trace at a time, one archive in an interval, remembered over a restart", async () => {
  await using device = testDevice();
  const dumper = openNetDumper(device, options);
  const first = dumper.begin();
  assertEquals(dumper.begin(), undefined, "one is under way");
  first?.drop();
  const second = dumper.begin();
  second?.tracer.attempt(begin)({ step: "failed", kind: "no-port", text: "nothing" });
  second?.publish("fail");
  await dumper.idle;
  const folder = `${device.paths.persist}/netdump`;
  const names = () => Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  assertEquals(names(), ["zedagent-info-fail-2026-01-01T00-00-00.tgz"]);
  assertEquals([...Deno.readDirSync(`${device.paths.persist}/nettrace`)], []);
  await device.clock.advance(24 * HOUR - 1);
  assertEquals(dumper.begin(), undefined);
  const restarted = openNetDumper(device, options);
  assertEquals(restarted.begin(), undefined, "the file name tells when it was");
  await device.clock.advance(1);
  restarted.begin()?.publish("ok");
  await restarted.idle;
  assertEquals(names(), [
    "zedagent-info-fail-2026-01-01T00-00-00.tgz",
    "zedagent-info-ok-2026-01-02T00-00-00.tgz",
  ]);
});

Deno.test("a full or foreign folder is not tried again before the interval is over", async () => {
  await using device = testDevice();
  device.write("/persist/netdump", "a file");
  const dumper = openNetDumper(device, options);
  dumper.begin()?.publish("ok");
  await dumper.idle;
  assertEquals(dumper.begin(), undefined);
  await device.clock.advance(24 * HOUR);
  assertEquals(dumper.begin() === undefined, false);
});

Deno.test("left-over traces go, but none that somebody may still write", async () => {
  await using device = testDevice();
  const now = device.clock.now();
  const made = (name: string, ageMs: number) => {
    const path = device.write(`/persist/nettrace/${name}`, "{}");
    Deno.utimeSync(path, (now - ageMs) / 1000, (now - ageMs) / 1000);
    return path;
  };
  for (const ending of ["json", "db", "tmp"]) made(`nettrace_old.${ending}`, HOUR);
  made("nettrace_young.json", 60_000);
  made("other.json", HOUR);
  const locked = made("nettrace_locked.db", HOUR);
  const writer = new Deno.Command("flock", {
    args: [locked, "sh", "-c", "echo locked; read end"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const output = writer.stdout.getReader();
  await output.read();
  assertEquals(removeLeftoverTraces(device), 3);
  const left = () =>
    Array.from(Deno.readDirSync(`${device.paths.persist}/nettrace`), ({ name }) => name).sort();
  assertEquals(left(), ["nettrace_locked.db", "nettrace_young.json", "other.json"]);
  await writer.stdin.close();
  await output.cancel();
  await writer.status;
  assertEquals(removeLeftoverTraces(device), 1);
  assertEquals(device.logged, []);
});
