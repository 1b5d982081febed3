import { assertEquals } from "@std/assert";
import { parseHttpDate, parseRetryAfter, retryAfterOf } from "./retry_after.ts";

const now = Date.UTC(2026, 9, 21, 7, 28, 0);

Deno.test("Retry-After in seconds", () => {
  const table: [string | undefined, number | undefined][] = [
    ["120", 120_000],
    [" 7 ", 7_000],
    ["0", 0],
    ["-5", 0],
    ["999999999999", 999_999_999_999_000],
    ["9".repeat(400), Infinity],
    [undefined, undefined],
    ["", undefined],
    ["soon", undefined],
    ["1.5", undefined],
    ["1e3", undefined],
    ["0x10", undefined],
    ["120, 60", undefined],
    ["120s", undefined],
  ];
  for (const [header, wait] of table) assertEquals(parseRetryAfter(header, now), wait, header);
});

Deno.test("Retry-After as a date, in the three forms of RFC 9110; one that has passed is no wait", () => {
  const table: [string, number | undefined][] = [
    ["Wed, 21 Oct 2026 07:29:00 GMT", 60_000],
    ["Wed, 21 Oct 2026 07:27:00 GMT", 0],
    ["wed, 21 oct 2026 07:29:00 gmt", 60_000],
    ["Wednesday, 21-Oct-26 07:29:00 GMT", 60_000],
    ["Wed Oct 21 07:29:00 2026", 60_000],
    ["Sat, 31 Oct 2026 07:28:00 GMT", 10 * 86_400_000],
    ["Wed, 21 Oct 2026 07:29:00", undefined],
    ["Wed, 21 Oct 2026 07:29:00 CEST", undefined],
    ["Wed, 31 Feb 2026 07:29:00 GMT", undefined],
    ["Wed, 21 Foo 2026 07:29:00 GMT", undefined],
    ["Wed, 21 Oct 2026 25:29:00 GMT", undefined],
    ["2026-10-21T07:29:00Z", undefined],
  ];
  for (const [header, wait] of table) assertEquals(parseRetryAfter(header, now), wait, header);
  assertEquals(parseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT", now), Date.UTC(1994, 10, 6, 8, 49, 37));
  assertEquals(parseHttpDate("Sun Nov  6 08:49:37 1994", now), Date.UTC(1994, 10, 6, 8, 49, 37));
  assertEquals(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT", now), Date.UTC(2016, 11, 31, 23, 59, 59));
});

Deno.test("a date is relative to the answer's Date, so a device that lives in 1970 waits as long; else to our clock", () => {
  const headers = {
    "date": "Wed, 21 Oct 2026 07:28:00 GMT",
    "retry-after": "Wed, 21 Oct 2026 07:30:00 GMT",
  };
  assertEquals(retryAfterOf(headers, 0), 120_000);
  assertEquals(retryAfterOf({ "retry-after": headers["retry-after"] }, now + 30_000), 90_000);
  assertEquals(retryAfterOf({ ...headers, date: "yesterday" }, now), 120_000);
  assertEquals(retryAfterOf({ ...headers, "retry-after": "5" }, 0), 5_000);
  assertEquals(retryAfterOf({ date: headers.date }, 0), undefined);
  assertEquals(retryAfterOf({}, 0), undefined);
});
