import { assert, assertEquals } from "@std/assert";
import { type LogFile, parseLogFile } from "./file_name.ts";
import { hangingMs, rejectAllFiles, UploadQueue } from "./upload_queue.ts";

const appA = "aaaaaaaa-0000-4000-8000-000000000001";
const appB = "bbbbbbbb-0000-4000-8000-000000000002";

function file(name: string): LogFile {
  const parsed = parseLogFile(name.startsWith("app.") ? "app" : "device", name);
  if (parsed === undefined) throw new Error(`${name} does not parse`);
  return parsed;
}
const dev = (ms: number) => file(`dev.log.${ms}.gz`);
const app = (uuid: string, ms: number) => file(`app.${uuid}.log.${ms}.gz`);

function queueOf(...files: LogFile[]): UploadQueue {
  const queue = new UploadQueue();
  for (const each of files) queue.add(each);
  return queue;
}

/** Starts what can be started at this tick; names in order. */
function start(queue: UploadQueue, tick: number, window: number, now = 0): string[] {
  const names: string[] = [];
  for (let r = queue.next(tick, window, now); r !== undefined; r = queue.next(tick, window, now)) {
    names.push(r.file.name);
  }
  return names;
}

function one(queue: UploadQueue, tick = 0, window = 1, now = 0) {
  const record = queue.next(tick, window, now);
  if (record === undefined) throw new Error("expected a file to start, got none");
  return record;
}

Deno.test("[loguploader#9] oldest second first, equal seconds by name, across queues", () => {
  const queue = queueOf(dev(5999), dev(5000), app(appA, 3000), dev(4000), app(appB, 5500));
  const order: string[] = [];
  for (let i = 0; i < 5; i++) {
    const record = one(queue);
    order.push(record.file.name);
    queue.sent(record);
    queue.remove(record.file);
  }
  assertEquals(order, [
    `app.${appA}.log.3000.gz`,
    "dev.log.4000.gz",
    `app.${appB}.log.5500.gz`,
    "dev.log.5000.gz",
    "dev.log.5999.gz",
  ]);
  assertEquals([queue.left, queue.inFlight], [0, 0]);
});

Deno.test("a window of four, two for each queue while others have files", () => {
  assertEquals(start(queueOf(...[1, 2, 3, 4, 5].map((n) => dev(n * 1000))), 0, 4).length, 4);
  const queue = queueOf(...[1, 2, 3].map((n) => dev(n * 1000)), app(appA, 9000), app(appB, 9500));
  assertEquals(start(queue, 0, 4), [
    "dev.log.1000.gz",
    `app.${appA}.log.9000.gz`,
    "dev.log.2000.gz",
    `app.${appB}.log.9500.gz`,
  ]);
});

Deno.test("with twenty apps every other start goes to the one served longest ago: the oldest backlog drains, nobody waits for it", () => {
  const uuids = Array.from(
    { length: 20 },
    (_, n) => `cccccccc-0000-4000-8000-${String(n).padStart(12, "0")}`,
  );
  const backlog = uuids.slice(0, 3).flatMap((uuid, n) =>
    Array.from({ length: 1000 }, (_, i) => app(uuid, (n + 1) * 1000 + i * 10_000))
  );
  const queue = queueOf(...backlog, ...uuids.slice(3).map((uuid) => app(uuid, 90_000_000)));
  const order: string[] = [];
  for (let n = 0; n < 100; n++) {
    const record = one(queue, 0, 4);
    order.push(record.file.appUUID);
    queue.sent(record);
    queue.remove(record.file);
  }
  const positions = uuids.map((uuid) => order.indexOf(uuid));
  assert(positions.every((at) => at >= 0 && at < 2 * uuids.length), positions.join());
  const old = new Set(uuids.slice(0, 3));
  assert(order.filter((uuid) => old.has(uuid)).length >= 80, "the rest of the time the oldest go");
});

Deno.test("[loguploader#28] sends that hang free their places, and only their queue waits", () => {
  const queue = queueOf(...[1, 2, 3, 4, 5, 6].map((n) => app(appA, n * 1000)));
  assertEquals(start(queue, 0, 4, 0).length, 4);
  queue.add(dev(50_000));
  assertEquals(start(queue, 0, 4, hangingMs - 1), []);
  assertEquals(queue.nextHanging(0), hangingMs);
  assertEquals(start(queue, 0, 4, hangingMs), ["dev.log.50000.gz"]);
});

Deno.test("[loguploader#28] an unanswered queue waits for the next tick, the others go on", () => {
  const queue = queueOf(app(appA, 1000), app(appA, 2000), app(appB, 3000), dev(4000));
  queue.unanswered(one(queue), 7);
  assertEquals(queue.ready(7), 2);
  assertEquals(start(queue, 7, 4), [`app.${appB}.log.3000.gz`, "dev.log.4000.gz"]);
  assertEquals(start(queue, 8, 4), [`app.${appA}.log.1000.gz`, `app.${appA}.log.2000.gz`]);
});

Deno.test("while feeling the way the queue that failed longest ago tries first", () => {
  const queue = queueOf(app(appA, 1000), app(appB, 2000), dev(3000));
  const tried: string[] = [];
  for (let tick = 0; tick < 4; tick++) {
    const record = one(queue, tick);
    tried.push(record.file.appUUID.slice(0, 1));
    queue.unanswered(record, tick);
  }
  assertEquals(tried, ["a", "b", "", "a"]);
});

