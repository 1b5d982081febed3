import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { readFileIfPresent, removeIfPresent, replaceFile, sweepTemporaries } from "./atomic_file.ts";
import { PubsubError } from "./error.ts";
import { namesIn } from "./testdata/fixture.ts";
import { withSmallDisk } from "./testdata/small_disk.ts";

function inFolder(body: (folder: string) => void): void {
  const folder = Deno.makeTempDirSync();
  try {
    body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("a file is replaced by another inode with the mode asked for", () =>
  inFolder((folder) => {
    const path = `${folder}/f`;
    replaceFile(path, "one");
    const first = Deno.statSync(path);
    replaceFile(path, new Uint8Array([50]), { mode: 0o644 });
    const second = Deno.statSync(path);
    assertEquals([(first.mode ?? 0) & 0o777, (second.mode ?? 0) & 0o777], [0o600, 0o644]);
    assertNotEquals(first.ino, second.ino);
    assertEquals(Deno.readTextFileSync(path), "2");
    assertEquals(namesIn(folder), ["f"]);
  }));

Deno.test("the backup has content, mode and mtime of what stood there; an empty file is not kept", () =>
  inFolder((folder) => {
    const path = `${folder}/f`;
    replaceFile(path, "one", { backup: true, mode: 0o640 });
    assertEquals(namesIn(folder), ["f"]);
    Deno.utimeSync(path, 1000, 1000);
    replaceFile(path, "two", { backup: true });
    const backup = Deno.statSync(`${path}.bak`);
    assertEquals([backup.mtime?.getTime(), (backup.mode ?? 0) & 0o777], [1_000_000, 0o640]);
    Deno.truncateSync(path);
    replaceFile(path, "three", { backup: true });
    assertEquals(Deno.readTextFileSync(`${path}.bak`), "one");
  }));

Deno.test("a link at the place is replaced, and what it leads to stays", () =>
  inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/victim`, "mine");
    Deno.symlinkSync(`${folder}/victim`, `${folder}/entry.json`);
    replaceFile(`${folder}/entry.json`, "{}", { mode: 0o644 });
    assertEquals(Deno.lstatSync(`${folder}/entry.json`).isSymlink, false);
    assertEquals(Deno.readTextFileSync(`${folder}/victim`), "mine");
  }));

Deno.test("a failed write leaves no temp file and names the path", () =>
  inFolder((folder) => {
    Deno.mkdirSync(`${folder}/d/inside`, { recursive: true });
    const error = assertThrows(() => replaceFile(`${folder}/d`, "x"), PubsubError, `${folder}/d`);
    assertEquals(error.kind, "io");
    assertEquals(namesIn(folder), ["d"]);
    const missing = assertThrows(() => replaceFile(`${folder}/none/f`, "x"), PubsubError);
    assert(missing.cause instanceof Deno.errors.NotFound);
  }));

Deno.test("absent files read as undefined and remove as false", () =>
  inFolder((folder) => {
    assertEquals(readFileIfPresent(`${folder}/f`), undefined);
    assertEquals(removeIfPresent(`${folder}/f`), false);
    replaceFile(`${folder}/f`, "x");
    assertEquals(removeIfPresent(`${folder}/f`), true);
    assertEquals(assertThrows(() => readFileIfPresent(folder), PubsubError).kind, "io");
  }));

Deno.test("a sweep takes temp files of dead writers; of living or foreign ones only for the only writer", () =>
  inFolder((folder) => {
    const dead = `tmp00000000199999999`, own = `tmp000000001${String(Deno.pid).padStart(8, "0")}`;
    for (const name of [dead, own, "tmp1234567890", "tmpx1", "tmp1.json"]) {
      Deno.writeTextFileSync(`${folder}/${name}`, "");
    }
    assertEquals(sweepTemporaries(folder), 1);
    assertEquals(namesIn(folder), [own, "tmp1.json", "tmp1234567890", "tmpx1"].sort());
    assertEquals(sweepTemporaries(folder, { onlyWriter: true }), 2);
    assertEquals(namesIn(folder), ["tmp1.json", "tmpx1"]);
    assertEquals(sweepTemporaries(`${folder}/none`), 0);
  }));

Deno.test("a left-over temp file with the next name is no obstacle", () =>
  inFolder((folder) => {
    for (let serial = 0; serial < 500; serial++) {
      const name = `tmp${String(serial).padStart(9, "0")}${String(Deno.pid).padStart(8, "0")}`;
      Deno.writeTextFileSync(`${folder}/${name}`, "old");
    }
    replaceFile(`${folder}/f`, "new");
    assertEquals(Deno.readTextFileSync(`${folder}/f`), "new");
  }));

Deno.test("a full disk: the old file and its backup stay, no temp file is left", () =>
  withSmallDisk((folder) => {
    const path = `${folder}/f`;
    replaceFile(path, "one".padEnd(9000), { backup: true });
    replaceFile(path, "two".padEnd(9000), { backup: true });
    for (const content of ["x".repeat(200_000), "y".repeat(36_000)]) {
      const error = assertThrows(() => replaceFile(path, content, { backup: true }), PubsubError);
      assertEquals(error.kind, "io");
      assertEquals(Deno.readTextFileSync(path).slice(0, 3), "two");
      assertEquals(Deno.readTextFileSync(`${path}.bak`).slice(0, 3), "one");
      assertEquals(namesIn(folder), ["f", "f.bak"]);
    }
  }));
