import { assertEquals } from "@std/assert";
import { folderChanges } from "./folder_changes.ts";

Deno.test("a folder that comes, gets a file, loses it and goes tells so each time, twice; one at rest does not", async () => {
  const root = await Deno.makeTempDir({ prefix: "eve-loguploader-changes-" });
  const folder = `${root}/devUpload`;
  const changed = folderChanges([`${root}/appUpload`, folder]);
  const told = () => [changed(), changed(), changed()];
  // Times of change step by some milliseconds.
  const pause = () => new Promise((resolve) => setTimeout(resolve, 20));
  try {
    assertEquals(told(), [true, true, false], "the first time");
    const changes = [
      () => Deno.mkdirSync(folder),
      () => Deno.writeTextFileSync(`${folder}/dev.log.1.gz`, "x"),
      () => Deno.renameSync(`${folder}/dev.log.1.gz`, `${folder}/dev.log.2.gz`),
      () => Deno.removeSync(`${folder}/dev.log.2.gz`),
      () => Deno.removeSync(folder),
    ];
    for (const change of changes) {
      await pause();
      change();
      assertEquals(told(), [true, true, false], String(change));
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
