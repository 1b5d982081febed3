import { assertEquals, assertStringIncludes } from "@std/assert";
import { Buffer } from "node:buffer";
import { flowlog, hardwarehealth, info, metrics } from "../../proto/all.ts";
import { gzipMember } from "./gzip_writer.ts";
import { textOf, withController } from "./hand_made_device.ts";

const APP = "0a1b2c3d-0000-4000-8000-000000000001";
const TEXT = new TextEncoder();
const COMMENT = `{"devID":"d","image":"IMGA","eveVersion":"1.2.3"}`;

function deviceFile(lines: string, comment: string | undefined = COMMENT): Uint8Array {
  return gzipMember({ comment, mtimeMs: 1_700_000_000_000, content: TEXT.encode(lines) });
}

Deno.test("info, metrics, flowlog 201 and hardwarehealth 200, empty; stored as sent; malformed ones 400", async () => {
  await withController(async ({ controller, device }) => {
    const { uuid } = device;
    const bodies: [string, number, Uint8Array][] = [
      ["info", 201, info.ZInfoMsg.encode({ devId: uuid, ztype: 1 }).finish()],
      ["metrics", 201, metrics.ZMetricMsg.encode({ devID: uuid }).finish()],
      ["flowlog", 201, flowlog.FlowMessage.encode({ devId: uuid }).finish()],
      ["hardwarehealth", 200, hardwarehealth.ZHardwareHealth.encode({ dev_id: uuid }).finish()],
    ];
    for (const [action, status, body] of bodies) {
      const reply = await device.post(action, body);
      assertEquals(
        [reply.status, reply.body.length, reply.headers["content-type"]],
        [status, 0, undefined],
        action,
      );
      assertEquals((await device.post(action, Uint8Array.of(0xff, 0xff))).status, 400, action);
    }
    const foreign = info.ZInfoMsg.encode({ devId: APP }).finish();
    assertEquals((await device.post("info", foreign)).status, 400);
    const reports = controller.reports(uuid);
    assertEquals((await reports.info()).map(({ content }) => content.devId), [uuid]);
    assertEquals((await reports.metrics()).map(({ content }) => content.devID), [uuid]);
    assertEquals((await reports.flows()).map(({ content }) => content.devId), [uuid]);
    assertEquals((await reports.hardwareHealth()).map(({ content }) => content.dev_id), [uuid]);
  });
});

Deno.test("newlogs: a device file is stored with all it says, also twice", async () => {
  await withController(async ({ controller, device }) => {
    const line = `{"severity":"info","source":"nim","iid":"7","content":"hi","msgid":1,"tags":{"a":"b"},` +
      `"timestamp":{"seconds":1700000000,"nanos":5},"filename":"f","function":"g","more":1}\n{"content":"x"}\n`;
    for (let i = 0; i < 2; i++) {
      const reply = await device.post("newlogs", deviceFile(line));
      assertEquals([reply.status, reply.body.length], [201, 0], textOf(reply));
    }
    const files = await controller.reports(device.uuid).logs();
    assertEquals(files.length, 2);
    assertEquals([files[0]?.devID, files[0]?.image, files[0]?.eveVersion], ["d", "IMGA", "1.2.3"]);
    assertEquals(files[0]?.mtime, 1_700_000_000);
    assertEquals(files[1]?.entries[0]?.timestamp, { seconds: 1_700_000_000, nanos: 5 });
    assertEquals(files[1]?.entries.map(({ content, msgid }) => [content, msgid]), [["hi", 1], ["x", 0]]);
    assertEquals(controller.requests.map(({ body }) => body), [undefined, undefined]);
  });
});

Deno.test("newlogs: 400 for what is no log file, and nothing of it is stored", async () => {
  await withController(async ({ controller, device }) => {
    const good = deviceFile(`{"content":"x"}\n`);
    const damaged = good.slice();
    damaged[damaged.length - 9] = (damaged.at(-9) ?? 0) ^ 0xff;
    const bad: [string, Uint8Array][] = [
      ["not a gzip file", TEXT.encode(`{"content":"x"}\n`)],
      ["not a gzip file", new Uint8Array()],
      ["header text", deviceFile("", JSON.stringify({ devID: "d".repeat(600) }))],
      ["JSON", deviceFile("", "no JSON")],
      ["no JSON object", deviceFile("", "[]")],
      ["JSON", gzipMember({ mtimeMs: 0, content: TEXT.encode(`{"content":"x"}\n`) })],
      ["line 2 is no LogEntry", deviceFile(`{"content":"x"}\nnonsense\n`)],
      ["line 2 is no LogEntry", deviceFile(`{"content":"x"}\n\n`)],
      ["msgid", deviceFile(`{"msgid":"5"}\n`)],
      ["msgid", deviceFile(`{"msgid":-5}\n`)],
      ["timestamp", deviceFile(`{"timestamp":"2023-11-14T22:13:20Z"}\n`)],
      ["tags.a", deviceFile(`{"tags":{"a":1}}\n`)],
      ["line 1 is longer", deviceFile(`{"content":"${"x".repeat(70_000)}"}\n`)],
      ["", damaged],
      ["", good.slice(0, -12)],
    ];
    for (const [why, body] of bad) {
      const reply = await device.post("newlogs", body);
      assertEquals(reply.status, 400, why);
      assertStringIncludes(textOf(reply), why);
    }
    assertEquals((await controller.reports(device.uuid).logs()).length, 0);
    controller.setSettings({ strict: false });
    assertEquals((await device.post("newlogs", damaged)).status, 201);
  });
});

Deno.test("app newlogs: the example file of loguploader §2.2; a malformed app UUID is 400", async () => {
  const file = Uint8Array.fromHex(
    "1f8b080800f1536502ff7765623100ab562ace2f2d4a4e55b2524ad433d43354d2514acecf2b49cd2b018a646402b9" +
      "b9c5e999294a56863a4a2599b9a9c52589b9054a56d54ac5a9407529c54009730328a8ade50200f08796d24f000000",
  );
  await withController(async ({ controller, device }) => {
    assertEquals((await device.post(`apps/instanceid/${APP}/newlogs`, file)).status, 201);
    assertEquals((await device.post(`apps/instanceid/not-a-uuid/newlogs`, file)).status, 400);
    const escape = `apps/instanceid/${encodeURIComponent("../..")}/newlogs`;
    assertEquals((await device.post(escape, file)).status, 400);
    const reports = controller.reports(device.uuid);
    assertEquals(reports.apps(), [APP]);
    const [stored] = await reports.appLogs(APP);
    assertEquals([stored?.appName, stored?.entries[0]?.source, stored?.entries[0]?.content], [
      "web1",
      "a.1.1",
      "hi",
    ]);
    assertEquals(stored?.size, file.length);
    const written = gzipMember({
      name: "web1",
      mtimeMs: 1_700_000_000_000,
      content: TEXT.encode(
        `{"source":"a.1.1","content":"hi","msgid":1,"timestamp":{"seconds":1700000000}}\n`,
      ),
    });
    assertEquals(Buffer.from(written.subarray(0, 15)).toString("hex"), "1f8b080800f1536502ff7765623100");
  });
});

Deno.test("bodies have a limit: 413, and the connection goes on", async () => {
  await withController(async ({ device }) => {
    assertEquals((await device.post("info", new Uint8Array(200_000))).status, 413);
    assertEquals((await device.post("/uuid", new Uint8Array())).status, 200);
  }, { maxBodyBytes: 100_000 });
});
