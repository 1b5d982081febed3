/** Archives on a real disk, read back with tar. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type TestDevice, testDevice } from "../test_device.ts";
import { dumpTime, tooMany } from "./dump_name.ts";
import { routingTables } from "./linux_state.ts";
import { publishDump } from "./publish_dump.ts";
import { gzip, tarOf } from "./tar.ts";
import { withoutSecrets } from "./without_secrets.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

async function tar(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command("tar", { args }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const rules = "0:\tfrom all lookup local\n15000:\tfrom 192.0.2.2 lookup 501\n32766:\tfrom all lookup main\n";
const commands = {
  "ip rule": rules,
  "ip -6 rule": "",
  "ip neighbour": { code: 1, stdout: "", stderr: "no" },
  ip: "x",
};

/** A device with files of other agents, and one traced request. */
function filledDevice(): { device: TestDevice; traced: (name: string) => string } {
  const device = testDevice({ agent: "nim", commands });
  device.write("/run/eve-release", "16.0.0\n");
  device.write("/config/server", "controller.example\n");
  const dns = {
    Ports: [{ Proxies: [{ server: "http://ann:pw@proxy" }], WirelessCfg: { Password: `se"cret` } }],
  };
  device.write("/run/nim/DeviceNetworkStatus/global.json", JSON.stringify(dns));
  const traced = (name: string) =>
    device.write(`/persist/nettrace/nettrace_${name}.json`, `{"name":"${name}"}\n`);
  return { device, traced };
}

Deno.test("the layout of an archive: eve, linux, requests; its sources are gone, nothing secret is in it", async () => {
  const { device, traced } = filledDevice();
  await using _ = device;
  const requests = ["a", "b"].map((name) => ({ requestName: "eth0-0", description: "", path: traced(name) }));
  requests.push({
    requestName: "eth1-0",
    description: "",
    path: `${device.paths.persist}/nettrace/nettrace_gone.json`,
  });
  const path = await publishDump(device, {
    topic: "nim-ok",
    requests,
    requestPrefix: "ping-controller-",
    maxCount: 10,
  });
  const name = "nim-ok-2026-01-01T00-00-00";
  assertEquals(path, `${device.paths.persist}/netdump/${name}.tgz`);
  const files = (await tar("tzf", path ?? "")).trim().split("\n");
  assertEquals(files.map((file) => file.slice(name.length + 1)), [
    "eve/version.txt",
    "eve/controller.txt",
    "eve/dns.json",
    "linux/ifconfig.txt",
    "linux/iplink.txt",
    "linux/iprule.txt",
    "linux/iproute-local.txt",
    "linux/iproute-501.txt",
    "linux/iproute-main.txt",
    "linux/missing.txt",
    "requests/ping-controller-eth0-0/nettrace.json",
    "requests/ping-controller-eth0-0-2/nettrace.json",
  ]);
  assert(files.every((file) => file.startsWith(`${name}/`)));
  const content = (file: string) => tar("xzOf", path ?? "", `${name}/${file}`);
  assertEquals(await content("eve/version.txt"), "16.0.0\n");
  assertEquals(await content("requests/ping-controller-eth0-0-2/nettrace.json"), '{"name":"b"}\n');
  const dns = await content("eve/dns.json");
  assert(!/ann|pw|cret/.test(dns), dns);
  const missing = await content("linux/missing.txt");
  assertStringIncludes(missing, "ps.txt: this program may run no command for it");
  assertStringIncludes(missing, "arp.txt: ip neighbour: no");
  assertEquals([...Deno.readDirSync(`${device.paths.persist}/nettrace`)], []);
  const mode = (of: string) => (Deno.statSync(of).mode ?? 0) & 0o777;
  assertEquals([mode(`${device.paths.persist}/netdump`), mode(path ?? "")], [0o755, 0o644]);
});

Deno.test("at most so many of a topic, the oldest go first; those of other topics and foreign files stay", async () => {
  const { device } = filledDevice();
  await using _ = device;
  const folder = `${device.paths.persist}/netdump`;
  for (let day = 10; day < 22; day++) device.write(`/persist/netdump/nim-ok-2025-12-${day}T00-00-00.tgz`, "");
  for (const other of ["nim-fail-2025-12-01T00-00-00.tgz", "nim-ok-notes.txt", "tmp00000000199999999"]) {
    device.write(`/persist/netdump/${other}`, "");
  }
  await publishDump(device, { topic: "nim-ok", requests: [], requestPrefix: "", maxCount: 10 });
  const left = Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
  assertEquals(left, [
    "nim-fail-2025-12-01T00-00-00.tgz",
    ...Array.from({ length: 9 }, (_, index) => `nim-ok-2025-12-${13 + index}T00-00-00.tgz`),
    "nim-ok-2026-01-01T00-00-00.tgz",
    "nim-ok-notes.txt",
  ]);
  const old = ["nim-ok-2026-01-01T00-00-00.tgz", "nim-ok-1970-01-01T00-00-09.tgz"];
  assertEquals(tooMany(old, "nim-ok", 1, "nim-ok-1970-01-01T00-00-09.tgz"), [old[0]], "the new one stays");
  assertEquals(dumpTime("nim-ok-1970-01-01T00-00-09.tgz", "nim-ok"), 9000);
  assertEquals(dumpTime("nim-ok-x-1970-01-01T00-00-09.tgz", "nim-ok"), undefined);
});

Deno.test("a folder that can't be written: told once, the trace is removed all the same, no half archive", async () => {
  const { device, traced } = filledDevice();
  await using _ = device;
  device.write("/persist/netdump", "a file");
  const requests = [{ requestName: "eth0-0", description: "", path: traced("a") }];
  assertEquals(
    await publishDump(device, { topic: "nim-fail", requests, requestPrefix: "", maxCount: 10 }),
    undefined,
  );
  assertEquals([...Deno.readDirSync(`${device.paths.persist}/nettrace`)], []);
  assertEquals(device.logged.filter((line) => line.startsWith("ERROR")).length, 1);
  assertEquals(device.read("/persist/netdump"), "a file");
});

Deno.test("tar: sizes around a block, empty files, long paths, times", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const sizes = [0, 1, 511, 512, 513, 1024];
    const long = `${"d".repeat(90)}/${"e".repeat(60)}/${"f".repeat(99)}`;
    const entries = [
      ...sizes.map((size) => ({ path: `top/size-${size}`, content: new Uint8Array(size).fill(65) })),
      { path: long, content: bytes("deep") },
    ];
    await Deno.writeFile(`${folder}/it.tgz`, await gzip(tarOf(entries, 1_700_000_000)));
    await tar("xzf", `${folder}/it.tgz`, "-C", folder);
    for (const { path, content } of entries) assertEquals(await Deno.readFile(`${folder}/${path}`), content);
    assertEquals((await Deno.stat(`${folder}/top/size-1`)).mtime?.getTime(), 1_700_000_000_000);
    let told = "";
    try {
      tarOf([{ path: "x".repeat(101), content: bytes("") }], 0);
    } catch (error) {
      told = String(error);
    }
    assertStringIncludes(told, "too long for a tar archive");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("routing tables are those that the rules name; secrets are cut out of any form", () => {
  assertEquals(routingTables(rules), ["local", "501", "main"]);
  assertEquals(routingTables(""), ["main"]);
  assertEquals(
    withoutSecrets(
      '{"Password": "a\\"b","WifiPassword":"x","Identity":"i","u":"socks5://me:you@h:1","Password":""}',
    ),
    '{"Password": "(hidden)","WifiPassword":"(hidden)","Identity":"i","u":"socks5://(hidden)@h:1","Password":""}',
  );
});
