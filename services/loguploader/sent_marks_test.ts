import { assertEquals } from "@std/assert";
import { parseLogFile } from "./file_name.ts";
import { type SentMark, SentMarks } from "./sent_marks.ts";

function mark(ms: number): SentMark {
  const file = parseLogFile("device", `dev.log.${ms}.gz`);
  if (file === undefined) throw new Error("no log file");
  return { file, fingerprint: { inode: ms + 7, size: 9, modified: 1_700_000_000_000 + ms } };
}

async function withMarks(body: (marks: SentMarks, folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "eve-loguploader-marks-" });
  try {
    body(new SentMarks(`${folder}/sentMarks.jsonl`), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("marks come back as they were added, none from a missing file; the file goes with the last one", () =>
  withMarks((marks, folder) => {
    assertEquals(marks.read(), []);
    for (const ms of [1, 2, 3]) marks.add(mark(ms));
    assertEquals(marks.read(), [mark(1), mark(2), mark(3)]);
    marks.replace([mark(2)]);
    assertEquals(marks.read(), [mark(2)]);
    assertEquals(Deno.statSync(marks.path).mode! & 0o777, 0o600);
    marks.replace([]);
    marks.replace([]);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("a torn last line and lines of another kind are left out, and what comes after them is read", () =>
  withMarks((marks) => {
    marks.add(mark(1));
    const strange = [
      "[]",
      "null",
      `{"kind":"device"}`,
      `{"kind":"device","name":"../x","inode":1,"size":1,"modified":1}`,
    ];
    const torn = `{"kind":"device","name":"dev.log.2`;
    Deno.writeTextFileSync(marks.path, [...strange, torn].join("\n"), { append: true });
    marks.add(mark(3));
    assertEquals(marks.read(), [mark(1), mark(3)]);
  }));