Deno.test("a rejected file rests and the next one of its queue proceeds", () => {
  const queue = queueOf(dev(1000), dev(2000));
  const bad = one(queue);
  assertEquals(queue.rejected(bad, 1), 1);
  assertEquals(queue.suspects, 1);
  const good = one(queue);
  assertEquals(good.file.name, "dev.log.2000.gz");
  queue.sent(good);
  assertEquals(queue.suspects, 0);
  assertEquals(start(queue, 0, 4), []);
  queue.wake(1);
  assertEquals(one(queue, 1).file.name, "dev.log.1000.gz");
});

Deno.test("[loguploader#18] rejections of a file add up over other kinds of failure", () => {
  const queue = queueOf(dev(1000));
  for (let n = 1; n <= 10; n++) {
    queue.wake(99);
    assertEquals(queue.rejected(one(queue, 99), 99), n);
  }
  queue.wake(99);
  queue.unanswered(one(queue, 99), 98);
  queue.forbidden(one(queue, 99), 98, () => 1);
  assertEquals(queue.rejected(one(queue, 99), 99), 11);
});

Deno.test("once so many files were rejected none is to blame, until one is delivered", () => {
  const queue = queueOf(...Array.from({ length: rejectAllFiles }, (_, n) => dev((n + 1) * 1000)));
  const first = one(queue);
  assertEquals(queue.rejected(first, 1), 1);
  for (let n = 2; n < rejectAllFiles; n++) assertEquals(queue.rejected(one(queue), 9), 1);
  assertEquals(queue.rejected(one(queue), 9), 0);
  queue.wake(1);
  assertEquals(queue.rejected(one(queue, 1), 9), 1, "not blamed once more");
  queue.wake(9);
  queue.sent(one(queue, 9));
  assertEquals(queue.rejected(one(queue, 9), 10), 2);
});

Deno.test("a file that can't be read rests, its errors are counted, and the next one proceeds", () => {
  const queue = queueOf(dev(1000), dev(2000));
  assertEquals(queue.unreadable(one(queue), 1), 1);
  assertEquals(one(queue).file.name, "dev.log.2000.gz");
  queue.wake(1);
  const again = one(queue, 1, 4);
  assertEquals([again.file.name, queue.unreadable(again, 2)], ["dev.log.1000.gz", 2]);
  assertEquals(queue.left, 2, "neither is lost");
});

Deno.test("a file that an earlier process delivered is not offered", () => {
  const queue = queueOf(dev(1000), dev(2000));
  queue.sentEarlier(dev(1000));
  queue.sentEarlier(dev(7000));
  assertEquals([queue.left, start(queue, 0, 4)], [1, ["dev.log.2000.gz"]]);
});

Deno.test("a file that is never answered lets the next one of its queue try", () => {
  const queue = queueOf(dev(1000), dev(2000));
  const names: string[] = [];
  for (let tick = 0; tick < 5; tick++) {
    queue.wake(tick);
    const record = one(queue, tick);
    names.push(record.file.name);
    queue.unanswered(record, tick);
  }
  assertEquals(names.map((n) => n.slice(8, 12)), ["1000", "1000", "1000", "2000", "1000"]);
});

Deno.test("a forbidden queue waits longer each time", () => {
  const queue = queueOf(dev(1000));
  const asked: number[] = [];
  const ticks = (times: number) => (asked.push(times), times);
  queue.forbidden(one(queue, 0), 0, ticks);
  assertEquals(start(queue, 0, 4), []);
  queue.forbidden(one(queue, 1), 1, ticks);
  assertEquals(start(queue, 2, 4), []);
  const record = one(queue, 3);
  assertEquals(asked, [1, 2]);
  queue.sent(record);
  queue.remove(record.file);
  queue.add(dev(5000));
  queue.forbidden(one(queue, 3), 3, ticks);
  assertEquals(asked, [1, 2, 1]);
});

Deno.test("a sent file that can't be removed is never offered again, unless another file takes its name", () => {
  const queue = queueOf(dev(1000));
  const record = one(queue);
  queue.sent(record);
  queue.replace("device", [dev(1000)]);
  assertEquals([queue.left, start(queue, 9, 4)], [0, []]);
  queue.unsent(record.file);
  assertEquals(queue.left, 1);
  assert(one(queue) !== record);
});

Deno.test("[loguploader#13] a listing replaces a folder's index; files in flight are left to their send", () => {
  const queue = queueOf(dev(1000), dev(2000), app(appA, 3000));
  const flying = one(queue);
  queue.replace("device", [dev(5000)]);
  assertEquals([queue.count("device"), queue.count("app")], [2, 1]);
  assertEquals(queue.appUUIDs(), new Set([appA]));
  queue.remove(flying.file);
  assertEquals([queue.count("device"), queue.inFlight], [1, 0]);
  queue.replace("device", []);
  queue.replace("app", []);
  assertEquals([queue.left, queue.appUUIDs().size], [0, 0]);
  queue.remove(dev(1));
});

Deno.test("10 000 files are indexed and drained in order", () => {
  const files = Array.from({ length: 10_000 }, (_, i) => dev(1_000_000 + ((i * 7919) % 10_000) * 1000));
  const queue = new UploadQueue();
  queue.replace("device", files);
  let last = 0;
  for (let n = 0; n < files.length; n++) {
    const record = one(queue);
    if (record.file.timestamp <= last) throw new Error(`${record.file.name} came after ${last}`);
    last = record.file.timestamp;
    queue.sent(record);
    queue.remove(record.file);
  }
  assertEquals(queue.left, 0);
});
