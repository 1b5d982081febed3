import { assertEquals } from "@std/assert";
import { nextLook, pollFolder } from "./folder_poll.ts";
import { pause, until } from "./testdata/fixture.ts";

async function polled(
  body: (folder: string, told: () => number, end: () => void) => Promise<void>,
): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "poll" });
  let told = 0;
  const end = pollFolder(folder, () => void told++);
  try {
    await body(folder, () => told, end);
  } finally {
    end();
    await Deno.remove(folder, { recursive: true }).catch(() => {});
  }
}

/** Until the last change has been told of for the second time. */
async function untilQuiet(told: () => number): Promise<void> {
  let before;
  do {
    before = told();
    await pause(150);
  } while (told() !== before);
}

const changes: Readonly<Record<string, (folder: string) => void>> = {
  "a folder in it": (folder) => Deno.mkdirSync(`${folder}/zedagent`),
  "a file in it": (folder) => Deno.writeTextFileSync(`${folder}/a`, ""),
  "its end": (folder) => Deno.removeSync(folder),
  "another one in its place": (folder) => {
    Deno.mkdirSync(`${folder}.next`);
    Deno.renameSync(`${folder}.next`, folder);
  },
};

for (const [what, change] of Object.entries(changes)) {
  Deno.test(`a polled folder: told at the start, nothing while it is quiet, then ${what}`, () =>
    polled(async (folder, told) => {
      await until("the first look", () => told() > 0);
      await untilQuiet(told);
      const before = told();
      change(folder);
      await until("the change", () => told() > before);
    }));
}

Deno.test("a polled folder: of two changes in the same tick of the clock the second is not lost", () =>
  polled(async (folder, told) => {
    for (let n = 0; n < 20; n++) {
      await until("a look", () => told() > 0);
      const seen = Array.from(Deno.readDirSync(folder)).length;
      assertEquals(seen, 2 * n);
      const before = told();
      Deno.mkdirSync(`${folder}/first${n}`);
      await until("the first", () => told() > before);
      const after = told();
      Deno.mkdirSync(`${folder}/second${n}`);
      await until("the second", () => told() > after);
    }
  }));

Deno.test("a polled folder that was left is not told of", () =>
  polled(async (folder, told, end) => {
    await until("the first look", () => told() > 0);
    end();
    const before = told();
    Deno.mkdirSync(`${folder}/late`);
    await pause(100);
    assertEquals(told(), before);
  }));

Deno.test("looks come after a tenth of the quiet time, at once at first and every ten seconds at last", () => {
  const looks = [[0, 25], [100, 25], [250, 25], [1000, 100], [5000, 500], [50_000, 5000], [200_000, 10_000]];
  assertEquals(looks.map(([quiet = 0]) => [quiet, nextLook(quiet, 0.5)]), looks);
  assertEquals([nextLook(10_000, 0), nextLook(10_000, 1)], [900, 1100]);
});
