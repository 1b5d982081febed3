/** A real FIFO: without a reader, with a reader that stops, with one that comes back. */
import { assert, assertEquals } from "@std/assert";
import { screenFile } from "./screen_stream.ts";

async function withFifo(work: (path: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-screen-" });
  const path = `${folder}/diag.pipe`;
  try {
    assert((await new Deno.Command("mkfifo", { args: [path] }).output()).success);
    await work(path);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** A reader that is there, and reads when told to. */
function reader(path: string) {
  // Read and write: such an open of a FIFO never waits.
  const file = Deno.openSync(path, { read: true, write: true });
  return {
    read() {
      const buffer = new Uint8Array(100_000);
      return new TextDecoder().decode(buffer.subarray(0, file.readSync(buffer) ?? 0));
    },
    close: () => file.close(),
  };
}

Deno.test("[diag#28] a FIFO without reader drops the text; when the reader comes, the next text is there", async () => {
  await withFifo((path) => {
    const told: string[] = [];
    const screen = screenFile(path, (reason) => void told.push(reason));
    screen.write("nobody reads this\n");
    const cat = reader(path);
    screen.write("first\nsecond\n");
    assertEquals(cat.read(), "first\nsecond\n");
    screen.close();
    cat.close();
    assertEquals(told, []);
    return Promise.resolve();
  });
});

Deno.test("[diag#28] a reader that stands still: what does not fit is dropped in whole lines, nothing waits", async () => {
  await withFifo((path) => {
    const screen = screenFile(path, () => {});
    const cat = reader(path);
    for (let n = 0; n < 3000; n++) screen.write(`line ${n} ${"x".repeat(50)}\n`);
    const seen = cat.read();
    assert(seen.length <= 65_536 && seen.endsWith("\n"), String(seen.length));
    assert(seen.split("\n").slice(0, -1).every((each) => /^line \d+ x{50}$/.test(each)));
    screen.write("after\n");
    assertEquals(cat.read().split("\n").at(-2), "after");
    screen.close();
    cat.close();
    return Promise.resolve();
  });
});

Deno.test("a reader that goes and comes back reads on, and the file stays open meanwhile", async () => {
  await withFifo((path) => {
    const screen = screenFile(path, () => {});
    const first = Deno.openSync(path, { read: true, write: true });
    screen.write("one\n");
    first.close();
    screen.write("lost\n");
    const again = reader(path);
    screen.write("two\n");
    assertEquals(again.read().split("\n").at(-2), "two");
    screen.close();
    again.close();
    return Promise.resolve();
  });
});

Deno.test("a plain file is appended to; a folder that is not there is told once, and all goes on", () => {
  const folder = Deno.makeTempDirSync({ prefix: "eve-diag-screen-" });
  const told: string[] = [];
  const screen = screenFile(`${folder}/text`, () => {});
  screen.write("a\n");
  screen.write("b");
  screen.close();
  assertEquals(Deno.readTextFileSync(`${folder}/text`), "a\nb");
  const nowhere = screenFile(`${folder}/no/text`, (reason) => void told.push(reason));
  nowhere.write("a\n");
  nowhere.write("b\n");
  nowhere.close();
  assertEquals(told.length, 1);
  Deno.removeSync(folder, { recursive: true });
});
