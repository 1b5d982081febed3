/** The moves between the folders, on real files. */
import { assertEquals, assertThrows } from "@std/assert";
import { testDevice } from "../agent/test_device.ts";
import { type LogFile, parseLogFile } from "./file_name.ts";
import { mostFailedFiles, UploadFolders } from "./folders.ts";

const file: LogFile = parseLogFile("device", "dev.log.5000.gz") ?? (() => {
  throw new Error("dev.log.5000.gz is no log file");
})();

Deno.test("what failedUpload loses is told file by file, also where the move that it made room for fails", async () => {
  await using device = testDevice();
  const folders = new UploadFolders(device.paths);
  const failed = (n: number) => `/persist/newlog/failedUpload/dev.log.${n}.gz`;
  for (let n = 1; n <= mostFailedFiles + 1; n++) device.write(failed(n), "x");
  let evicted = 0;
  assertThrows(() => folders.quarantine(file, () => evicted++), Deno.errors.NotFound);
  assertEquals([evicted, [...Deno.readDirSync(folders.failedUpload)].length], [2, mostFailedFiles - 1]);
  device.write("/persist/newlog/devUpload/dev.log.5000.gz", "refused");
  folders.quarantine(file, () => evicted++);
  assertEquals([evicted, [...Deno.readDirSync(folders.failedUpload)].length], [2, mostFailedFiles]);
});

Deno.test("a file that grew after it was read is another one, though its time is the same", async () => {
  await using device = testDevice();
  const folders = new UploadFolders(device.paths);
  const path = device.write("/persist/newlog/devUpload/dev.log.5000.gz", "sent");
  const time = new Date(1_700_000_000_000);
  Deno.utimeSync(path, time, time);
  const content = await folders.read(file);
  if (content.kind !== "content") throw new Error(content.kind);
  Deno.writeTextFileSync(path, " and more", { append: true });
  Deno.utimeSync(path, time, time);
  assertEquals(folders.finish(file, content.fingerprint), "another");
  assertEquals(Deno.readTextFileSync(path), "sent and more");
});
