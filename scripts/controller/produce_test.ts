import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { basename, join } from "node:path";
import { X509Certificate } from "node:crypto";
import { makeControllerPki, makeDeviceIdentity } from "../pki/mod.ts";
import { makeDeviceRoot } from "./device_root.ts";
import { gzipMember } from "./gzip_writer.ts";
import { readGzipContent, readGzipHeader } from "./gzip_member.ts";
import { readLogFile } from "./log_file.ts";
import { LogProducer } from "./log_producer.ts";

const APP = "0a1b2c3d-0000-4000-8000-000000000001";

async function inTempDir(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await body(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("produced log files read back as they were meant, header byte for byte", async () => {
  await inTempDir(async (dir) => {
    const producer = new LogProducer(dir, () => 1_700_000_000_250);
    const entry = { severity: "info", source: "nim", content: "é€", tags: { a: "b" }, function: "f" };
    const [device] = await producer.writeDeviceLog({ devID: APP, eveVersion: "1.2" }, [entry, {
      content: "two",
    }]);
    const [app, next] = [
      await producer.writeAppLog({ appUuid: APP, displayName: "wé€b" }, [{ content: "hi" }]),
      await producer.writeAppLog({ appUuid: APP, displayName: "web" }, [{ content: "again" }]),
    ];
    assertEquals(device, join(dir, "devUpload", "dev.log.1700000000250.gz"));
    assertEquals([...app, ...next].map((path) => basename(path)), [
      `app.${APP}.log.1700000000250.gz`,
      `app.${APP}.log.1700000000251.gz`,
    ]);
    const bytes = await Deno.readFile(device ?? "");
    assertEquals(bytes.subarray(0, 10).toHex(), "1f8b081000f1536502ff");
    assertEquals(readGzipHeader(bytes).comment, `{"devID":"${APP}","image":"IMGA","eveVersion":"1.2"}`);
    const lines = new TextDecoder().decode(await readGzipContent(bytes));
    assertEquals(
      lines,
      `{"severity":"info","source":"nim","content":"é€","msgid":1,"tags":{"a":"b"},` +
        `"timestamp":{"seconds":1700000000,"nanos":250000000},"function":"f"}\n` +
        `{"content":"two","msgid":2,"timestamp":{"seconds":1700000000,"nanos":250000000}}\n`,
    );
    const file = await readLogFile(await Deno.readFile(app[0] ?? ""), "app", true);
    assertEquals([file.appName, file.entries[0]?.msgid], ["wé\\u20acb", 1]);
    const second = await readLogFile(await Deno.readFile(next[0] ?? ""), "app", true);
    assertEquals(second.entries[0]?.msgid, 2);
    assertEquals(((await Deno.stat(device ?? "")).mode ?? 0) & 0o777, 0o600);
    for (const folder of ["devUpload", "appUpload"]) {
      for (const { name } of Deno.readDirSync(join(dir, folder))) assertMatch(name, /\.gz$/);
    }
    await assertRejects(
      () => producer.writeAppLog({ appUuid: "../x", displayName: "" }, []),
      Error,
      "no UUID",
    );
  });
});

Deno.test("too much for 50 000 bytes becomes several files, nothing lost, order kept", async () => {
  await inTempDir(async (dir) => {
    const producer = new LogProducer(dir);
    const noise = () => crypto.getRandomValues(new Uint8Array(500)).toBase64();
    const entries = Array.from({ length: 300 }, () => ({ content: noise() }));
    const paths = await producer.writeDeviceLog({}, entries);
    assert(paths.length > 1);
    const contents: string[] = [];
    for (const path of paths) {
      const bytes = await Deno.readFile(path);
      assert(bytes.length <= 50_000);
      contents.push(...(await readLogFile(bytes, "device", true)).entries.map(({ content }) => content));
    }
    assertEquals(contents, entries.map(({ content }) => content));
    const times = paths.map((path) => Number(basename(path).split(".")[2]));
    assertEquals(times, [...new Set(times)].sort((a, b) => a - b));
  });
});

Deno.test("gzip header texts: NUL and what is beyond Latin-1 are escaped as Go does", () => {
  const member = gzipMember({ name: "a\0ÿ€😀", mtimeMs: 999, content: new Uint8Array() });
  assertEquals(readGzipHeader(member), { mtime: 0, name: "a\\u0000ÿ\\u20ac\\U0001f600" });
});

Deno.test("a device root holds what a device's /config holds, keys closed", async () => {
  await inTempDir(async (dir) => {
    const controller = { server: "127.0.0.1:1234", pki: await makeControllerPki({ hosts: ["127.0.0.1"] }) };
    const full = await makeDeviceRoot(join(dir, "a"), { controller });
    const read = (name: string) => Deno.readTextFileSync(join(full.config, name));
    const mode = (name: string) => (Deno.statSync(join(full.config, name)).mode ?? 0) & 0o777;
    const names = [...Deno.readDirSync(full.config)].map(({ name }) => name).sort();
    const pairs = ["device.cert.pem", "device.key.pem", "onboard.cert.pem", "onboard.key.pem"];
    assertEquals(names, [...pairs, "root-certificate.pem", "server", "soft_serial"].sort());
    assertEquals(read("server"), "127.0.0.1:1234\n");
    assertEquals(read("soft_serial").trim(), full.softSerial);
    assertEquals(read("root-certificate.pem"), controller.pki.root.certPem);
    assertEquals([mode("device.key.pem"), mode("onboard.key.pem"), mode("device.cert.pem")], [
      0o600,
      0o600,
      0o644,
    ]);
    assertEquals(
      new X509Certificate(read("device.cert.pem")).raw,
      new X509Certificate(full.device?.certPem ?? "").raw,
    );

    const device = await makeDeviceIdentity();
    const bare = await makeDeviceRoot(join(dir, "b"), {
      controller,
      onboard: "none",
      device,
      softSerial: "",
    });
    assertEquals([...Deno.readDirSync(bare.config)].length, 4);
    assertEquals(bare.onboard, undefined);
  });
});
