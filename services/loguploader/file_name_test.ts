import { assertEquals, assertThrows } from "@std/assert";
import {
  appUUIDOf,
  compareLogFiles,
  type LogFile,
  nextName,
  parseLogFile,
  timestampOf,
} from "./file_name.ts";

const app = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";

function device(name: string): LogFile {
  const file = parseLogFile("device", name);
  if (file === undefined) throw new Error(`${name} does not parse`);
  return file;
}

Deno.test("the time of a gzip name is its second-last part", () => {
  assertEquals(timestampOf("dev.log.1700000000123.gz"), 1700000000123);
  assertEquals(timestampOf(`app.${app}.log.1700000000123.gz`), 1700000000123);
  assertEquals(timestampOf("dev.log.upload.17.gz"), 17);
  assertEquals(timestampOf("dev.log.keep.17.gz"), 17);
});

Deno.test("[loguploader#10] names without a time, or not ending in .gz, are no log files", () => {
  const names = [
    "TempFile123",
    "x.gz",
    "dev.log.abc.gz",
    "dev.log.5",
    "dev.log.-5.gz",
    "dev.log..gz",
    ".gz",
    "gz",
    "",
  ];
  for (const name of names) {
    assertEquals(parseLogFile("device", name), undefined, name);
    assertEquals(parseLogFile("app", name), undefined, name);
  }
  assertEquals(timestampOf("dev.log.99999999999999999999.gz"), undefined);
});

Deno.test("[loguploader#11] malformed app names are no app files", () => {
  for (const name of ["foo.123.gz", "app.123.gz", `app.${app}.log.log.5.log.6.gz`, "app.nonsense.log.5.gz"]) {
    assertEquals(parseLogFile("app", name), undefined, name);
  }
  assertEquals(parseLogFile("app", `app.../../${app}.log.5.gz`), undefined);
});

Deno.test("[loguploader#27] app.skipTx names are never upload files, in either folder", () => {
  const name = `app.skipTx.${app}.log.1700000000123.gz`;
  assertEquals(appUUIDOf(name), undefined);
  assertEquals(parseLogFile("app", name), undefined);
  assertEquals(parseLogFile("device", name), undefined);
});

Deno.test("an app file names its app in lower case", () => {
  assertEquals(parseLogFile("app", `app.${app.toUpperCase()}.log.5.gz`), {
    kind: "app",
    name: `app.${app.toUpperCase()}.log.5.gz`,
    timestamp: 5,
    appUUID: app,
  });
});

Deno.test("[loguploader#9] order: whole seconds first, then names byte by byte", () => {
  const names = [
    "dev.log.2000.gz",
    "dev.log.10999.gz",
    "dev.log.10001.gz",
    "dev.log.upload.10000.gz",
    "dev.log.1999.gz",
  ];
  assertEquals(names.map(device).sort(compareLogFiles).map((f) => f.name), [
    "dev.log.1999.gz",
    "dev.log.2000.gz",
    "dev.log.10001.gz",
    "dev.log.10999.gz",
    "dev.log.upload.10000.gz",
  ]);
});

Deno.test("a taken name moves on by one millisecond and still parses", () => {
  assertEquals(nextName("dev.log.999.gz"), "dev.log.1000.gz");
  assertEquals(nextName(`app.${app}.log.5.gz`), `app.${app}.log.6.gz`);
  assertThrows(() => nextName("x.gz"), TypeError, "x.gz");
});
